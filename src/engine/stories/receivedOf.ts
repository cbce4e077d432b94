import { isOver } from '../../core/sharing/sharedStory';
import { countCriteria } from '../../core/story/criteria';
import type { HistoryEntry } from '../../core/story/history';
import type { Stage } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { LocalStory, Taking } from '../../ports/sharing';
import type { ReceivedStory } from '../../ports/store';

/** Keys of the stories that are worked on here, by the branches that are theirs. */
export type BranchOwners = ReadonlyMap<string, string>;

export function branchOwners(stories: readonly StoryRecord[]): BranchOwners {
  return new Map(
    stories.flatMap(({ key, branch, worksAt }) =>
      branch === null || worksAt !== undefined ? [] : [[branch, key] as const],
    ),
  );
}

/** What is to be written of a story that others changed; null where nothing is. `now` is in ms since 1970. */
export function receivedOf(
  taking: Taking,
  local: LocalStory,
  { now, owners }: { readonly now: number; readonly owners: BranchOwners },
): ReceivedStory | null {
  const change = taking.decide(local);
  if (change === null) return null;
  const { key, event, evidence } = taking;
  const from = local.record?.stage.name ?? (local.grave === null ? null : 'Deleted');
  const entryOf = ({ number, stage }: StoryRecord, to: string): HistoryEntry => {
    return {
      sequence: 0,
      at: new Date(now).toISOString(),
      key,
      number,
      by: 'team',
      event,
      from,
      to,
      evidence: evidence || endOf(stage),
    };
  };
  if (change.kind === 'bury') {
    const story = change.story ?? local.record;
    if (story === null) return null;
    const entry = entryOf(story, 'Deleted');
    const landed = { ...entry, event: 'MergedOutside', evidence: evidenceOf(story.stage) };
    return { kind: 'bury', story, entry: local.record === null ? landed : entry };
  }
  const { kind, body } = change;
  const counted = body === null ? {} : { criteria: countCriteria(body) };
  const branch = branchHere(change.story, owners);
  const story = { ...change.story, ...counted, branch, updatedAt: changedAt(local.record ?? change.story, now) };
  const entry = entryOf(story, story.stage.name);
  return { kind, story, body, entry: kind === 'receiveBuried' ? { ...entry, event: 'Shared' } : entry };
}

/** How a story ended: whoever opens it again knew of that. */
function endOf(stage: Stage): string {
  return isOver(stage) ? evidenceOf(stage) : '';
}

/** The branch that others call theirs is another story's here where both were begun under one name: then it has none here. */
function branchHere({ key, branch, worksAt }: StoryRecord, owners: BranchOwners): string | null {
  const owner = worksAt === undefined || branch === null ? undefined : owners.get(branch);
  return owner === undefined || owner === key ? branch : null;
}

/** Now, and never at or before the last change of the story, whatever the clock says: an editor knows a newer file by it. */
export function changedAt({ updatedAt }: StoryRecord, now: number): string {
  return new Date(Math.max(now, Date.parse(updatedAt) + 1)).toISOString();
}

/** The evidence of a stage in one line, for the history. */
export function evidenceOf(stage: Stage): string {
  const evidence = Object.entries(stage).filter(([field]) => field !== 'name');
  return evidence.length === 0 ? '' : JSON.stringify(Object.fromEntries(evidence));
}
