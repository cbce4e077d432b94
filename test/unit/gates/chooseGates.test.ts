import assert from 'node:assert/strict';
import fc from 'fast-check';
import { DEFAULT_REVIEW_PATHS } from '../../../src/core/gates/gateConfig';
import { chooseGates, type GatesChoice } from '../../../src/gates/chooseGates';

function choose(
  file: string | null,
  gates?: unknown,
  reviewPaths: readonly string[] | null = null,
): Promise<GatesChoice> {
  return chooseGates({ readFileAt: () => Promise.resolve(file), settings: { gates, reviewPaths } });
}

async function argvOf(command: string | string[]): Promise<readonly string[]> {
  const choice = await choose(JSON.stringify({ gates: [{ name: 'a', command }] }));
  assert.ok(choice.kind === 'gates', JSON.stringify(choice));
  return choice.gates[0].argv;
}

describe('which gates count', () => {
  const fromSettings = [{ name: 'settings', command: 'x' }];

  it('[MQ10] those of the file at the target’s tip, and no other file is asked for', async () => {
    const asked: string[] = [];
    const readFileAt = (path: string): Promise<string> => {
      asked.push(path);
      return Promise.resolve('gates:\n  - name: file\n    command: node --test\n    timeoutSeconds: 5\n');
    };
    const choice = await chooseGates({ readFileAt, settings: { gates: fromSettings, reviewPaths: null } });
    assert.ok(choice.kind === 'gates');
    assert.deepEqual(choice.gates, [
      {
        name: 'file',
        argv: ['node', '--test'],
        command: 'node --test',
        timeoutMs: 5000,
        writes: false,
        exclusive: false,
      },
    ]);
    assert.deepEqual(choice.review, { paths: DEFAULT_REVIEW_PATHS, maxFileMB: 5, testHonestyMinutes: null });
    assert.deepEqual(asked, ['.switchyard/config.yaml']);
  });

  it('[MQ21] in the order of what they need; slow suites are kept apart, and approved with the rest', async () => {
    const [test, build, slow] = [
      { name: 'test', command: 'x', needs: ['build'] },
      { name: 'build', command: 'y' },
      { name: 'slow', command: 'z', after: 'landing' },
    ];
    const choice = await choose(JSON.stringify({ gates: [test, build, slow] }));
    assert.ok(choice.kind === 'gates');
    assert.deepEqual(
      [choice.gates, choice.afterLanding, choice.config].map((gates) => gates.map(({ name }) => name)),
      [['build', 'test'], ['slow'], ['test', 'build', 'slow']],
    );
    const onlySlow = await choose(JSON.stringify({ gates: [slow] }));
    assert.ok(onlySlow.kind === 'noGates');
    assert.deepEqual([onlySlow.afterLanding.length, onlySlow.config.length], [1, 1]);
  });

  it('[G4] how worktrees are made ready comes from the file, and what it leaves out from the settings', async () => {
    const source = (worktree: unknown, file: string | null) =>
      chooseGates({ readFileAt: () => Promise.resolve(file), settings: { gates: [], reviewPaths: null, worktree } });
    const settings = { setUp: ['npm ci'], tearDown: 'make clean', copy: ['/.env'] };
    const choice = await source(settings, 'worktree:\n  setUp: ["pnpm install --prefer-offline"]\n  gateTrees: true\n');
    assert.ok(choice.kind === 'noGates');
    const { setUp, tearDown, copy, gateTrees } = choice.worktree;
    assert.deepEqual(setUp, [
      { argv: ['pnpm', 'install', '--prefer-offline'], command: 'pnpm install --prefer-offline' },
    ]);
    assert.deepEqual([tearDown?.command, copy, gateTrees], ['make clean', ['/.env'], true]);
    const wrong = await source({ setUp: ['npm ci && npm run build'] }, null);
    assert.ok(wrong.kind === 'invalid');
    assert.match(wrong.message, /^The setting for worktrees: setUp\[0\]: The command has "&&"/);
    const outside = await source({}, 'worktree:\n  copy: ["../secrets"]\n');
    assert.ok(outside.kind === 'invalid');
    assert.match(outside.message, /line 2: worktree\.copy\[0\]: Write a pattern/);
  });

  it('[MQ10] those of the settings where there is no file, or it says nothing of gates', async () => {
    for (const file of [null, '', 'review:\n  paths: [a]\n']) {
      const choice = await choose(file, fromSettings);
      assert.ok(choice.kind === 'gates');
      assert.deepEqual(
        choice.gates.map((gate) => gate.name),
        ['settings'],
      );
    }
  });

  it('[MQ10] a file that lists no gate means none, whatever the settings say', async () => {
    assert.equal((await choose('gates: []\n', fromSettings)).kind, 'noGates');
    assert.equal((await choose(null)).kind, 'noGates');
    assert.equal((await choose(null, [])).kind, 'noGates');
    assert.equal((await choose(null, null)).kind, 'noGates');
  });

  it('[MQ10] a file that cannot be read is no reason to take the settings: it says where it is wrong', async () => {
    assert.deepEqual(await choose('gates:\n  - name: a\n    command: a && b\n', fromSettings), {
      kind: 'invalid',
      file: '.switchyard/config.yaml',
      line: 3,
      message:
        '.switchyard/config.yaml, line 3: gates[0].command: The command has "&&" outside quotes, and no shell reads it. To use a shell, name it: sh -c "first && second".',
    });
  });

  it('[MQ10] settings that cannot be read say so', async () => {
    assert.deepEqual(await choose(null, [{ name: 'a', command: '' }]), {
      kind: 'invalid',
      file: null,
      line: null,
      message: 'The setting for gates: [0].command: The command is empty. Name the program to run.',
    });
    assert.equal((await choose(null, 'npm test')).kind, 'invalid');
  });

  it('[MQ10] paths to review come from the file, else the settings, else the defaults', async () => {
    const worktree = { config: { setUp: [], gateTrees: false }, setUp: [], tearDown: null, copy: [], gateTrees: false };
    const none = { config: [], afterLanding: [], worktree };
    assert.deepEqual(await choose('review:\n  paths: [a]\n', [], ['b']), {
      kind: 'noGates',
      ...none,
      review: { paths: ['a'], maxFileMB: 5, testHonestyMinutes: null },
    });
    assert.deepEqual(await choose(null, [], ['b']), {
      kind: 'noGates',
      ...none,
      review: { paths: ['b'], maxFileMB: 5, testHonestyMinutes: null },
    });
    assert.deepEqual(await choose(null, [], null), {
      kind: 'noGates',
      ...none,
      review: { paths: DEFAULT_REVIEW_PATHS, maxFileMB: 5, testHonestyMinutes: null },
    });
    assert.deepEqual(await choose('review:\n  paths: []\n', [], ['b']), {
      kind: 'noGates',
      ...none,
      review: { paths: [], maxFileMB: 5, testHonestyMinutes: null },
    });
  });

  it('[U12] a command is split at spaces and quotes, and backslashes stay', async () => {
    assert.deepEqual(await argvOf('npm  run "lint all" -- \'a b\' --x="y z" ""'), [
      'npm',
      'run',
      'lint all',
      '--',
      'a b',
      '--x=y z',
      '',
    ]);
    assert.deepEqual(await argvOf('C:\\tools\\run.exe \\d+'), ['C:\\tools\\run.exe', '\\d+']);
    assert.deepEqual(await argvOf('sh -c "npm ci && npm test"'), ['sh', '-c', 'npm ci && npm test']);
    assert.deepEqual(await argvOf(['node', '-e', 'a && b']), ['node', '-e', 'a && b']);
  });

  it('[MQ10] a command given as a list is shown so that it can be read', async () => {
    const choice = await choose(null, [{ name: 'a', command: ['node', '-e', 'a b', '--x=1'] }]);
    assert.ok(choice.kind === 'gates');
    assert.equal(choice.gates[0].command, 'node -e "a b" --x=1');
  });

  it('[MQ10] whatever file and settings hold, the choice is a list of gates that can run, none, or a problem', async () => {
    const gate = fc.record(
      { name: fc.string(), command: fc.oneof(fc.string(), fc.array(fc.string())), timeoutSeconds: fc.integer() },
      { requiredKeys: [] },
    );
    const settings = fc.oneof(fc.anything(), fc.array(gate));
    const file = fc.option(
      fc.oneof(
        fc.string(),
        fc.array(gate).map((gates) => JSON.stringify({ gates })),
      ),
    );
    await fc.assert(
      fc.asyncProperty(file, settings, async (text, gates) => {
        const choice = await choose(text, gates);
        if (choice.kind === 'invalid') assert.notEqual(choice.message, '');
        if (choice.kind !== 'gates') return;
        for (const { argv, timeoutMs } of choice.gates) assert.ok((argv[0] ?? '').trim() !== '' && timeoutMs >= 1000);
      }),
      { numRuns: 2000 },
    );
  });
});
