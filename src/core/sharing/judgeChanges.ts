import * as z from 'zod/mini';
import { BODY_LIMIT } from '../story/story';
import { isStoryKey } from '../story/storyKey';
import { IN_WORDS } from '../words/inWords';
import { inEnglish, say, type Said } from '../words/said';
import type { HeldWhy } from './sharingState';
import {
  currentFields,
  isPossibleStage,
  isSame,
  isWorkField,
  landingOf,
  sharedGraveSchema,
  sharedStorySchema,
} from './sharedStory';
import { leastLength } from './sharedText';

/** What stands under one key of the shared document, as it was found there; undefined for nothing. */
export interface SharedEntry {
  readonly story: unknown;
  readonly grave: unknown;
  readonly body: unknown;
  /** The work that it landed as. */
  readonly landing?: unknown;
}

export interface EntryChange {
  readonly key: string;
  readonly before: SharedEntry;
  readonly after: SharedEntry;
}

/** `said` of a change that is held: a sentence for people; `problem` is the English of it. */
export type Judgement =
  | { readonly kind: 'good' }
  | {
      readonly kind: 'held';
      readonly why: HeldWhy;
      readonly problem: string;
      readonly said: Said;
      readonly keys: readonly string[];
    };

interface Found {
  readonly why: HeldWhy;
  readonly said: Said;
}

/** Characters of one story's fields but the body, as JSON. */
const STORY_LIMIT = 256_000;
/** At least so many stories, and more than this share of all, are not removed without a question. */
const MANY = 5;
const SHARE = 0.05;
/** Bytes of what others sent, beside those of stories: what is behind them in the document has no other limit. */
export const UPDATE_LIMIT = 8_000_000;

/** What is known besides the changes themselves. */
export interface JudgedFrom {
  /** How many stories there are before. */
  readonly live: number;
  /** How many of those that were there others have removed a short while ago. */
  readonly lately: number;
  /** Bytes of what was sent. */
  readonly bytes: number;
  /** Whether a story that is here has this key in other letters: where case does not count both are one folder. */
  readonly isTwin: (key: string) => boolean;
}

/** Judges what others would change, before any of it counts. */
export function judgeChanges(changes: readonly EntryChange[], { live, lately, bytes, isTwin }: JudgedFrom): Judgement {
  const folders = new Set<string>();
  for (const change of changes) {
    if (isSame(change.before, change.after)) continue;
    const found = judgeEntry(change) ?? judgeFolder(change, folders, isTwin);
    if (found !== null) return held(found.why, found.said, [change.key]);
  }
  if (bytes > UPDATE_LIMIT + accountedFor(changes)) {
    return held('oversized', say('Others sent more than the stories that they changed can account for.'), []);
  }
  return judgeRemovals(changes.filter(isRemoval).map(({ key }) => key), live, lately); // prettier-ignore
}

function held(why: HeldWhy, said: Said, keys: readonly string[]): Judgement {
  return { kind: 'held', why, problem: inEnglish([said]), said, keys };
}

/** A few at a time are as many as all at once: what was removed a short while ago counts with what would be now. */
function judgeRemovals(gone: readonly string[], live: number, lately: number): Judgement {
  const [all, before] = [gone.length + lately, live + lately];
  if (gone.length === 0 || all < MANY || all <= before * SHARE) return { kind: 'good' };
  const said =
    lately === 0
      ? say('{0} of {1} stories would be removed.', gone.length, live)
      : say('{0} of {1} stories would be removed within a few minutes, {2} of which are.', all, before, lately);
  return held('removes', said, gone);
}

/** Whether a change by others takes a story from the board. */
export function isRemoval({ before, after }: EntryChange): boolean {
  return isLive(before) && !isLive(after);
}

/** The bytes that changes of these stories may take: texts as they were and are, in the longest encoding. */
function accountedFor(changes: readonly EntryChange[]): number {
  const sizes = changes.flatMap(({ before, after }) => [before, after]).map(sizeOf);
  return 3 * sizes.reduce((sum, size) => sum + size, 0);
}

function sizeOf({ story, body }: SharedEntry): number {
  return (typeof body === 'string' ? body.length : 0) + (story === undefined ? 0 : JSON.stringify(story).length);
}

/**
 * Fields of a story that could not be as they are: those are put back, and what others changed besides stays. Where all of
 * it is too large, that is every field, and those that nobody knows.
 */
