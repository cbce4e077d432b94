import { cyclesAmong, cycleThrough } from './cycles';
import { isLanded, underlyingStage, type Stage } from './stage';
import type { StoryRecord } from './story';
import { stageWord } from './stageWords';
import { inEnglish, say, type Said, type SaidValue } from '../words/said';

/** What is known of a story that another depends on, wherever it is kept. */
export type Dependency =
  | { readonly kind: 'story'; readonly number: number; readonly stage: Stage; readonly dependsOn: readonly string[] }
  | { readonly kind: 'deleted'; readonly number: number }
  | { readonly kind: 'missing' }
  /** Nobody has looked yet. */
  | { readonly kind: 'unread' };

/** A story that has not landed yet, with its stage in words. */
export interface Awaited {
  readonly key: string;
  readonly number: number;
  readonly stage: string;
}

/** Why a dependency will never land by itself; `cycle` leads from a story back to itself. */
export type Obstacle =
  | { readonly kind: 'abandoned' | 'deleted'; readonly number: number }
  | { readonly kind: 'superseded'; readonly number: number; readonly by: number }
  | { readonly kind: 'missing' }
  /** Its commit is on the target, and so is one that takes it back; `by` is the story that does, null for a commit by hand. */
  | { readonly kind: 'reverted'; readonly number: number; readonly by: number | null }
  | { readonly kind: 'cycle'; readonly numbers: readonly number[] };

/**
 * Whether a story may begin. `waiting`: it may as soon as all of `on` have landed; empty while what it depends on has not
 * been looked up. `blocked`: a person has to change what it depends on; `on` are those that would have to land besides.
 */
export type DependencyState =
  | { readonly kind: 'ready' }
  | { readonly kind: 'waiting'; readonly on: readonly Awaited[] }
  | { readonly kind: 'blocked'; readonly by: readonly Obstacle[]; readonly on: readonly Awaited[] };

type Judged = 'landed' | 'unread' | Awaited | Obstacle;
type Depending = Pick<StoryRecord, 'key' | 'number' | 'stage' | 'dependsOn'>;

const READY: DependencyState = { kind: 'ready' };

/** The state of one story. `cycle`: the numbers of the one it is part of, if any. */
export function dependencyState(
  { dependsOn }: Pick<StoryRecord, 'dependsOn'>,
  lookup: (key: string) => Dependency,
  cycle: readonly number[] | null = null,
): DependencyState {
  if (dependsOn.length === 0) return READY;
  const on: Awaited[] = [];
  const by: Obstacle[] = cycle === null ? [] : [{ kind: 'cycle', numbers: cycle }];
  let unread = false;
  for (const key of new Set(dependsOn)) {
    const judged = judge(key, lookup(key));
    if (judged === 'unread') unread = true;
    if (judged === 'landed' || judged === 'unread') continue;
    if ('stage' in judged) on.push(judged);
    else by.push(judged);
  }
  if (by.length > 0) return { kind: 'blocked', by, on };
  return on.length === 0 && !unread ? READY : { kind: 'waiting', on };
}

/** As `dependencyState`, with the cycle found by looking along what has not landed. */
export function stateBy(story: Depending, lookup: (key: string) => Dependency): DependencyState {
  const cycle = cycleThrough(story, (key) => {
    const found = lookup(key);
    return found.kind === 'story' && isAwaited(found.stage) ? { ...found, key } : undefined;
  });
  return dependencyState(story, lookup, cycle);
}

function judge(key: string, dependency: Dependency): Judged {
  if (dependency.kind === 'unread') return 'unread';
  if (dependency.kind === 'missing') return { kind: 'missing' };
  const { number } = dependency;
  if (dependency.kind === 'deleted') return { kind: 'deleted', number };
  const { stage } = dependency;
  const revert = revertOf(stage);
  if (revert !== null) return { kind: 'reverted', number, by: revert.number };
  if (hasLanded(stage)) return 'landed';
  if (stage.name !== 'Archived') return { key, number, stage: stage.name };
  return stage.reason.kind === 'supersededBy'
    ? { kind: 'superseded', number, by: stage.reason.number }
    : { kind: 'abandoned', number };
}

/** Its commit is on the target, whatever was done with the story since. */
function hasLanded(stage: Stage): boolean {
  return isLanded(underlyingStage(stage));
}

/** What takes back what it landed. */
function revertOf(stage: Stage): { readonly number: number | null } | null {
  const under = underlyingStage(stage);
  return under.name === 'Done' || under.name === 'Archived' ? (under.revertedBy ?? null) : null;
}

/** Something can still wait for it, and it for something. */
function isAwaited(stage: Stage): boolean {
  return stage.name !== 'Archived' && !hasLanded(stage);
}

/** What a story depends on, as it is told: `state` is its stage, how it was archived, `deleted` or `missing`. */
export interface NamedDependency {
  readonly key: string;
  /** Null where nothing is known of it. */
  readonly number: number | null;
  readonly state: string;
}

