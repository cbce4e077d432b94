import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pointerTo } from '../../../../src/agents/commandLine/promptArgument';
import { startCoder, tidyUpAfter, type CoderRequest } from '../../../../src/agents/commandLine/startCoder';
import { findPresets } from '../../../../src/agents/findPresets';
import { createDirectRuns } from '../../../../src/agents/keeper/directRuns';
import { systemClock } from '../../../../src/base/systemClock';
import { agentProfileSchema } from '../../../../src/core/agents/profile';
import type { RunOutcome } from '../../../../src/core/pipeline/runOutcome';
import type { KeptRun } from '../../../../src/ports/keptRuns';
import { createProcesses } from '../../../../src/processes/processes';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { Machine } from '../../processes/machine';
import { ownRunId } from '../../../support/ownRunId';

/** An agent that says what it was given. */
const TELL = `const { readFileSync } = require('fs');
  const { SWITCHYARD_STORY, SWITCHYARD_BRANCH, SWITCHYARD_PROMPT_FILE, EXTRA } = process.env;
  console.log(JSON.stringify({ args: process.argv.slice(1), cwd: process.cwd(), file: readFileSync(SWITCHYARD_PROMPT_FILE, 'utf8'),
    env: [SWITCHYARD_STORY, SWITCHYARD_BRANCH, EXTRA], path: SWITCHYARD_PROMPT_FILE }));`;

interface CoderRun {
  readonly outcome: RunOutcome;
  readonly tail: string;
}

interface Told {
  readonly args: string[];
  readonly cwd: string;
  readonly file: string;
  readonly env: string[];
  readonly path: string;
}

