// A real engine process in which two agents race, for the test that kills it while one of them is kept.
import { appendFileSync, existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { systemClock } from '../../src/base/systemClock';
import type { StoryRecord } from '../../src/core/story/story';
import type { Engine } from '../../src/engine/engine';
import type * as services from '../../src/session/services';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface RaceTask {
  readonly repository: string;
  readonly bundle: string;
  readonly wasmPath: string;
  readonly gates: unknown;
  readonly agents: unknown;
  /** Kill itself after each step of the race's end and of the removals in it that is not in this file yet, and note it there. */
  readonly killed: string;
}

const task = JSON.parse(process.argv[2] ?? '') as RaceTask;
const { openSession } = createRequire(__filename)(task.bundle) as typeof services;
const warn = (message: string) => void process.stderr.write(`${message}\n`);

async function main(): Promise<void> {
  const opened = await openSession({
    gitBinary: 'git',
    folder: task.repository,
    wasmPath: task.wasmPath,
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn, error: warn },
    settings: () => ({
      target: 'main',
      gates: task.gates,
      agents: task.agents,
      maxCoders: 2,
      strategy: 'merge',
      reviewPaths: [],
    }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => 'granted',
    onOutput: () => undefined,
    afterLanding: () => Promise.resolve(),
    onRaceStep: killOnceAt,
    onRemovalStep: killOnceAt,
  });
  if (opened.kind !== 'open') throw new Error(`not open: ${opened.check.kind}`);
  const { session } = opened;
  const engine = session.engine();
  if (engine === null) throw new Error(`does not lead: ${session.problem()?.message ?? 'another process leads'}`);
  if (engine.stories().length === 0) await race(engine);
  await until(
    engine,
    (stories) => stories.every(({ stage }) => stage.name === 'Done') && stories.every(isOver(engine)),
  );
  process.stdout.write(JSON.stringify(engine.stories()));
  await session.dispose();
}

async function race(engine: Engine): Promise<void> {
  await until(engine, () => engine.commands() !== null);
  const created = await engine.createStory({ title: 'Say hello', type: 'story', body: '' });
  if (created.kind !== 'created') throw new Error(created.message);
  must(await engine.races.start(created.story.key, ['first', 'second']));
  await until(engine, (stories) => stories.every(({ stage }) => stage.name === 'ReviewHold'));
  const beside = engine.stories().find(({ number }) => number === 2);
  must(await engine.races.keep(beside?.key ?? ''));
}

function isOver(engine: Engine): (story: StoryRecord) => boolean {
  return ({ key }) => engine.questions.mergeStatus(key).kind === 'done';
}

function until(engine: Engine, holds: (stories: readonly StoryRecord[]) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = (): void => {
      if (holds(engine.stories())) resolve();
    };
    engine.onDidChange(look);
    look();
  });
}

function killOnceAt(step: string): Promise<void> {
  const known = existsSync(task.killed) ? readFileSync(task.killed, 'utf8').split('\n') : [];
  if (known.includes(step)) return Promise.resolve();
  appendFileSync(task.killed, `${step}\n`);
  process.kill(process.pid, 'SIGKILL');
  return new Promise(() => undefined);
}

function must(outcome: { kind: string; message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
