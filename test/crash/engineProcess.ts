// A real engine process for the kill tests. It runs the engine's own bundle, which has no VS Code in it.
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../src/base/systemClock';
import type * as services from '../../src/session/services';
import type { Session } from '../../src/session/session';
import type { Log } from '../../src/ports/log';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface EngineTask {
  readonly repository: string;
  readonly bundle: string;
  readonly wasmPath: string;
  readonly gates: unknown;
  /** Kill itself with SIGKILL around the record of this step; null to run to the end. */
  readonly killAt: { readonly step: string; readonly moment: 'before' | 'after' } | null;
  /** What the story changes; the process makes, starts and commits the story if there is none. */
  readonly change: { readonly file: string; readonly text: string };
}

const task = JSON.parse(process.argv[2] ?? '') as EngineTask;
const { openSession } = createRequire(__filename)(task.bundle) as typeof services;
const say = (message: object) => process.stdout.write(`${JSON.stringify(message)}\n`);
const log: Log = {
  debug: () => undefined,
  info: (message) => process.stderr.write(`info ${message}\n`),
  warn: (message) => process.stderr.write(`warn ${message}\n`),
  error: (message) => process.stderr.write(`error ${message}\n`),
};

async function main(): Promise<void> {
  const opened = await openSession({
    gitBinary: 'git',
    folder: task.repository,
    wasmPath: task.wasmPath,
    clock: systemClock,
    log,
    settings: () => ({
      target: 'main',
      gates: task.gates,
      agents: [],
      maxCoders: 1,
      strategy: 'merge',
      reviewPaths: [],
    }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => 'granted',
    onOutput: () => undefined,
    afterLanding: () => Promise.resolve(),
    journalObserver: (step, moment) => {
      if (task.killAt?.step === step && task.killAt.moment === moment) process.kill(process.pid, 'SIGKILL');
    },
  });
  if (opened.kind !== 'open') throw new Error(`not open: ${opened.check.kind}`);
  const { session } = opened;
  const engine = session.engine();
  if (engine === null) throw new Error(`does not lead: ${session.problem() ?? 'another process leads'}`);
  say({ said: 'leading' });
  if (engine.stories().length === 0) await workOnStory(engine);
  await new Promise<void>((resolve) => {
    const look = () => {
      const [story] = engine.stories();
      const idle = story?.stage.name !== 'QA' && story?.stage.name !== 'Merge' && story?.stage.name !== 'Coding';
      const merging =
        story !== undefined && ['running', 'waiting', 'queued'].includes(engine.mergeStatus(story.key).kind);
      if (idle && !merging) resolve();
    };
    engine.onDidChange(look);
    look();
  });
  const [story] = engine.stories();
  if (story !== undefined) say({ said: 'ended', story, status: engine.mergeStatus(story.key) });
  await session.dispose();
}

async function workOnStory(engine: NonNullable<ReturnType<Session['engine']>>): Promise<void> {
  const created = await engine.createStory({ title: 'Change a file', type: 'story', body: '' });
  if (created.kind !== 'created') throw new Error(created.message);
  const { key } = created.story;
  must(await engine.perform(key, { event: 'Start' }));
  const worktree = await engine.worktreeOf(key);
  if (worktree === null) throw new Error('no worktree');
  writeFileSync(join(worktree, task.change.file), task.change.text);
  execFileSync('git', ['-C', worktree, 'add', '-A']);
  execFileSync('git', ['-C', worktree, 'commit', '-qm', 'Change a file']);
  must(await engine.perform(key, { event: 'GatesStarted' }));
}

function must(outcome: { kind: string; message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
