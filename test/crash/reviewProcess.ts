// A real engine process in which an agent reviews, for the test that kills it meanwhile.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { PastRun } from '../../src/core/agents/pastRun';
import type { HistoryEntry } from '../../src/core/story/history';
import type { StoryRecord } from '../../src/core/story/story';
import type { Engine } from '../../src/engine/engine';
import { WatchedDisk } from '../support/watchedDisk';
import { killOnceAt, must, openLeader, problemLog, runProcess, workOnStory, type ProcessTask } from './processParts';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface ReviewTask extends ProcessTask {
  readonly agents: unknown;
  /** Titles of the stories; each changes a file of its own. */
  readonly titles: readonly string[];
  /** Kill itself once after each kind of file that is written under review, and while the agent works, and note it there. */
  readonly killed: string;
}

/** What is written as a review begins. */
const BEGUN = {
  'the watch': /guard-kept$/,
  'the ledger': /runs\.log$/,
  'its pass': /mcp\/[^/]+\.json$/,
  'the prompt': /prompts\/[^/]+\.md$/,
};
const RUN = /agents\/[^/]+\/run\.json$/;
/** What is met for each story. */
const JUDGED = { 'the past run': /agent_runs\.txt$/, 'the story': /stories\.log$/ };
/** Met once: by the last story, whose first run is lost. */
const TRIED = { 'its try': /switchyard\/standings\.json$/ };

/** What it says at its end. */
export interface ReviewTaskEnd {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
  readonly runs: readonly (readonly Pick<PastRun, 'run' | 'came'>[])[];
}

const task = JSON.parse(process.argv[2] ?? '') as ReviewTask;
let engine: Engine | null = null;

async function main(): Promise<void> {
  let after: string | null = null;
  await WatchedDisk.watch(({ path }) => {
    const before = after;
    after = underReview() === undefined ? null : kindOf(path);
    if (before !== null) killAt(before);
    if (after === null && RUN.test(path)) killOnceThere(path);
    return null;
  });
  const { session, engine: led } = await openLeader(task, { agents: task.agents }, problemLog, {
    onOutput: (_, text) => {
      if (text.includes('I look.')) killAt('at work');
    },
  });
  engine = led;
  if (led.stories().length === 0)
    for (const title of task.titles) await workOnStory(led, title, `${title}.txt`, 'text\n');
  for (const { key, stage } of led.stories())
    if (stage.name === 'Coding' && stage.feedback === null) must(await led.perform(key, { event: 'GatesStarted' }));
  await new Promise<void>((resolve) => {
    const look = (): void => {
      if (led.stories().every((story) => isOver(led, story))) resolve();
    };
    led.onDidChange(look);
    look();
  });
  const history = await led.history({ cursor: 0, limit: 200 });
  const runs = await Promise.all(led.stories().map(async ({ key }) => (await session.runsOf(key)).agents));
  process.stdout.write(JSON.stringify({ stories: led.stories(), history, runs } satisfies ReviewTaskEnd));
  await session.dispose();
}

/** Landed, held, or sent back. */
function isOver(led: Engine, { key, stage }: StoryRecord): boolean {
  if (stage.name === 'Done') return led.questions.mergeStatus(key).kind === 'done';
  return stage.name === 'ReviewHold' || (stage.name === 'Coding' && stage.feedback !== null);
}

function underReview(): StoryRecord | undefined {
  return engine?.stories().find(({ stage }) => stage.name === 'QA' && stage.review !== undefined);
}

function kindOf(path: string): string | null {
  const named = (kinds: Record<string, RegExp>) => Object.keys(kinds).find((kind) => kinds[kind]?.test(path));
  const number = underReview()?.number;
  if (number === task.titles.length) return named(TRIED) ?? null;
  const judged = named(JUDGED);
  return judged === undefined ? (named(BEGUN) ?? null) : `${judged} of #${number}`;
}

/** Between the record of a run and its keeper's claim: that is said by whether the claim is there. */
function killOnceThere(record: string): void {
  if (!existsSync(record)) return void setImmediate(killOnceThere, record);
  killAt(existsSync(join(dirname(record), 'keeper.json')) ? 'the claim' : 'the record of the run');
}

function killAt(what: string): void {
  killOnceAt(task.killed, what);
}

runProcess(main);