function named(key: string, dependency: Dependency): NamedDependency {
  if (dependency.kind !== 'story') {
    const number = dependency.kind === 'deleted' ? dependency.number : null;
    return { key, number, state: dependency.kind === 'unread' ? '' : dependency.kind };
  }
  const { number, stage } = dependency;
  if (revertOf(stage) !== null) return { key, number, state: 'reverted' };
  return { key, number, state: stage.name === 'Archived' ? stage.reason.kind : stage.name };
}

const NOTHING: readonly NamedDependency[] = [];

/** What the stories of a repository have to do with each other, both ways. Made of facts anew each time. */
export interface Dependencies {
  state(story: Depending): DependencyState;
  /** What a story depends on, in its order. */
  of(story: Depending): readonly NamedDependency[];
  /** Numbers of the stories that wait for this one, rising. */
  neededBy(key: string): readonly number[];
}

const NOBODY: readonly number[] = [];
const NONE: Dependencies = { state: () => READY, of: () => NOTHING, neededBy: () => NOBODY };

/** `elsewhere` says what is known of those that are not among `stories`. */
export function dependenciesOf(
  stories: readonly Depending[],
  elsewhere: ReadonlyMap<string, Dependency>,
): Dependencies {
  const depending = stories.filter(({ dependsOn }) => dependsOn.length > 0);
  if (depending.length === 0) return NONE;
  const needed = new Set(depending.flatMap(({ dependsOn }) => dependsOn));
  const known = new Map<string, Depending>();
  for (const story of stories) if (needed.has(story.key) || story.dependsOn.length > 0) known.set(story.key, story);
  const lookup = (key: string): Dependency => {
    const story = known.get(key);
    if (story === undefined) return elsewhere.get(key) ?? { kind: 'unread' };
    return { kind: 'story', number: story.number, stage: story.stage, dependsOn: story.dependsOn };
  };
  const waiting = depending.filter(({ stage }) => isAwaited(stage));
  const cycles = cyclesAmong(waiting);
  const neededBy = new Map<string, number[]>();
  for (const { number, dependsOn } of waiting) {
    for (const key of new Set(dependsOn)) neededBy.set(key, [...(neededBy.get(key) ?? []), number]);
  }
  for (const numbers of neededBy.values()) numbers.sort((a, b) => a - b);
  return {
    state: (story) => (isAwaited(story.stage) ? dependencyState(story, lookup, cycles.get(story.key) ?? null) : READY),
    of: ({ dependsOn }) => (dependsOn.length === 0 ? NOTHING : dependsOn.map((key) => named(key, lookup(key)))),
    neededBy: (key) => neededBy.get(key) ?? NOBODY,
  };
}

/** Why a story does not begin and what would help; null for one that may. */
export function describeDependencies(state: DependencyState): string | null {
  const said = sayDependencies(state);
  return said === null ? null : inEnglish(said);
}

/** The same in sentences that can be said in any language. */
export function sayDependencies(state: DependencyState): Said[] | null {
  switch (state.kind) {
    case 'ready':
      return null;
    case 'waiting':
      return state.on.length === 0
        ? [say('Its dependencies are being looked up.')]
        : [say('Waits for {0}.', awaited(state.on))];
    case 'blocked': {
      const rest = state.on.length === 0 ? [] : [say('It also waits for {0}.', awaited(state.on))];
      return [...state.by.map(sayObstacle), ...rest];
    }
  }
}

/** `#12 (in QA) and #14 (in Backlog)`. */
function awaited(on: readonly Awaited[]): SaidValue {
  return { names: on.map(({ number, stage }) => `#${number} (in ${stageWord(stage)})`) };
}

function sayObstacle(obstacle: Obstacle): Said {
  switch (obstacle.kind) {
    case 'abandoned':
      return say(
        'It depends on #{0}, which was abandoned. Reopen #{0}, or take it out of Depends On.',
        obstacle.number,
      );
    case 'superseded':
      return say('It depends on #{0}, which was superseded by #{1}. Let it depend on #{1} instead.', obstacle.number, obstacle.by); // prettier-ignore
    case 'deleted':
      return say('It depends on #{0}, which was deleted. Restore #{0}, or take it out of Depends On.', obstacle.number);
    case 'reverted':
      return obstacle.by === null
        ? say('It depends on #{0}, which was reverted by hand. Revert that, reopen #{0}, or take it out of Depends On.', obstacle.number) // prettier-ignore
        : say('It depends on #{0}, which was reverted by #{1}. Revert that, reopen #{0}, or take it out of Depends On.', obstacle.number, obstacle.by); // prettier-ignore
    case 'missing':
      return say('It depends on a story that is not here any more. Take it out of Depends On.');
    case 'cycle':
      return say('Its dependencies go in a circle: {0}. Take one of them out of Depends On.', spellCycle(obstacle.numbers)); // prettier-ignore
  }
}

/** `#12 → #14 → #12`; of a very long one both ends. */
export function spellCycle(numbers: readonly number[]): string {
  const names = numbers.map((number) => `#${number}`);
  return (names.length <= 24 ? names : [...names.slice(0, 12), '…', ...names.slice(-6)]).join(' → ');
}
