import { isLanded } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { mergeStory, type SharedText } from './mergeStory';
import { decodeStory, encodeStory, isOver, isSame, type Machine, type Naming, type SharedStory } from './sharedStory';
import { toLocal, toShared } from './sharedText';

/** What is shared of a story after others changed it, and what this machine and they agreed on before. */
export interface TakeFacts {
  readonly key: string;
  readonly me: Machine;
  /** Null where nobody ever shared it. */
  readonly base: SharedText | null;
  readonly theirs: SharedText | null;
  readonly wasBuried: boolean;
  readonly isBuried: boolean;
  /** What numbers meant here before, and what they mean from now on. */
  readonly before: Naming;
  readonly after: Naming;
  /** ISO 8601 in UTC. */
  readonly at: string;
}

interface LocalText {
  readonly record: StoryRecord | null;
  /** It was deleted here; what was kept of it, or null where it was purged. */
  readonly grave: { readonly record?: StoryRecord } | null;
  readonly body: string | null;
}

export type TakeDecision =
  | {
      readonly kind: 'receive' | 'receiveBuried' | 'restore';
      readonly story: StoryRecord;
      readonly body: string | null;
    }
  /** `story`: as it landed, or was opened again, meanwhile; null: as it is here. */
  | { readonly kind: 'bury'; readonly story: StoryRecord | null }
  | null;

/** What becomes of a story here by what others made of it; null where nothing does. Changes made here survive. */
export function decideTake(facts: TakeFacts, local: LocalText): TakeDecision {
  const { base, theirs } = facts;
  if (facts.isBuried && (local.record !== null || local.grave !== null)) {
    const story = meanwhile(facts, local);
    return local.record === null && story === null ? null : { kind: 'bury', story };
  }
  if (local.grave !== null) {
    // It was deleted here and the others do not know yet, or was purged: that stays.
    if (!facts.wasBuried || theirs === null || local.grave.record === undefined) return null;
    const story = decodeStory(facts.key, theirs.story, { ...facts, naming: facts.after, mine: local.grave.record });
    return story === null ? null : { kind: 'restore', story, body: bodyOf(theirs, facts) };
  }
  if (local.record === null) {
    if (theirs === null) return null;
    const story = decodeStory(facts.key, theirs.story, { ...facts, naming: facts.after, mine: null });
    // What was deleted before this machine heard of it keeps its number here too, and can be restored.
    const kind = facts.isBuried ? 'receiveBuried' : 'receive';
    return story === null ? null : { kind, story, body: bodyOf(theirs, facts) };
  }
  const mine: SharedText = {
    story: encodeStory(local.record, facts.me, facts.before),
    body: toShared(local.body ?? '', facts.before.keyOf),
  };
  const merged = theirs === null ? mine : withOwnBranch(mergeStory(base, mine, theirs), mine.story, facts.me);
  // The stage is compared in the numbers of before, so that a new number alone is no change of it.
  const renamed = renameWork(local.record, facts);
  const story = decodeStory(facts.key, merged.story, { ...facts, naming: facts.after, mine: renamed });
  if (story === null) return null;
  const body = bodyOf(merged, facts);
  const [isSameRecord, isSameBody] = [isSame(sorted(story), sorted(local.record)), body === (local.body ?? '')];
  return isSameRecord && isSameBody ? null : { kind: 'receive', story, body: isSameBody ? null : body };
}

/**
 * The branch is what it is on the machine that works on the story: of two who named it in the same moment the document may keep
 * the other's, and nobody but that machine has a branch of this name.
 */
function withOwnBranch(merged: SharedText, { branch, work }: SharedStory, { machine }: Machine): SharedText {
  const isOurs = work.on?.machine === machine && merged.story.work.on?.machine === machine;
  return isOurs ? { ...merged, story: { ...merged.story, branch } } : merged;
}

/**
 * The record of a story that is deleted here, or is to be, and landed where nobody knew of that, or was opened again before it
 * was deleted; null where there is none.
 */
function meanwhile(facts: TakeFacts, { record, grave }: LocalText): StoryRecord | null {
  const [mine, theirs] = [record ?? grave?.record, facts.theirs?.story];
  if (mine === undefined || theirs === undefined) return null;
  const hasLanded = !isLanded(mine.stage) && theirs.work.stage.name === 'Done';
  const isReopened = record !== null && isLanded(mine.stage) && !isOver(theirs.work.stage);
  if (!hasLanded && !isReopened) return null;
  return decodeStory(facts.key, theirs, { ...facts, naming: facts.after, mine });
}

function bodyOf({ body }: SharedText, { after }: TakeFacts): string {
  return toLocal(body, after.numberOf);
}

/** The record with the numbers in its stage as they are from now on, and all that only this machine knows. */
function renameWork(record: StoryRecord, { me, before, after, at, key }: TakeFacts): StoryRecord {
  const shared = encodeStory(record, me, before);
  const renamed = decodeStory(key, shared, { me, naming: after, mine: null, at });
  if (renamed === null || isSame(encodeStory(record, me, after).work, shared.work)) return record;
  return { ...record, stage: renamed.stage };
}

function sorted(record: StoryRecord): unknown {
  return Object.fromEntries(Object.entries(record).sort(([one], [other]) => (one < other ? -1 : 1)));
}
