// A real engine process for the kill tests. It runs the engine's own bundle, which has no VS Code in it.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../src/base/systemClock';
import type { QueueBounds } from '../../src/core/pipeline/policy';
import type * as services from '../../src/session/services';
import type { Session } from '../../src/session/session';
import type { StoryRecord } from '../../src/core/story/story';
import type { Log } from '../../src/ports/log';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface EngineTask {
  readonly repository: string;
  readonly bundle: string;
  readonly wasmPath: string;
  readonly gates: unknown;
  /** Kill itself with SIGKILL around the record of this step; null to run to the end. */
  readonly killAt: { readonly step: string; readonly moment: 'before' | 'after' } | null;
  /** Kill itself around every record of a story's step that is not in this file yet, and note it there. */
  readonly killAtEachIn?: string;
  readonly queue?: QueueBounds;
  /** What each story changes; the process makes, starts and commits the stories if there are none. */
  readonly changes: readonly { readonly file: string; readonly text: string }[];
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

/** All stories are where they begin to land. */
let isReady = false;

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
      ...(task.queue && { queue: task.queue }),
    }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => (isReady ? 'granted' : 'unapproved'),
    onOutput: () => undefined,
    afterLanding: () => Promise.resolve(),
    journalObserver: (step, moment, { number }) => {
      if (task.killAt?.step === step && task.killAt.moment === moment) process.kill(process.pid, 'SIGKILL');
      if (task.killAtEachIn !== undefined) killOnceAt(task.killAtEachIn, `#${number} ${step} ${moment}`);
    },
  });
  if (opened.kind !== 'open') throw new Error(`not open: ${opened.check.kind}`);
  const { session } = opened;
  const engine = session.engine();
  if (engine === null) throw new Error(`does not lead: ${session.problem()?.message ?? 'another process leads'}`);
  say({ said: 'leading' });
  await workOnStories(engine);
  await new Promise<void>((resolve) => {
    const look = () => {
      const isOver = ({ key, stage }: StoryRecord): boolean =>
        !['Backlog', 'QA', 'Merge', 'Coding'].includes(stage.name) &&
        !['running', 'waiting', 'queued'].includes(engine.questions.mergeStatus(key).kind);
      if (engine.stories().length === task.changes.length && engine.stories().every(isOver)) resolve();
    };
    engine.onDidChange(look);
    look();
  });
  say({ said: 'ended', stories: engine.stories() });
  await session.dispose();
}

/** All of them are made, and wait to land, before any does: those that may land together do. */
async function workOnStories(engine: NonNullable<ReturnType<Session['engine']>>): Promise<void> {
  if (engine.stories().length === 0) for (const change of task.changes) await workOnStory(engine, change);
  const event = task.queue === undefined ? 'GatesStarted' : 'QaSkipped';
  for (const { key, stage } of engine.stories())
    if (stage.name === 'Coding') must(await engine.perform(key, { event }));
  isReady = true;
  engine.poke();
}

async function workOnStory(
  engine: NonNullable<ReturnType<Session['engine']>>,
  change: EngineTask['changes'][number],
): Promise<void> {
  const title = task.queue === undefined ? 'Change a file' : `Change ${change.file}`;
  const created = await engine.createStory({ title, type: 'story', body: '' });
  if (created.kind !== 'created') throw new Error(created.message);
  const { key } = created.story;
  must(await engine.perform(key, { event: 'Start' }));
  const worktree = await engine.worktreeOf(key);
  if (worktree === null) throw new Error('no worktree');
  writeFileSync(join(worktree, change.file), change.text);
  execFileSync('git', ['-C', worktree, 'add', '-A']);
  execFileSync('git', ['-C', worktree, 'commit', '-qm', title]);
}

/** A record that an earlier boot left is written again at the step it stood at; that one is known by then. */
function killOnceAt(file: string, what: string): void {
  const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (known.includes(what)) return;
  appendFileSync(file, `${what}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function must(outcome: { kind: string; message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
