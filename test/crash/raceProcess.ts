// A real engine process in which two agents race, for the test that kills it while one of them is kept.
import type { StoryRecord } from '../../src/core/story/story';
import type { Engine } from '../../src/engine/engine';
import { killOnceAt, must, openLeader, problemLog, runProcess, type ProcessTask } from './processParts';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface RaceTask extends ProcessTask {
  readonly agents: unknown;
  /** Kill itself after each step of the race's end and of the removals in it that is not in this file yet, and note it there. */
  readonly killed: string;
}

const task = JSON.parse(process.argv[2] ?? '') as RaceTask;

async function main(): Promise<void> {
  const { session, engine } = await openLeader(task, { agents: task.agents, maxCoders: 2 }, problemLog, {
    onRaceStep: killAt,
    onRemovalStep: killAt,
  });
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

/** Nothing more happens in a process that is being killed. */
function killAt(step: string): Promise<void> {
  return killOnceAt(task.killed, step) ? new Promise(() => undefined) : Promise.resolve();
}

runProcess(main);
