import type { LineCommit } from '../landing/targetLine';
import { shortRef } from '../story/names';
import type { Oid } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { localClock } from '../words/localMoment';
import { inEnglish, say, type Said } from '../words/said';

/** A commit of the target that gates are red on, with the story that landed it, where one did. */
export type RedCommit = Pick<LineCommit, 'oid' | 'subject' | 'story'>;

/** The gates of landings are red on the target's tip, by the ledger: nothing that lands there could be proven. */
export interface RedTarget {
  readonly tip: Oid;
  /** The first gate that is red there. */
  readonly gate: string;
  /** What turned it red; while that is not known, the oldest commit that is known to be red. */
  readonly since: RedCommit;
  readonly search: 'found' | 'under way' | 'lost';
  /** The commit whose gates tell next what turned it red; null where none does. */
  readonly next: Oid | null;
  /** When a person said that the queue goes on at this tip all the same (ISO 8601); null where nobody did. */
  readonly resumedAt: string | null;
  /** Since when (ms since 1970) gates run on this very tip; left out where none do. */
  readonly gatesSince?: number | undefined;
  /** What came of running them there by a person's word, and when (ms since 1970): red as before, or nothing said. */
  readonly ranAgain?: { readonly at: number; readonly was: 'red' | 'silent' } | undefined;
  /** Keys of stories that were tried on this tip, or by themselves in QA, and are red as it is: they wait for another one. */
  readonly tried: ReadonlySet<string>;
}

/**
 * The target was red and is not known to be any more. `proven`: the gate that was red has passed on this tip; `moved`: it has
 * another tip; `judged`: what its gates said counts otherwise now.
 */
export interface GreenAgain {
  readonly tip: Oid;
  readonly gate: string;
  /** Since when, in ms since 1970. */
  readonly since: number;
  readonly why: 'proven' | 'moved' | 'judged';
}

/** How long it is said that a target is green again. */
export const GREEN_SAID_MS = 15 * 60_000;

/** That it is over; `left` are numbers of stories that were made to repair it and are not done. */
export function sayGreenAgain({ tip, gate, since, why }: GreenAgain, target: string, left: readonly number[]): Said[] {
  const name = shortRef(target);
  const [at, short] = [localClock(since), tip.slice(0, 7)];
  const what = {
    proven: say('{0} is green again since {1}: gate {2} passed on {3}.', name, at, gate, short),
    moved: say('{0} moved to {1} at {2} and is not known to be red any more.', name, short, at),
    judged: say('{0} is not known to be red any more since {1}.', name, at),
  }[why];
  const names = left.map((number) => `#${number}`);
  const rest = left.length === 0 ? [] : [say('Made to repair it and still here: {0}.', { names })];
  return [what, say('The queue goes on.'), ...rest];
}

/** As `sayRed`, for where nothing else tells since when the target is red. */
export function sayRedSince(red: RedTarget | null, target: string, story: StoryRecord): Said[] | null {
  const said = sayRed(red, target, story);
  return red && said && [asSentence(saySince(red, target)), ...said.slice(1)];
}

/** `main is red since a41f09c (#31 landed there)` */
export function redSince(red: Pick<RedTarget, 'since' | 'search'>, target: string): string {
  return inEnglish([saySince(red, target)]);
}

/** The same, to be said in any language. */
function saySince({ since, search }: Pick<RedTarget, 'since' | 'search'>, target: string): Said {
  const commit = since.oid.slice(0, 7);
  const name = shortRef(target);
  const { story, subject } = since;
  switch (search) {
    case 'found':
      return story === null
        ? say('{0} is red since {1} ({2})', name, commit, subject)
        : say('{0} is red since {1} (#{2} landed there)', name, commit, story.number);
    case 'under way':
      return story === null
        ? say('{0} is red, at least since {1} ({2}); Switchyard looks for what turned it red', name, commit, subject)
        : say('{0} is red, at least since {1} (#{2} landed there); Switchyard looks for what turned it red', name, commit, story.number); // prettier-ignore
    case 'lost':
      return story === null
        ? say('{0} is red, at least since {1} ({2})', name, commit, subject)
        : say('{0} is red, at least since {1} (#{2} landed there)', name, commit, story.number);
  }
}

