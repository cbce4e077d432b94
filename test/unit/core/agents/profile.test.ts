import assert from 'node:assert/strict';
import fc from 'fast-check';
import { fillPlaceholders, type PlaceholderValues } from '../../../../src/core/agents/placeholders';
import { ACP_PRESETS } from '../../../../src/core/agents/acpPresets';
import { AGENT_PRESETS } from '../../../../src/core/agents/presets';
import { meansReviewer, readAgentProfiles } from '../../../../src/core/agents/profile';

function problems(...agents: unknown[]): string[] {
  const outcome = readAgentProfiles(agents);
  return outcome.kind === 'ok' ? [] : outcome.problems;
}

const AGENT = { name: 'claude', role: 'coder', command: 'claude -p {prompt}' };

describe('an agent’s profile', () => {
  it('[A1] has a name, a role, a command, a model and limits', () => {
    const full = {
      ...AGENT,
      command: ['claude', '--model', '{model}'],
      model: 'big',
      env: { A: '1' },
      limits: { silenceMinutes: 5, minutes: 60 },
    };
    assert.deepEqual(readAgentProfiles([AGENT, { ...full, name: 'other', role: 'mergemaster' }]), {
      kind: 'ok',
      profiles: [
        { ...AGENT, env: {}, limits: { silenceMinutes: 15 } },
        { ...full, name: 'other', role: 'mergemaster' },
      ],
    });
  });

  it('[A1] may be missing: a person codes then', () => {
    for (const nothing of [undefined, null, []])
      assert.deepEqual(readAgentProfiles(nothing), { kind: 'ok', profiles: [] });
  });

  it('[A1] has its role in capitals or not, and a setting that is no list says so', () => {
    for (const role of ['QA', 'qa', ' Qa ']) {
      const read = readAgentProfiles([{ ...AGENT, role }]);
      assert.equal(read.kind === 'ok' && read.profiles[0]?.role, 'qa', role);
    }
    for (const wrong of [AGENT, 'claude', 7])
      assert.deepEqual(readAgentProfiles(wrong), {
        kind: 'invalid',
        problems: ['It is no list. Write the agents between [ and ], one or more.'],
      });
  });

  it('[A1] that may be for a review counts as one, also where it cannot be read: nothing goes past it', () => {
    for (const agents of [[{ role: 'QA' }], [AGENT, { role: 'reviewer' }], [AGENT, 'rita'], { role: 'qa' }, 'rita'])
      assert.equal(meansReviewer(agents), true, JSON.stringify(agents));
    for (const agents of [undefined, null, [], [AGENT, { name: 'x' }], [{ ...AGENT, role: 'Mergemaster' }]])
      assert.equal(meansReviewer(agents), false, JSON.stringify(agents));
  });

  it('[A1] says which of its parts is wrong', () => {
    assert.deepEqual(problems({ ...AGENT, command: 'claude {promt}' }), [
      '[0].command: {promt} is no placeholder. There are {prompt}, {promptFile}, {number}, {title}, {branch}, {model}, {sessionId}, {mcpConfig}, {opencodeConfig}, {codexMcp}, {gitRoots}.',
    ]);
    assert.match(
      problems({ ...AGENT, command: 'claude {prompt} | tee log' })[0] ?? '',
      /^\[0\]\.command: The command has "\|" outside quotes/,
    );
    assert.deepEqual(problems({ ...AGENT, command: 'claude --model {model}' }), [
      '[0].model: The command names {model}, but no model is given.',
    ]);
    assert.deepEqual(problems(AGENT, AGENT), ['[1].name: Two agents are named claude.']);
    assert.match(problems({ ...AGENT, role: 'boss' })[0] ?? '', /^\[0\]\.role: /);
    assert.match(problems({ ...AGENT, limits: { silenceMinutes: 0 } })[0] ?? '', /^\[0\]\.limits\.silenceMinutes: /);
    for (const wrong of [
      { ...AGENT, name: '' },
      { ...AGENT, name: '../x' },
      { ...AGENT, env: { 'A=B': 'x' } },
      { ...AGENT, extra: 1 },
      { ...AGENT, command: [] },
      7,
      null,
    ]) {
      assert.ok(problems(wrong).length > 0, JSON.stringify(wrong));
    }
  });

  it('[A1] says what was expected where something else stands', () => {
    assert.deepEqual(problems({ ...AGENT, name: 7, limits: { silenceMinutes: 0 }, extra: 1 }), [
      '[0].name: Invalid input: expected string, received number',
      '[0].limits.silenceMinutes: Too small: expected number to be >0',
      '[0]: Unrecognized key: "extra"',
    ]);
    assert.match(
      problems({ ...AGENT, role: 'boss' })[0] ?? '',
      /^\[0\]\.role: Invalid option: expected one of "coder"\|/,
    );
  });

  it('[A1] of any settings, what is accepted can be started, and the rest is explained', () => {
    const agent = fc.record({
      name: fc.string(),
      role: fc.constant('coder'),
      command: fc.oneof(fc.string(), fc.array(fc.string())),
    });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), fc.array(agent)), (value) => {
        const outcome = readAgentProfiles(value);
        if (outcome.kind === 'invalid') {
          assert.ok(outcome.problems.every((problem) => problem !== '') && outcome.problems.length > 0);
          return;
        }
        // What is accepted can be started: it has a program, and a name that no other has.
        const programs = outcome.profiles.map(({ command }) => (typeof command === 'string' ? command : command[0]));
        assert.ok(programs.every((program) => (program ?? '').trim() !== ''));
        assert.equal(new Set(outcome.profiles.map(({ name }) => name)).size, outcome.profiles.length);
      }),
      { numRuns: 10_000 },
    );
  });
});

