import { freshRecord } from '../story/freshRecord';
import type { MergeJob } from '../landing/job';
import type { HistoryEntry } from '../story/history';
import type { Oid } from '../story/stage';
import { TITLE_LIMIT, type StoryRecord } from '../story/story';
import type { Landing } from './landedBefore';
import { stageWord } from '../story/stageWords';

/** Where each restored story came from. */
export interface Restored {
  readonly copied: readonly StoryRecord[];
  readonly landed: readonly StoryRecord[];
  /** Stories that a job or a branch shows to have been further than their record says. */
  readonly behind: readonly StoryRecord[];
  readonly left: readonly StoryRecord[];
}

/** Who restored it, in the history. */
const BY = 'recovery';

/** A story that has landed, whatever its record said. */
export function landedStory(story: StoryRecord, landing: Landing, at: string): StoryRecord {
  const stage = { name: 'Done', mergeCommit: landing.commit, mergedAt: landing.at, by: 'queue' } as const;
  return { ...story, stage, queuedAt: null, strikes: [], stageAt: landing.at, updatedAt: at };
}

/** What the merge journal still tells of a story whose record is gone. */
export function storyOfJob(job: MergeJob, at: string): StoryRecord {
  const title = titleIn(job.subject, job.number);
  return { ...bareStory(job.storyKey, job.number, title, job.queuedAt), branch: job.storyBranch, updatedAt: at };
}

/** What the commit that landed still tells of a story of which nothing else is left; null where it names none. */
export function storyOfLanding({ key, named, at }: Landing): StoryRecord | null {
  return named === undefined ? null : bareStory(key, named.number, titleIn(named.title, named.number), at);
}

/**
 * A story of which only content, a branch or a job is left. It is blocked: a person says what it is, and nothing starts
 * on it before.
 */
export function leftStory(left: { key: string; number: number; branch: string | null }, at: string): StoryRecord {
  const resumeTo =
    left.branch === null
      ? ({ name: 'Backlog' } as const)
      : ({ name: 'Coding', feedback: null, coder: 'person' } as const);
  const reason =
    'Its record was lost, with its title and stage; its text and branch are what is left. Look at both, then unblock or abandon it.';
  const stage = { name: 'Blocked', reason, fix: null, outputId: null, target: null as Oid | null, resumeTo } as const;
  return {
    ...bareStory(left.key, left.number, `Story ${left.number}, whose record was lost`, at),
    branch: left.branch,
    stage,
  };
}

/** A story that was further than its record says, nobody knows how far. A person says where it stands. */
export function behindStory(story: StoryRecord, branch: string | null, at: string): StoryRecord {
  const reason = `Records of what came after ${stageWord(story.stage.name)} were lost; its branch has what was done. Look at it, then unblock the story to go on with it.`;
  const resumeTo = { name: 'Coding', feedback: null, coder: 'person' } as const;
  const stage = { name: 'Blocked', reason, fix: null, outputId: null, target: null, resumeTo } as const;
  return { ...story, branch, stage, queuedAt: null, stageAt: at, updatedAt: at };
}

/** The first line of a commit that lands a story ends with its number. */
function titleIn(subject: string, number: number): string {
  return subject.replace(new RegExp(`\\s*\\(#${number}\\)$`), '').trim();
}

function bareStory(key: string, number: number, title: string, at: string): StoryRecord {
  const named = title === '' ? `Story ${number}` : title.slice(0, TITLE_LIMIT);
  return freshRecord({ key, number, type: 'story', title: named, criteria: null, at });
}

/** The line that says in the history that a story was restored. */
export function restoredLine(story: StoryRecord, before: StoryRecord | undefined, at: string): HistoryEntry {
  const { name, ...evidence } = story.stage;
  return {
    sequence: 0,
    at,
    key: story.key,
    number: story.number,
    by: BY,
    event: 'Restored',
    from: before?.stage.name ?? null,
    to: name,
    evidence: Object.keys(evidence).length === 0 ? '' : JSON.stringify(evidence),
  };
}
