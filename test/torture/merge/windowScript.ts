// A window of a torture scene: the engine's own bundle in a process of its own, that may be killed at any moment. It does
// what a person does through the views: makes the stories, starts them, freezes and unfreezes; `toRest` brings all of them
// to where nothing more happens by itself, says what became of them and closes.
import type { StoryRecord } from '../../../src/core/story/story';
import type { Engine } from '../../../src/engine/engine';
import type { PersonRequest } from '../../../src/engine/stories/personCommands';
import { openBundle, type BundleTask } from '../../support/openBundle';
import { Random } from '../random';
import { killWith, SCENE, type WITH } from './marked';
import type { Plan } from './plan';

export interface WindowTask extends BundleTask {
  readonly plan: Plan;
  readonly gates: readonly { readonly name: string; readonly command: string[]; readonly paths?: string[] }[];
  readonly agent: readonly string[];
  /** What the person of this window does, and when, follows from it. */
  readonly seed: number;
  readonly does: 'works' | 'toRest';
  /** So many of the plan's stories are there while it lives. */
  readonly stories: number;
  /** Kills itself around the record of this step, of whichever story comes to it first; null for never. */
  readonly killAt: {
    readonly step: string;
    readonly moment: 'before' | 'after';
    readonly with: (typeof WITH)[number];
  } | null;
}

/** What a window says to who watches it. */
export type Said =
  | { readonly said: 'leading' }
  | { readonly said: 'created'; readonly key: string; readonly title: string }
  | { readonly said: 'rest'; readonly stories: readonly StoryRecord[]; readonly log: readonly string[] }
  | { readonly said: 'broken'; readonly why: string; readonly log: readonly string[] };

const task = JSON.parse(process.argv[2] ?? '') as WindowTask;
const random = new Random(task.seed);
const log: string[] = [];
const note = (level: string) => (message: string) => void log.push(`${level} ${message}`);

/** How often a person tries to get a story on before it is as it is. */
const TRIES = 6;

async function main(): Promise<void> {
  const session = await openBundle(
    task,
    {
      gates: [...task.gates],
      agents: [{ name: 'coder', role: 'coder', command: task.agent }],
      maxCoders: 2,
      strategy: task.plan.strategy,
      queue: { wanted: task.plan.policy, parallel: 3, batch: 4 },
    },
    { debug: () => undefined, info: note('info'), warn: note('warn'), error: note('error') },
    {
      journalObserver: (step, moment) => {
        if (step === task.killAt?.step && moment === task.killAt.moment)
          killWith(task.killAt.with, process.pid, process.env[SCENE] ?? '');
      },
    },
  );
  for (const give = Date.now() + 60_000; session.engine() === null; await pause(10))
    if (Date.now() > give) throw new Error(`It does not lead: ${session.problem()?.message ?? 'another process does'}`);
  const engine = session.engine();
  if (engine === null) throw new Error('It does not lead any more.');
  await say({ said: 'leading' });
  await createMissing(engine);
  if (task.does === 'works') await work(engine);
  else {
    await bringToRest(engine);
    await session.dispose();
    await say({ said: 'rest', stories: engine.stories(), log });
  }
}

async function createMissing(engine: Engine): Promise<void> {
  for (const { title, body } of task.plan.stories.slice(0, task.stories)) {
    if (engine.stories().some((story) => story.title === title)) continue;
    const outcome = await engine.createStory({ title, type: 'story', body });
    if (outcome.kind !== 'created') throw new Error(outcome.message);
    await say({ said: 'created', key: outcome.story.key, title });
  }
}

/** A person at work, for as long as the process lives. */
async function work(engine: Engine): Promise<never> {
  for (;;) {
    for (const story of engine.stories()) if (story.stage.name === 'Backlog') await perform(engine, story, 'Start');
    const story = random.pick(engine.stories());
    if (story.stage.name === 'Frozen') await perform(engine, story, 'Unfreeze');
    else if (random.below(6) === 0) await perform(engine, story, 'Freeze');
    await pause(20 + random.below(80));
  }
}

async function bringToRest(engine: Engine): Promise<void> {
  const tries = new Map<string, number>();
  let [seen, since] = ['', Date.now()];
  for (;;) {
    let resting = 0;
    for (const story of engine.stories()) {
      const step = isAtWork(engine, story) ? null : nextStep(story, tries.get(story.key) ?? 0);
      if (step === 'rests') resting += 1;
      else if (step !== null) {
        if (step !== 'Unfreeze') tries.set(story.key, (tries.get(story.key) ?? 0) + 1);
        await perform(engine, story, step);
      }
    }
    if (resting === task.stories) return;
    const now = JSON.stringify(
      engine.stories().map(({ key, stage }) => [key, stage, engine.questions.mergeStatus(key)]),
    );
    if (now !== seen) [seen, since] = [now, Date.now()];
    // Nothing changes: it hangs. A machine under load changes something in this time.
    if (Date.now() - since > 90_000) throw new Error(`It does not come to rest: ${seen}`);
    await pause(25);
  }
}

function isAtWork(engine: Engine, { key, stage }: StoryRecord): boolean {
  if (stage.name === 'QA' || stage.name === 'Merge') return true;
  if (['running', 'waiting', 'queued'].includes(engine.questions.mergeStatus(key).kind)) return true;
  return stage.name === 'Coding' && stage.coder === 'anyone';
}

/** What a person does with a story that does not move; `rests` where it is as it shall be, or cannot be helped. */
function nextStep({ title, stage }: StoryRecord, tried: number): PersonRequest['event'] | 'rests' {
  if (stage.name === 'Frozen') return 'Unfreeze';
  const isDone = stage.name === 'Done' || stage.name === 'Archived' || stage.name.startsWith('MergeFailure');
  if (isDone || title.endsWith('red') || tried >= TRIES) return stage.name === 'Backlog' && tried < TRIES ? 'Start' : 'rests'; // prettier-ignore
  if (stage.name === 'Backlog') return 'Start';
  if (stage.name === 'Blocked') return 'Unblock';
  if (stage.name === 'Coding') return 'GatesStarted';
  return 'rests';
}

async function perform(engine: Engine, story: StoryRecord, event: PersonRequest['event']): Promise<void> {
  const outcome = await engine.perform(story.key, { event });
  if (outcome.kind === 'refused') log.push(`refused #${story.number} ${event}: ${outcome.message}`);
}

function say(message: Said): Promise<void> {
  return new Promise((resolve) => process.send?.(message, () => resolve()));
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

main().then(
  () => process.exit(0),
  (error: unknown) => {
    const why = error instanceof Error ? (error.stack ?? error.message) : String(error);
    void say({ said: 'broken', why, log }).then(() => process.exit(1));
  },
);
