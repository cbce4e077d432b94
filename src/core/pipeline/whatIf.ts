import { advance } from '../story/advance';
import type { StoryEvent } from '../story/events';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import type { PipelineFacts } from './facts';
import { forecast, type Forecast, type Landing } from './forecast';
import type { WhatIfChange, WhatIfKind } from './whatIfChange';

/** A landing that is expected to fail: the story with the one that lands before it, `with` null for the target as it is. */
export interface ForeseenConflict {
  readonly number: number;
  readonly with: number | null;
  readonly files: readonly string[];
  /** The gate that is red on both, where git can merge them. */
  readonly gate?: string;
}

/** When each story will land, and which conflicts this order brings. */
export interface Outlook {
  readonly times: Forecast['times'];
  readonly landings: readonly Landing[];
  readonly conflicts: readonly ForeseenConflict[];
}

/** What one change would make of it. `at` in ms since 1970; null where the story does not land. */
export interface WhatIfRow {
  readonly change: WhatIfChange;
  readonly number: number;
  /** Stories that land at another time than they would without, in the order in which they then land. */
  readonly moved: readonly {
    readonly number: number;
    readonly title: string;
    readonly before: number | null;
    readonly after: number | null;
  }[];
  /** Conflicts that the change brings, and those that it spares. */
  readonly brings: readonly ForeseenConflict[];
  readonly spares: readonly ForeseenConflict[];
}

export interface WhatIf extends Outlook {
  /** In ms since 1970: the moment that all of it is reckoned from. */
  readonly now: number;
  readonly rows: readonly WhatIfRow[];
}

/** Of so many stories the changes are reckoned; the rest only has its time. */
const MOST_CHANGED = 12;

/** When each queued story will land, and what approving, freezing, or preferring one would change. Pure; all changes unless given. */
export function whatIf(facts: PipelineFacts, changes?: readonly WhatIfChange[]): WhatIf {
  const present = outlook(facts);
  const rows = (changes ?? possibleChanges(facts, present)).map((change) => rowOf(facts, present, change));
  return { ...present, now: facts.now, rows: rows.filter((row) => row !== null) };
}

/** As the queue is, or with a change made to it. */
function outlook(facts: PipelineFacts): Outlook {
  const { times, landings } = forecast(facts);
  return { times, landings, conflicts: conflictsOf(facts, landings) };
}

/** Approving what waits for a review; freezing and preferring what is in the queue and has not begun to land. */
function possibleChanges(facts: PipelineFacts, { landings }: Outlook): WhatIfChange[] {
  const held = facts.stories.filter(({ stage }) => stage.name === 'ReviewHold').slice(0, MOST_CHANGED);
  const queued = landings.slice(0, MOST_CHANGED);
  const first = queued.find(({ lands }) => lands === 'by itself')?.key;
  return [
    ...held.map(({ key }): WhatIfChange => ({ kind: 'approve', key })),
    ...queued.flatMap(({ key }): WhatIfChange[] =>
      key === first
        ? [{ kind: 'freeze', key }]
        : [
            { kind: 'freeze', key },
            { kind: 'first', key },
          ],
    ),
  ];
}

function rowOf(facts: PipelineFacts, present: Outlook, change: WhatIfChange): WhatIfRow | null {
  const story = facts.stories.find(({ key }) => key === change.key);
  const changed = story === undefined ? null : changeStory(story, change.kind, facts);
  if (story === undefined || changed === null) return null;
  const future = outlook(withStory(facts, changed));
  const before = new Map(present.landings.map((one) => [one.key, one]));
  const after = new Map(future.landings.map((one) => [one.key, one]));
  const all = [...future.landings, ...present.landings.filter(({ key }) => !after.has(key))];
  const moved = all.flatMap(({ key, number, title }) => {
    const [was, is] = [before.get(key)?.at ?? null, after.get(key)?.at ?? null];
    return isSameTime(was, is) ? [] : [{ number, title, before: was, after: is }];
  });
  const lacking = (some: readonly ForeseenConflict[], others: readonly ForeseenConflict[]): ForeseenConflict[] =>
    some.filter((one) => !others.some((other) => isSameConflict(one, other)));
  return {
    change,
    number: story.number,
    moved,
    brings: lacking(future.conflicts, present.conflicts),
    spares: lacking(present.conflicts, future.conflicts),
  };
}

/** To the second: what is reckoned is not more exact than that. */
function isSameTime(one: number | null, other: number | null): boolean {
  return one === null || other === null ? one === other : Math.abs(one - other) < 1000;
}

function isSameConflict(one: ForeseenConflict, other: ForeseenConflict): boolean {
  return one.number === other.number && one.with === other.with;
}

/** Null where the scheduler would not take it. */
function changeStory(story: StoryRecord, kind: WhatIfKind, { now, target }: PipelineFacts): StoryRecord | null {
  const at = new Date(now).toISOString();
  if (kind === 'first') return { ...story, priority: 0, queuedAt: '1970-01-01T00:00:00.000Z' };
  const stage = underlyingStage(story.stage);
  const tip = 'tip' in stage ? stage.tip : null;
  const look = { tip, target: target.kind === 'found' ? target.tip : null };
  const branch = story.branch ?? '';
  const event: StoryEvent =
    kind === 'freeze' ? { name: 'Freeze', look } : { name: 'Approved', branch, tip: tip ?? '', commitsAhead: 1 };
  const outcome = advance(story, event, at);
  return outcome.kind === 'advanced' ? outcome.story : null;
}

function withStory(facts: PipelineFacts, story: StoryRecord): PipelineFacts {
  const isQueued = story.stage.name === 'Merge' || story.stage.name === 'QA';
  const runs = new Map(facts.runs);
  if (!isQueued) runs.delete(story.key);
  return {
    ...facts,
    stories: facts.stories.map((one) => (one.key === story.key ? story : one)),
    jobs: isQueued ? facts.jobs : facts.jobs.filter(({ job }) => job.storyKey !== story.key),
    runs,
  };
}

/** Of two that conflict the one that lands later meets it. */
function conflictsOf({ stories, conflicts = [] }: PipelineFacts, landings: readonly Landing[]): ForeseenConflict[] {
  const places = new Map(landings.map(({ key }, place) => [key, place]));
  const numbers = new Map(stories.map(({ key, number }) => [key, number]));
  return conflicts.flatMap(({ one, other, files, gate }): ForeseenConflict[] => {
    const [place, against] = [places.get(one), other === null ? -1 : places.get(other)];
    if (place === undefined || against === undefined) return [];
    const [later, earlier] = place > against ? [one, other] : [other ?? one, one];
    const number = numbers.get(later);
    const met = earlier === null ? null : (numbers.get(earlier) ?? null);
    return number === undefined ? [] : [{ number, with: met, files, ...(gate && { gate: gate.name }) }];
  });
}