function asSentence(part: Said): Said {
  return { text: '{0}.', values: [part] };
}

/** The whole of it: what is red, since when, and what the queue does about it. */
export function describeRedTarget(red: RedTarget, target: string): string {
  return inEnglish(sayRedTarget(red, target));
}

/** The same, to be said in any language. */
export function sayRedTarget(red: RedTarget, target: string): Said[] {
  const queue =
    red.resumedAt === null
      ? say('The queue is paused: only reverts and bug stories are tried on it, and no story gets a strike.')
      : say('The queue goes on, as you said; what is red on it waits, and no story gets a strike.');
  const { gate, gatesSince, ranAgain } = red;
  // A moment, not an age: the line must not become another one each second.
  const now = gatesSince === undefined ? sayRanAgain(ranAgain) : [say('Gates run on {0} since {1}.', shortRef(target), localClock(gatesSince))]; // prettier-ignore
  return [asSentence(saySince(red, target)), say('Gate {0} fails there.', gate), ...now, queue];
}

function sayRanAgain(ranAgain: RedTarget['ranAgain']): Said[] {
  if (ranAgain === undefined) return [];
  const at = localClock(ranAgain.at);
  return [
    ranAgain.was === 'red' ? say('Still red at {0}.', at) : say('At {0} its gates ran again and proved nothing.', at),
  ];
}

/**
 * Whether a story may be tried on a red target: what may repair it, anything once a person said so, and nothing twice on
 * one tip. That its candidate is green is the proof that it repairs.
 */
function mayTry(red: RedTarget | null, story: StoryRecord): boolean {
  if (red === null) return true;
  return !red.tried.has(story.key) && (red.resumedAt !== null || repairRank(red, story) < NO_REPAIR);
}

const NO_REPAIR = 3;

/** What is tried first on a red target: the revert of what turned it red, other reverts, then bug stories. */
function repairRank({ since }: RedTarget, { reverts, type }: StoryRecord): number {
  if (reverts !== undefined) return reverts.key === since.story?.key ? 0 : 1;
  return type === 'bug' ? 2 : NO_REPAIR;
}

/** Those that may be tried, the likeliest repair first and else as they come. */
export function inRepairOrder(red: RedTarget | null, stories: readonly StoryRecord[]): StoryRecord[] {
  if (red === null) return [...stories];
  return stories
    .filter((story) => mayTry(red, story))
    .sort((one, other) => repairRank(red, one) - repairRank(red, other));
}

/** A story in QA whose gates are red as those of the target are: nothing is proven about it before that moves. */
export function isRedAsTarget(red: RedTarget | null, { key, stage }: StoryRecord): boolean {
  return red !== null && stage.name === 'QA' && red.tried.has(key);
}

/** Why a story in QA or in the queue waits for the target; null where it does not. */
export function waitsForRed(red: RedTarget | null, target: string, story: StoryRecord): string | null {
  const said = sayRed(red, target, story);
  return said === null ? null : inEnglish(said);
}

/** The same in sentences that can be said in any language. Since when the target is red stands where it is told itself. */
export function sayRed(red: RedTarget | null, target: string, story: StoryRecord): Said[] | null {
  if (red === null) return null;
  const name = shortRef(target);
  const isRed = say('{0} is red.', name);
  const { name: stage } = story.stage;
  if (stage === 'QA' ? !isRedAsTarget(red, story) : mayTry(red, story)) return null;
  if (!red.tried.has(story.key)) return [isRed, say('The queue is paused until it is green.')];
  const found = stage === 'QA' ? say('Its own gates are red as well, which proves nothing about it.') : say('Merged into that it is red too.'); // prettier-ignore
  const again = red.resumedAt === null ? say('It is tried again once {0} moves, or you say Resume.', name) : say('It was tried again after Resume. It is tried once more when {0} moves, or you say Resume again.', name); // prettier-ignore
  return [isRed, found, again];
}