describe('an agent as a command line', () => {
  let machine: Machine;
  let worktree: string;
  beforeEach(() => {
    machine = new Machine();
    worktree = join(machine.folder, 'worktree');
    mkdirSync(worktree);
  });
  afterEach(() => machine.close());

  async function start(
    command: string | string[],
    change: Partial<CoderRequest> = {},
    profile: object = {},
  ): Promise<CoderRun> {
    let tail = '';
    const onOutput: CoderRequest['onOutput'] = (said) => {
      tail += said.text;
      change.onOutput?.(said);
    };
    const run = await begin(command, { ...change, onOutput }, profile);
    const end = await run.ended;
    await tidyUpAfter(join(machine.folder, 'git', 'prompts'), run.id);
    assert.ok(end.kind === 'ended');
    return { outcome: end.outcome, tail };
  }

  function begin(command: string | string[], change: Partial<CoderRequest>, profile: object = {}): Promise<KeptRun> {
    return startCoder({
      profile: agentProfileSchema.parse({
        name: 'teller',
        role: 'coder',
        command,
        env: { EXTRA: 'more', ...machine.environment },
        ...profile,
      }),
      story: { number: 42, title: 'Sign in', branch: 'story/42-sign-in' },
      prompt: 'Work on #42\n"quoted" $(touch owned)',
      promptFolder: join(machine.folder, 'git', 'prompts'),
      worktree,
      runs: createDirectRuns(createProcesses(machine), systemClock),
      runId: ownRunId('agent-run-1'),
      about: null,
      env: {},
      onOutput: () => undefined,
      ...change,
    });
  }

  async function tell(args: string[], change: Partial<CoderRequest> = {}, profile: object = {}): Promise<Told> {
    const { outcome, tail } = await start([process.execPath, '-e', TELL, '--', ...args], change, profile);
    assert.deepEqual(outcome, { kind: 'exited', code: 0 });
    return JSON.parse(tail) as Told;
  }

  it('[A1] works in the story’s worktree, with the story in its environment', async () => {
    const { cwd, env } = await tell([]);
    assert.equal(cwd, worktree);
    assert.deepEqual(env, ['42', 'story/42-sign-in', 'more']);
  });

  it('[A1] is given its placeholders, each inside the argument where it stands', async () => {
    const args = ['{prompt}', '--file={promptFile}', '#{number} {title}', '{branch}', '{model}', '{sessionId}'];
    const told = await tell(args, { sessionId: 'session-7' }, { model: 'big one' });
    const { path } = told;
    assert.deepEqual(told.args, [
      'Work on #42\n"quoted" $(touch owned)',
      `--file=${path}`,
      '#42 Sign in',
      'story/42-sign-in',
      'big one',
      'session-7',
    ]);
  });

  it('[A1] no title, whatever it holds, becomes another argument, an option or a command', async () => {
    const title = '--yolo" ; touch owned; $(touch owned) {prompt} \'';
    const story = { number: 1, title, branch: 'story/1-yolo' };
    const told = await tell(['{title}', '--title={title}'], { story });
    assert.deepEqual(told.args, [title.slice(2), `--title=${title}`]);
    assert.deepEqual(readdirSync(worktree), []);
  });

  it('[A1] finds the prompt in a file outside the worktree, which is gone afterwards', async () => {
    const { file, path } = await tell([]);
    assert.equal(file, 'Work on #42\n"quoted" $(touch owned)');
    assert.ok(path.startsWith(join(machine.folder, 'git', 'prompts')));
    assert.equal(existsSync(path), false);
    assert.deepEqual(readdirSync(worktree), []);
  });

  it('[A1] is pointed to that file when the prompt is too long for an argument', async () => {
    const { args, file, path } = await tell(['{prompt}'], { prompt: 'word '.repeat(60_000) });
    assert.deepEqual(args, [pointerTo(path)]);
    assert.equal(file.length, 300_000);
  });

  it('[A1] then reads it on its standard input too, as agents do that may read no file outside their folder', async () => {
    const readInput = `process.stdin.on('data', (chunk) => (n += chunk.length)).on('end', () => console.log(n)); let n = 0;`;
    const run = (prompt: string): Promise<CoderRun> =>
      start([process.execPath, '-e', readInput, '{prompt}'], { prompt });
    assert.equal((await run('word '.repeat(60_000))).tail.trim(), '300000');
    assert.equal((await run('short')).tail.trim(), '0');
  });

  it('[A1] one with a sandbox of its own is told what of git’s a commit in its worktree writes, and nothing else', async () => {
    const repository = await TemporaryRepository.create();
    try {
      await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
      const linked = join(repository.folder, 'linked');
      await repository.git('worktree', 'add', '-q', linked);
      const { args } = await tell(['-c', 'roots={gitRoots}'], { worktree: linked });
      const shared = join(repository.path, '.git');
      const roots = ['worktrees/linked', 'objects', 'refs', 'logs'].map((name) => join(shared, name));
      assert.deepEqual(args, ['-c', `roots=${JSON.stringify(roots)}`]);
    } finally {
      await repository.dispose();
    }
  });

  it('[A1] a line is split before anything is filled in', async () => {
    writeFileSync(join(worktree, 'tell.cjs'), TELL.replace('slice(1)', 'slice(2)'));
    const { tail } = await start(`"${process.execPath}" tell.cjs -p "{title} now"`, {
      story: { number: 1, title: 'a "b c', branch: 'b' },
    });
    assert.deepEqual((JSON.parse(tail) as Told).args, ['-p', 'a "b c now']);
  });

  it('[A6] silence ends it, and every process it started', async () => {
    const { outcome } = await start(
      ['sh', '-c', '(setsid sleep 600 &); sleep 600'],
      {},
      { limits: { silenceMinutes: 0.005 } },
    );
    assert.deepEqual(outcome, { kind: 'silent', afterMs: 300 });
    assert.deepEqual(machine.alive(), []);
  });

  it('[A6] its own time limit ends it', async () => {
    const { outcome } = await start(
      ['sh', '-c', 'while :; do echo on; sleep 0.05; done'],
      {},
      { limits: { minutes: 0.005 } },
    );
    assert.deepEqual(outcome, { kind: 'timedOut', afterMs: 300 });
  });

  it('[ST4] stopping it ends every process it started', async () => {
    let output = '';
    const run = await begin(['sh', '-c', '(setsid sleep 600 &); echo on; sleep 600'], {
      onOutput: ({ text }) => void (output += text),
    });
    await waitFor('the agent', () => output.includes('on'));
    run.stop();
    const end = await run.ended;
    assert.deepEqual(end.kind === 'ended' && end.outcome, { kind: 'stopped' });
    assert.deepEqual(machine.alive(), []);
  });

  it('[A1] a program that is not there is said to be missing', async () => {
    const { outcome } = await start('no-such-agent-of-ours {prompt}');
    assert.deepEqual(outcome, { kind: 'notFound', program: 'no-such-agent-of-ours' });
  });
});

describe('well-known agents', () => {
  let machine: Machine;
  beforeEach(() => (machine = new Machine()));
  afterEach(() => machine.close());

  it('[A1] are offered when found on PATH, and none is run by looking', async () => {
    const [bin, other] = [join(machine.folder, 'bin'), join(machine.folder, 'other')];
    for (const folder of [bin, other, join(bin, 'gemini')]) mkdirSync(folder);
    const script = `#!/bin/sh\ntouch '${machine.folder}/was-run'\n`;
    writeFileSync(join(bin, 'claude'), script, { mode: 0o755 });
    writeFileSync(join(bin, 'codex'), script, { mode: 0o644 });
    writeFileSync(join(other, 'codex'), script, { mode: 0o755 });
    const found = await findPresets({ PATH: `${bin}:${other}` }, 'linux');
    assert.deepEqual(
      found.map(({ name, path }) => [name, path]),
      [
        ['codex', join(other, 'codex')],
        ['claude', join(bin, 'claude')],
      ],
    );
    assert.equal(existsSync(join(machine.folder, 'was-run')), false);
    assert.deepEqual(await findPresets({}, 'linux'), []);
  });
});
