import assert from 'node:assert/strict';
import fc from 'fast-check';
import { readConfigFile, startsWithUnknownKey } from '../../../../src/core/gates/configFile';
import { configSchema, DEFAULT_REVIEW_PATHS, type SwitchyardConfig } from '../../../../src/core/gates/gateConfig';

function read(text: string): SwitchyardConfig {
  const outcome = readConfigFile(text, configSchema);
  assert.ok(outcome.kind === 'ok', JSON.stringify(outcome));
  return outcome.config;
}

function problems(text: string): string[] {
  const outcome = readConfigFile(text, configSchema);
  return outcome.kind === 'ok' ? [] : outcome.problems.map(({ line, message }) => `${line}: ${message}`);
}

describe('the configuration file', () => {
  it('[MQ10] lists named commands with timeouts, half an hour unless given', () => {
    const text =
      'gates:\n  - name: lint\n    command: npm run lint\n    timeoutSeconds: 60\n  - name: test\n    command: [node, --test]\n';
    assert.deepEqual(read(text), {
      gates: [
        { name: 'lint', command: 'npm run lint', timeoutSeconds: 60, writes: false, exclusive: false },
        { name: 'test', command: ['node', '--test'], timeoutSeconds: 1800, writes: false, exclusive: false },
      ],
    });
  });

  it('[MQ21] a gate may say where it looks, what it needs and uses, when it runs and what it reports', () => {
    const more =
      'paths: ["src/**", "!**/*.md"]\n    needs: [build]\n    resources: [database]\n    after: landing\n    report: out/junit.xml';
    const [, gate] =
      read(`gates:\n  - name: build\n    command: x\n  - name: test\n    command: y\n    ${more}\n`).gates ?? [];
    assert.deepEqual(gate, {
      name: 'test',
      command: 'y',
      timeoutSeconds: 1800,
      writes: false,
      exclusive: false,
      paths: ['src/**', '!**/*.md'],
      needs: ['build'],
      resources: ['database'],
      after: 'landing',
      report: 'out/junit.xml',
    });
  });

  it('[MQ21] what could never be meant is a problem with its line', () => {
    const said = (line: string): string => problems(`gates:\n  - name: a\n    command: x\n    ${line}\n`).join(' ');
    assert.match(said('needs: [b]'), /^4: gates\[0\]\.needs: Gate a needs b, and no gate has that name\.$/);
    assert.match(said('needs: [a]'), /^4: .*circle: a needs a\./);
    assert.match(said('paths: []'), /^4: .*the gate would never run\./);
    assert.match(said('resources: []'), /^4: .*Name at least one/);
    for (const outside of ['../x', '/etc/**', 'a/../../b', 'C:\\x', '!../x', '""'])
      assert.match(said(`paths: ['${outside.replace(/"/g, '')}']`), /^4: .*inside the repository/, outside);
    for (const outside of ['../x.xml', '/tmp/x.xml'])
      assert.match(said(`report: ${outside}`), /^4: .*inside the repository/, outside);
    assert.match(said('after: merge'), /^4: gates\[0\]\.after: /);
  });

  it('[MQ10] may name the paths to be reviewed', () => {
    assert.deepEqual(read('review:\n  paths: [package.json]\n'), { review: { paths: ['package.json'] } });
  });

  it('[MQ10] may be empty, or hold comments only', () => {
    for (const text of ['', '\n', '# nothing yet\n', '---\n', '{}']) assert.deepEqual(read(text), {});
  });

  it('[MQ10] says in which line something is wrong', () => {
    assert.deepEqual(problems('gates:\n  - name: test\n    command: ""\n'), [
      '3: gates[0].command: The command is empty. Name the program to run.',
    ]);
    assert.deepEqual(problems('gates:\n  - name: a\n    command: x\n  - name: a\n    command: y\n'), [
      '4: gates[1].name: Two gates are named a.',
    ]);
    assert.match(problems('gates:\n  - name: a\n\n  - command: x\n')[0] ?? '', /^2: gates\[0\]\.command: /);
    assert.match(problems('\n\ngates:\n  - name: a\n   command: x\n')[0] ?? '', /^[45]: /);
    assert.match(problems('gates: []\ngates: []\n')[0] ?? '', /^2: .*unique/i);
  });

  it('[MQ10] says what was expected where something else stands', () => {
    assert.deepEqual(problems('gates:\n  - name: a\n    command: x\n    timeoutSeconds: soon\n    writes: 1\n'), [
      '4: gates[0].timeoutSeconds: Invalid input: expected number, received string',
      '5: gates[0].writes: Invalid input: expected boolean, received number',
    ]);
    assert.deepEqual(problems('gates:\n  - name: a\n    command: x\n    timeout: 5\n'), [
      '4: gates[0]: Unrecognized key: "timeout"',
    ]);
    assert.deepEqual(problems('gates: x\n'), ['1: gates: Invalid input: expected array, received string']);
  });

  it('[MQ10] a word it does not know is a problem, not silence: a typo must not switch a gate off', () => {
    assert.match(problems('# x\ngate:\n  - name: a\n')[0] ?? '', /^2: .*gate/);
    assert.match(
      problems('gates:\n  - name: a\n    command: x\n    timeout: 5\n')[0] ?? '',
      /^4: gates\[0\]: .*timeout/,
    );
  });

  it('[P7, MQ10] a key that nobody knows is told from other mistakes, and what is too deep to be read is none', () => {
    const first = (text: string) => startsWithUnknownKey(text, configSchema);
    assert.ok(first('gates:\n  - name: a\n    command: x\n    timeout: 5\n'));
    for (const text of ['', 'gates: x\n', 'gates: [{ name: a, command: x }]', 'key: "', 'a: b: c', '{a: '.repeat(4000)])
      assert.equal(first(text), false, text.slice(0, 40));
    assert.equal(first(`[${'{a: '.repeat(1_000_000)}`), false);
  });

  it('[MQ10] a file that is too long, too deep or has too much in it is a problem that says so, whatever it is made of', () => {
    const said = (text: string): string => problems(text)[0] ?? '';
    assert.match(said('#'.repeat(20_001)), /^1: The file is longer than 20000 characters\./);
    assert.match(said('{a,'.repeat(49_000)), /^1: The file is longer/);
    assert.match(said('{a: '.repeat(4000)), /^1: The file nests deeper than 40 levels\./);
    // The library compares each key of a map with every other: thousands would stop the editor.
    const keys = Array.from({ length: 2500 }, (_, at) => `a${at}: 1`).join('\n');
    for (const text of [keys.slice(0, 20_000), `{${'a,'.repeat(2500)}}`, '- a\n'.repeat(1001)])
      assert.match(said(text), /^1: The file has more than 1000 entries\./);
  });

  it('[MQ10] a command that needs a shell without naming one is a problem that says so', () => {
    for (const [command, sign] of [
      ['npm ci && npm test', '&&'],
      ['a || b', '||'],
      ['a | tee log', '|'],
      ['a > log', '>'],
      ['a < in', '<'],
      ['a; b', ';'],
      ['a &', '&'],
      ['echo `id`', '`'],
      ['echo $(id)', '$('],
    ] as const) {
      const [problem = ''] = problems(JSON.stringify({ gates: [{ name: 'a', command }] }));
      const expected = `The command has "${sign}" outside quotes, and no shell reads it. To use a shell, name it: sh -c "first && second".`;
      assert.equal(problem, `1: gates[0].command: ${expected}`);
    }
    for (const command of [
      'sh -c "npm ci && npm test"',
      "grep 'a|b' x",
      'C:\\bin\\x.exe --y',
      'a --b=$HOME',
      ['a', '&&', 'b'],
    ]) {
      assert.deepEqual(problems(JSON.stringify({ gates: [{ name: 'a', command }] })), []);
    }
  });

  it('[MQ10] a command that cannot be split, or holds what no program takes, is a problem', () => {
    for (const command of [
      'say "hello',
      "it's",
      '   ',
      '""',
      [],
      [''],
      ['a', 'b\0'],
      'CI=1 npm test',
      'x'.repeat(9000),
      5,
      null,
    ]) {
      assert.equal(problems(JSON.stringify({ gates: [{ name: 'a', command }] })).length, 1, JSON.stringify(command));
    }
  });

  it('[MQ10] names and times have limits', () => {
    for (const name of ['', ' a', 'a\nb', 'a\u202eb', 'x'.repeat(61), 7]) {
      assert.ok(problems(JSON.stringify({ gates: [{ name, command: 'a' }] })).length > 0, JSON.stringify(name));
    }
    for (const timeoutSeconds of [0, -1, 1e9, 'soon', null]) {
      assert.ok(problems(JSON.stringify({ gates: [{ name: 'a', command: 'a', timeoutSeconds }] })).length > 0);
    }
    assert.deepEqual(problems(JSON.stringify({ gates: [{ name: 'Prüfung 1/2', command: 'a' }] })), []);
  });

  it('[MQ10] a file that is meant to break its reader is a problem as any other', () => {
    const bomb = [
      'a: &a [x,x,x,x,x,x,x,x,x]',
      ...'bcdefgh'.split('').map((one, at) => `${one}: &${one} [${`*${'abcdefgh'[at]},`.repeat(9)}]`),
    ];
    for (const text of [
      bomb.join('\n'),
      '['.repeat(20_000),
      '- '.repeat(5000),
      'a: '.repeat(5000),
      '*x',
      '!!js/function x',
      'x'.repeat(300_000),
      '\0',
      '__proto__: {gates: []}',
    ]) {
      assert.ok(problems(text).length > 0, text.slice(0, 40));
    }
    assert.equal(({} as Record<string, unknown>)['gates'], undefined);
  });

  it('[MQ10] any text is read without an error', () => {
    const words = fc.array(
      fc.constantFrom(
        'gates:',
        '\n',
        '  ',
        '- ',
        'name: a',
        'command: x',
        '[',
        ']',
        '{',
        '}',
        '&a',
        '*a',
        '"',
        "'",
        '#',
        '|',
        '\t',
        'review:',
        'paths:',
        '? ',
        '---\n',
        '%YAML 9\n',
      ),
      { maxLength: 30 },
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      words.map((parts) => parts.join('')),
      fc.json(),
    );
    fc.assert(
      fc.property(text, (input) => {
        const outcome = readConfigFile(input, configSchema);
        if (outcome.kind === 'invalid')
          for (const { line, message } of outcome.problems) assert.ok(line >= 1 && message !== '');
      }),
      { numRuns: 10_000 },
    );
  });

  it('[MQ10] review paths hold gate scripts, CI and test configuration, and nothing that ordinary work changes', () => {
    for (const path of [
      '.switchyard/**',
      '.github/workflows/**',
      '.gitlab-ci.yml',
      '**/jest.config.*',
      '**/conftest.py',
    ]) {
      assert.ok(DEFAULT_REVIEW_PATHS.includes(path), path);
    }
    assert.ok(!DEFAULT_REVIEW_PATHS.includes('package.json'));
  });
});