export function badFields(before: object, after: object): string[] {
  if (JSON.stringify(after).length > STORY_LIMIT) return [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const [known, now] = [before as Record<string, unknown>, after as Record<string, unknown>];
  const names = new Set([...Object.keys(known), ...Object.keys(now).filter(isWorkField)]);
  return [...names].flatMap((name) => {
    const [had, has] = [known[name], now[name]];
    if (isSame(had, has)) return [];
    const isFixed = name === 'claim' || name === 'createdAt';
    const schema = (sharedStorySchema.shape as Record<string, z.ZodMiniType | undefined>)[name];
    const isSound = isWorkField(name) ? isPossibleWork(has) : schema?.safeParse(has).success === true;
    return isSound && !isFixed ? [] : [name];
  });
}

function isPossibleWork(work: unknown): boolean {
  const read = sharedStorySchema.shape.work.safeParse(work);
  return read.success && isPossibleStage(read.data.stage);
}

/** Whether a text can be that of a story. */
export function isSoundBody(body: unknown): boolean {
  return typeof body === 'string' && leastLength(body) <= BODY_LIMIT;
}

function isLive({ story, grave }: SharedEntry): boolean {
  return story !== undefined && grave === undefined;
}

function judgeEntry({ key, before, after }: EntryChange): Found | null {
  if (!isStoryKey(key))
    return { why: 'malformed', said: say('{0} is no key of a story.', JSON.stringify(key.slice(0, 80))) };
  const name = nameOf(key, before, after);
  const [had, has] = [before.story ?? before.grave, after.story ?? after.grave];
  if (had !== undefined && has === undefined)
    return { why: 'forged', said: say('{0} would be gone without a trace of its deletion.', name) };
  if (after.grave !== undefined && !isSame(before.grave, after.grave)) {
    const read = sharedGraveSchema.safeParse(after.grave, IN_WORDS);
    if (!read.success) return { why: 'malformed', said: say('The deletion of {0} makes no sense.', name) };
  }
  if (after.landing !== undefined && !isSame(before.landing, after.landing) && landingOf(after.landing) === null)
    return { why: 'malformed', said: say('The landing of {0} makes no sense.', name) };
  const changed = claimOf(before) !== undefined && claimOf(after) !== claimOf(before);
  if (changed) return { why: 'forged', said: say('The number that {0} was made with would be another one.', name) };
  return judgeTexts(name, before, after);
}

/** Keys that differ in case alone are one folder on many disks: of two the one that was there first stays. */
function judgeFolder(
  { key, before, after }: EntryChange,
  folders: Set<string>,
  isTwin: JudgedFrom['isTwin'],
): Found | null {
  // What is only the trace of one that was deleted needs no folder, and had none.
  if (before.story !== undefined || after.story === undefined) return null;
  const folder = key.toLowerCase();
  const isAgain = folders.has(folder);
  folders.add(folder);
  if (!isAgain && !isTwin(key)) return null;
  const said = say('{0} has the key of another story in other letters, {1}.', nameOf(key, before, after), key);
  return { why: 'twin', said };
}

function judgeTexts(name: Said, before: SharedEntry, after: SharedEntry): Found | null {
  if (after.story !== undefined && !isSame(before.story, after.story)) {
    if (JSON.stringify(after.story).length > STORY_LIMIT)
      return { why: 'oversized', said: say('{0} would be larger than any story may be.', name) };
    const read = sharedStorySchema.safeParse(currentFields(after.story), IN_WORDS);
    if (!read.success)
      return { why: 'malformed', said: say('{0} makes no sense: {1}', name, z.prettifyError(read.error)) };
    if (!isPossibleStage(read.data.work.stage))
      return { why: 'impossibleStage', said: say('{0} would be in a stage that cannot be.', name) };
  }
  if (after.grave !== undefined || after.story === undefined) return null;
  if (typeof after.body !== 'string') return { why: 'malformed', said: say('{0} would have no text.', name) };
  if (!isSoundBody(after.body)) return { why: 'oversized', said: say('The text of {0} would be too long.', name) };
  return null;
}

/** The claim of what was valid; undefined where nothing says it. */
function claimOf({ story, grave }: SharedEntry): string | undefined {
  const read = claimSchema.safeParse(story ?? grave);
  return read.success ? JSON.stringify([read.data.claim, read.data.createdAt]) : undefined;
}

const claimSchema = z.looseObject({ claim: z.unknown(), createdAt: z.unknown() });
const titleSchema = z.looseObject({ title: z.string() });

function nameOf(key: string, before: SharedEntry, after: SharedEntry): Said {
  for (const one of [before.story, after.story]) {
    const read = titleSchema.safeParse(one);
    if (read.success) return say('“{0}”', read.data.title.slice(0, 60));
  }
  return say('The story {0}', key);
}
