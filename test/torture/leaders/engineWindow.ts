// A window of the leaders' torture: the engine's own bundle in a process of its own, that may be stopped, continued or killed
// at any moment. While it leads it makes stories of the branches that none has yet, and lets them land; it says each step of that.
import type { StoryRecord } from '../../../src/core/story/story';
import type { Engine } from '../../../src/engine/engine';
import { openBundle, type BundleTask } from '../../support/openBundle';

export interface LeaderTask extends BundleTask {
  /** Each is one story. `head` is the branch's commit. */
  readonly branches: readonly { readonly branch: string; readonly head: string }[];
  readonly batch: number;
}

export type LeaderSaid =
  | { readonly said: 'follows' | 'leads' }
  /** The leader has not answered for so long that the person is told, or answers again. */
  | { readonly said: 'unheard'; readonly is: boolean }
  | { readonly said: 'step'; readonly step: string }
  | { readonly said: 'done'; readonly count: number }
  | { readonly said: 'stories'; readonly stories: readonly StoryRecord[]; readonly log: readonly string[] }
  | { readonly said: 'broken'; readonly why: string; readonly log: readonly string[] };

/** So long (ms) after it is told that the leader does not answer a window says so: who would take over has done it by then. */
const TIME_TO_LEAD_MS = 5000;

const task = JSON.parse(process.argv[2] ?? '') as LeaderTask;
const log: string[] = [];
const note = (level: string) => (message: string) => void log.push(`${level} ${message}`);

async function main(): Promise<void> {
  const gates = [{ name: 'test', command: ['git', 'rev-parse', 'HEAD'] }];
  const session = await openBundle(
    task,
    { gates, queue: { wanted: 'batch', parallel: 1, batch: task.batch } },
    { debug: () => undefined, info: note('info'), warn: note('warn'), error: note('error') },
    {
      journalObserver: (step, moment) => {
        if (moment === 'after') say({ said: 'step', step });
      },
    },
  );
  let leads: Engine | null = null;
  let timer: NodeJS.Timeout | null = null;
  const look = (): void => {
    const engine = session.engine();
    if (engine !== null && engine !== leads) {
      say({ said: 'leads' });
      engine.onDidChange(() => count(engine));
      // Where all has landed before it led, nothing changes any more.
      count(engine);
      void work(engine).catch(broken);
    }
    leads = engine;
    const isUnheard = engine === null && session.problem() !== null;
    // It is said once there was time enough to take over.
    if (isUnheard && timer === null) timer = setTimeout(() => say({ said: 'unheard', is: true }), TIME_TO_LEAD_MS);
    if (isUnheard || timer === null) return;
    clearTimeout(timer);
    timer = null;
    say({ said: 'unheard', is: false });
  };
  process.on('message', () => say({ said: 'stories', stories: leads?.stories() ?? [], log }));
  session.onDidChange(look);
  if (session.engine() === null) say({ said: 'follows' });
  look();
}

/** What an earlier leader was killed in is gone on with: whatever is there is left as it is. */
async function work(engine: Engine): Promise<void> {
  for (const { branch, head } of task.branches) {
    if (engine.stories().some((story) => story.branch === `refs/heads/${branch}`)) continue;
    const made = await engine.adopt({ branch: `refs/heads/${branch}`, folder: null, head });
    if (made.kind === 'refused') throw new Error(made.message);
  }
  for (const { key, stage } of engine.stories()) {
    if (stage.name !== 'Coding') continue;
    const done = await engine.perform(key, { event: 'QaSkipped' });
    if (done.kind === 'refused') throw new Error(done.message);
  }
}

let counted = 0;

function count(engine: Engine): void {
  const landed = engine.stories().filter(({ stage }) => stage.name === 'Done').length;
  if (landed !== counted) say({ said: 'done', count: landed });
  counted = landed;
}

function say(message: LeaderSaid): void {
  process.send?.(message);
}

function broken(error: unknown): void {
  say({ said: 'broken', why: error instanceof Error ? (error.stack ?? error.message) : String(error), log });
}

void main().catch(broken);
