import { readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import type { GitWitness } from '../../../src/core/recovery/witnesses';
import type { HistoryEntry } from '../../../src/core/story/history';
import type { Stage } from '../../../src/core/story/stage';
import type { StoryRecord } from '../../../src/core/story/story';
import { bodyId, gateOutputId } from '../../../src/core/story/contentIds';
import type { Clock } from '../../../src/ports/clock';
import type { Log } from '../../../src/ports/log';
import { openStore, type OpenStore } from '../../../src/store/openStore';
import { projectRoot } from '../../support/projectRoot';
import { jobAt, OTHER_TIP, STAGES } from '../../support/storyFixtures';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';

const wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');
const standing: Clock = {
  now: () => Date.parse('2026-01-02T12:00:00.000Z'),
  after: () => ({ dispose: () => undefined }),
};

/** What was acknowledged: by story its record and its text, by job its step. */
export interface Truth {
  /** What stands in small files beside the stories; see `listsOf`. */
  readonly lists: Readonly<Record<string, unknown>>;
  /** Outputs and earlier texts, by id. */
  readonly kept: ReadonlyMap<string, string>;
  readonly stories: ReadonlyMap<string, StoryRecord>;
  readonly bodies: ReadonlyMap<string, string>;
  readonly buried: readonly number[];
  readonly jobs: ReadonlyMap<string, string>;
  readonly historyLines: number;
  /** Stories of which the search index knows something else than the list, or which only one of the two knows. */
  readonly mirroredWrong: readonly string[];
}

/** A store as it was left, by which what opens after a damage is judged. */
export interface Past {
  readonly name: string;
  readonly files: ReadonlyMap<string, Buffer>;
  readonly truth: Truth;
}

export interface OpenedPast {
  readonly store: OpenStore;
  /** What was logged as `warn` or `error`. */
  readonly said: string[];
}

const DONE: Stage = { name: 'Done', mergeCommit: OTHER_TIP, mergedAt: '2026-01-02T11:40:00.000Z', by: 'queue' };
const LANDED = 'refs/heads/story/1-story-1';

/** What git knows of the past that `makePast` writes. */
const GIT: GitWitness = {
  landings: [
    { key: 'k1', commit: OTHER_TIP, at: '2026-01-02T11:40:00.000Z', named: { number: 1, title: 'Story 1 (#1)' } },
  ],
  branches: new Map([[LANDED, OTHER_TIP]]),
};

export async function openPast(dir: string, clock: Clock = standing): Promise<OpenedPast> {
  const said: string[] = [];
  const keep = (message: string): void => void said.push(message);
  const silent = (): void => undefined;
  const log: Log = { debug: silent, info: silent, warn: keep, error: keep };
  const store = await openStore({
    dir,
    wasmPath,
    clock,
    log,
    askGit: () => Promise.resolve(GIT),
    askBranches: () => Promise.resolve(GIT.branches),
  });
  return { store, said };
}

/** A store with a past: #1 landed, #2 deleted, #3 archived, the others on their way; with texts, an output and jobs. */
export async function makePast(dir: string, stories = 8): Promise<Truth> {
  const { store } = await openPast(dir);
  for (let number = 1; number <= stories; number += 1) {
    const entry = entryOf(`k${number}`, { number, event: 'Created', from: null, to: 'Backlog' });
    must(await store.stories.create(storyNumber(number), `# Story ${number}\n\n- [ ] It works\n`, entry));
  }
  const first = { ...storyNumber(1), branch: LANDED };
  for (const stage of [STAGES.Coding, STAGES.QA, STAGES.Merge, DONE]) must(await move(store, first, stage));
  for (const step of ['queued', 'gated', 'landing', 'landed', 'cleaned'] as const)
    await store.jobs.append(jobAt(step, { id: 'job-1', storyKey: 'k1', number: 1 }));
  must(await store.stories.bury('k2', entryOf('k2', { number: 2, event: 'Deleted' })));
  must(await move(store, storyNumber(3), { name: 'Archived', reason: { kind: 'abandoned' } }));
  for (let number = 4; number <= stories; number += 1) must(await move(store, storyNumber(number), STAGES.Coding));
  const output = store.content.openOutput(gateOutputId('k4'));
  output.write('one test failed\n');
  await output.close();
  const truth = await readTruth(store);
  await store.close();
  return truth;
}

export function move(store: OpenStore, story: StoryRecord, stage: Stage) {
  const { name, ...evidence } = stage;
  const before = store.stories.get(story.key) ?? story;
  const at = new Date(Date.parse(before.updatedAt) + 1000).toISOString();
  const line: HistoryEntry = { ...entryOf(story.key), at, number: story.number, event: 'Moved' };
  return store.stories.write(
    { ...before, branch: story.branch, stage, stageAt: at, updatedAt: at },
    { ...line, from: before.stage.name, to: name, evidence: JSON.stringify(evidence) },
  );
}

export function must(outcome: { readonly kind: string; readonly message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

/** Stories that some past, or a deed, gives an output or an earlier text. */
const WITH_OUTPUT = ['k4', 'k5', 'k6'];
const EDITED = ['k5'];

/** Earlier texts are listed to come back to; one of them that is damaged is missing there. */
function earlierName(key: string, at: number): string {
  return `earlier text ${at} of ${key}`;
}

/** Everything that a store says it holds. */
export async function readTruth(store: OpenStore): Promise<Truth> {
  const stories = new Map(store.stories.stories().map((story) => [story.key, story]));
  const page = await store.stories.archived({ after: null, limit: 1000 });
  for (const story of page.stories) stories.set(story.key, story);
  const bodies = new Map<string, string>();
  for (const key of [...stories.keys(), ...store.stories.tombstones().map((one) => one.key)]) {
    const text = await store.content.read(bodyId(key)).catch(() => null);
    if (text !== null) bodies.set(key, text);
  }
  const kept = new Map<string, string>();
  for (const id of WITH_OUTPUT.map(gateOutputId)) {
    const text = await store.content.read(id).catch(() => null);
    if (text !== null) kept.set(id, text);
  }
  for (const key of EDITED) {
    const earlier = [...(await store.content.earlierBodies(key))].reverse();
    for (const [at, { text }] of earlier.entries()) kept.set(earlierName(key, at), text);
  }
  const history = await store.stories.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER });
  return {
    stories,
    bodies,
    buried: store.stories.tombstones().map(({ number }) => number).sort((one, other) => one - other), // prettier-ignore
    jobs: new Map(store.jobs.jobs().map(({ id, step }) => [id, step])),
    historyLines: history.length,
    mirroredWrong: await mirroredWrong(store, stories),
    kept,
    lists: listsOf(store),
  };
}

async function mirroredWrong({ shadow }: OpenStore, stories: ReadonlyMap<string, StoryRecord>): Promise<string[]> {
  const keys = [...(await shadow.numbered()).keys()];
  const mirrored = new Map((await shadow.named(keys)).map((one) => [one.key, one]));
  const isRight = (key: string): boolean =>
    mirrored.get(key)?.title === stories.get(key)?.title && mirrored.get(key)?.stage === stories.get(key)?.stage.name;
  return [...new Set([...mirrored.keys(), ...stories.keys()])].filter((key) => !isRight(key));
}

/** What is in the small files, each of which a person would miss. */
function listsOf(store: OpenStore): Truth['lists'] {
  const { findings, words, resumes, removals, quarantines, sessions, ledger } = store;
  return {
    findings: findings.list(),
    words: words.list(),
    resumed: resumes.at(OTHER_TIP),
    removals: removals.list(),
    quarantines: quarantines.list(),
    sessions: sessions.list(),
    standings: sessions.standings(),
    verdicts: ledger.recent(100),
    runs: ledger.agentRuns(),
  };
}

/** Files of a store with their bytes, by path below it. Locks and sockets of the leader are none of it. */
export function filesOf(dir: string): Map<string, Buffer> {
  const names = readdirSync(dir, { recursive: true }) as string[];
  const files = names.filter((name) => statSync(path.join(dir, name)).isFile());
  return new Map(files.sort().map((name) => [name, readFileSync(path.join(dir, name))]));
}
