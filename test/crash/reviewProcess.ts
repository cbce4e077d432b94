// A real engine process in which an agent reviews, for the test that kills it meanwhile.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { systemClock } from '../../src/base/systemClock';
import type { PastRun } from '../../src/core/agents/pastRun';
import type { HistoryEntry } from '../../src/core/story/history';
import type { StoryRecord } from '../../src/core/story/story';
import type { Engine } from '../../src/engine/engine';
import type * as services from '../../src/session/services';
import { WatchedDisk } from '../support/watchedDisk';

/** What the parent asks of one process. Passed as JSON in the first argument. */
export interface ReviewTask {
  readonly repository: string;
  readonly bundle: string;
  readonly wasmPath: string;
  readonly gates: unknown;
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
/** What is met for each story. */
const JUDGED = { 'the past run': /agent_runs\.txt$/, 'the story': /stories\.log$/ };
/** A run that nobody keeps yet is one that broke off: the last story has it, so that the verdicts before it are met. */
const BROKEN = { 'the run': /agents\/[^/]+\/run\.json$/ };

/** What it says at its end. */
export interface ReviewTaskEnd {
  readonly stories: readonly StoryRecord[];
  readonly history: readonly HistoryEntry[];
  readonly runs: readonly (readonly Pick<PastRun, 'run' | 'came'>[])[];
}

const task = JSON.parse(process.argv[2] ?? '') as ReviewTask;
const { openSession } = createRequire(__filename)(task.bundle) as typeof services;
const warn = (message: string) => void process.stderr.write(`${message}\n`);
let engine: Engine | null = null;

async function main(): Promise<void> {
  let after: string | null = null;
  await WatchedDisk.watch(({ path }) => {
    const before = after;
    after = underReview() === undefined ? null : kindOf(path);
    if (before !== null) killOnceAt(before);
    return null;
  });
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
      maxCoders: 1,
      strategy: 'merge',
      reviewPaths: [],
    }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => 'granted',
    onOutput: (_, text) => {
      if (text.includes('I look.')) killOnceAt('at work');
    },
    afterLanding: () => Promise.resolve(),
  });
  if (opened.kind !== 'open') throw new Error(`not open: ${opened.check.kind}`);
  const { session } = opened;
  engine = session.engine();
  if (engine === null) throw new Error(`does not lead: ${session.problem()?.message ?? 'another process leads'}`);
  const led = engine;
  if (led.stories().length === 0) for (const title of task.titles) await workOn(led, title);
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

async function workOn(led: Engine, title: string): Promise<void> {
  const created = await led.createStory({ title, type: 'story', body: '' });
  if (created.kind !== 'created') throw new Error(created.message);
  const { key } = created.story;
  must(await led.perform(key, { event: 'Start' }));
  const worktree = await led.worktreeOf(key);
  if (worktree === null) throw new Error('no worktree');
  writeFileSync(join(worktree, `${title}.txt`), 'text\n');
  execFileSync('git', ['-C', worktree, 'add', '-A']);
  execFileSync('git', ['-C', worktree, 'commit', '-qm', title]);
}

function kindOf(path: string): string | null {
  const named = (kinds: Record<string, RegExp>) => Object.keys(kinds).find((kind) => kinds[kind]?.test(path));
  const number = underReview()?.number;
  const judged = named(JUDGED);
  if (judged !== undefined) return `${judged} of #${number}`;
  return named(BEGUN) ?? (number === task.titles.length ? named(BROKEN) : undefined) ?? null;
}

function killOnceAt(what: string): void {
  const known = existsSync(task.killed) ? readFileSync(task.killed, 'utf8').split('\n') : [];
  if (known.includes(what)) return;
  appendFileSync(task.killed, `${what}\n`);
  process.kill(process.pid, 'SIGKILL');
}

function must(outcome: { kind: string; message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  process.exitCode = 1;
});
