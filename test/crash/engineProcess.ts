// A real engine process for the kill tests.
import type { QueueBounds } from '../../src/core/pipeline/policy';
import type { Engine } from '../../src/engine/engine';
import type { StoryRecord } from '../../src/core/story/story';
import type { Log } from '../../src/ports/log';
import { killOnceAt, must, openLeader, runProcess, workOnStory, type ProcessTask } from './processParts';

/** Of a record. */
export type Moment = 'before' | 'after';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface EngineTask extends ProcessTask {
  /**
   * Kill itself with SIGKILL around the record of this step; or around that of each step that is not in the file yet, which
   * notes them: at this moment for the first story, at the other one for the second. Null to run to the end.
   */
  readonly killAt:
    | { readonly step: string; readonly moment: Moment }
    | { readonly each: 'step'; readonly notedIn: string; readonly first: Moment }
    | null;
  readonly queue?: QueueBounds;
  /** What each story changes; the process makes, starts and commits the stories if there are none. */
  readonly changes: readonly { readonly file: string; readonly text: string }[];
}

const task = JSON.parse(process.argv[2] ?? '') as EngineTask;
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
  const { session, engine } = await openLeader(task, task.queue ? { queue: task.queue } : {}, log, {
    permission: () => (isReady ? 'granted' : 'unapproved'),
    journalObserver: (step, moment, { number }) => {
      const { killAt } = task;
      if (killAt === null) return;
      // A record that an earlier boot left is written again at the step it stood at; that one is known by then.
      if ('each' in killAt) {
        if ((number === 1) === (moment === killAt.first)) killOnceAt(killAt.notedIn, `#${number} ${step} ${moment}`);
      } else if (killAt.step === step && killAt.moment === moment) process.kill(process.pid, 'SIGKILL');
    },
  });
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
async function workOnStories(engine: Engine): Promise<void> {
  if (engine.stories().length === 0)
    for (const { file, text } of task.changes) await workOnStory(engine, `Change ${file}`, file, text);
  // One at a time goes through QA as well.
  const event = task.queue === undefined || task.queue.wanted === 'one' ? 'GatesStarted' : 'QaSkipped';
  for (const { key, stage } of engine.stories())
    if (stage.name === 'Coding') must(await engine.perform(key, { event }));
  isReady = true;
  engine.poke();
}

runProcess(main);