const VALUES: PlaceholderValues = {
  prompt: 'Do {title}\nnow', promptFile: '/p/1.md', number: '42', title: 'Sign in', branch: 'story/42', model: 'big', sessionId: 's-1', mcpConfig: '/m/1.json', opencodeConfig: '/m/1.opencode.json', codexMcp: 'mcp_servers.switchyard={}',
}; // prettier-ignore

describe('placeholders', () => {
  const fill = (template: string[], values: Partial<PlaceholderValues> = {}) =>
    fillPlaceholders(template, { ...VALUES, ...values });

  it('[A1] are filled in where they stand, once', () => {
    assert.deepEqual(fill(['x', '{prompt}', '-f={promptFile}', '{number}{number}', '{ title }', '{}', '{"a":1}']), {
      kind: 'filled',
      command: ['x', 'Do {title}\nnow', '-f=/p/1.md', '4242', '{ title }', '{}', '{"a":1}'],
    });
  });

  it('[A1] a value at the start of an argument cannot make it an option', () => {
    assert.deepEqual(fill(['x', '{title}', '-t{title}'], { title: ' --force' }), {
      kind: 'filled',
      command: ['x', 'force', '-t --force'],
    });
  });

  it('[A1] an unknown one, and one for the program itself, are problems', () => {
    assert.equal(fill(['x', '{name}']).kind, 'problem');
    assert.equal(fill(['{title}']).kind, 'problem');
    assert.equal(fill(['']).kind, 'problem');
    assert.equal(fill([]).kind, 'problem');
  });

  it('[A1] whatever the values hold, there are as many arguments as in the template, and no value leaves its own', () => {
    const template = ['x', '-p', '{prompt}', '--t={title}', '{branch}'];
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom('" --yolo', "' ; x", '{prompt}', '$&', '$1', "$'", '--', '-rf'),
    );
    fc.assert(
      fc.property(any, any, any, (prompt, title, branch) => {
        const filled = fill(template, { prompt, title, branch });
        assert.ok(filled.kind === 'filled');
        const [program, option, first = '', second, third = ''] = filled.command;
        assert.equal(filled.command.length, 5);
        assert.deepEqual([program, option, second], ['x', '-p', `--t=${title.replaceAll('\0', '')}`]);
        for (const [value, argument] of [
          [prompt, first],
          [branch, third],
        ] as const) {
          assert.ok(!argument.startsWith('-') && value.replaceAll('\0', '').endsWith(argument));
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

describe('the presets', () => {
  it('[A1] are profiles that can be used as they are, each started without questions and with the prompt as one argument', () => {
    assert.equal(AGENT_PRESETS.length, 9);
    const outcome = readAgentProfiles(
      AGENT_PRESETS.map(({ name, command, env }) => ({ name, role: 'coder', command, env })),
    );
    assert.equal(outcome.kind, 'ok', JSON.stringify(outcome));
    for (const { program, command } of AGENT_PRESETS) {
      const argv = command.split(' ');
      assert.equal(argv[0], program);
      assert.equal(argv.at(-1), '{prompt}');
      assert.equal(fillPlaceholders(argv, VALUES).kind, 'filled');
    }
  });

  it('[A1] have Gemini trust a worktree that it has never seen: it refuses to work unasked elsewhere', () => {
    const commands = [AGENT_PRESETS, ACP_PRESETS].map((all) => all.find(({ name }) => name === 'gemini')?.command);
    assert.deepEqual(commands.map((command) => command?.split(' ').includes('--skip-trust')), [true, true]); // prettier-ignore
  });

  it('[A1] keep Cline from leaving a background process behind', () => {
    assert.equal(AGENT_PRESETS.find(({ name }) => name === 'cline')?.env['CLINE_SESSION_BACKEND_MODE'], 'local');
  });
});
