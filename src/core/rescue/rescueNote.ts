import { inEnglish, say, type Said } from '../words/said';

/** Why something was kept. */
export const RESCUE_REASONS = ['deleted', 'removed', 'uncommitted', 'merge'] as const;
export type RescueReason = (typeof RESCUE_REASONS)[number];

/** How many of each are in a rescue. */
export interface RescueCounts {
  /** Commits that neither the target nor another branch has. */
  readonly commits: number;
  readonly staged: number;
  readonly changed: number;
  readonly untracked: number;
}

/** What a rescue tells of itself, in the trailers of its commit. */
export interface RescueNote {
  readonly reason: RescueReason;
  readonly story: { readonly number: number; readonly key: string; readonly title: string } | null;
  /** Full name of the branch that it belongs to. */
  readonly branch: string | null;
  /** Folder of the worktree; null where there was none. */
  readonly folder: string | null;
  /** ISO 8601 in UTC. */
  readonly at: string;
  readonly counts: RescueCounts;
  /** Bytes of files that stood in no commit. */
  readonly bytes: number;
  /** Files that were too large and that nobody wanted kept. */
  readonly leftOut: readonly string[];
  readonly chain: RescueChain;
}

/** The commits of a rescue by what they are; null where there is none such. */
export interface RescueChain {
  /** What was checked out. */
  readonly head: string | null;
  /** Where the branch was. */
  readonly tip: string | null;
  /** What was staged: `head` where nothing was. Null where there was no worktree. */
  readonly staged: string | null;
  /** git's own state of the worktree. */
  readonly state: string | null;
}

const FIELDS = [
  'Reason',
  'Story',
  'Key',
  'Title',
  'Branch',
  'Folder',
  'Time',
  'Counts',
  'Bytes',
  'Left-Out',
  'Chain',
] as const;

/** The message of a rescue's commit: a sentence for people, then trailers. Values are JSON, so that each is one line. */
export function rescueMessage(note: RescueNote): string {
  const { reason, story, branch, folder, at, counts, bytes, leftOut, chain } = note;
  const values: Record<(typeof FIELDS)[number], unknown> = {
    Reason: reason,
    Story: story?.number,
    Key: story?.key,
    Title: story?.title,
    Branch: branch,
    Folder: folder,
    Time: at,
    Counts: counts,
    Bytes: bytes,
    'Left-Out': leftOut.length === 0 ? undefined : leftOut,
    Chain: chain,
  };
  const trailers = FIELDS.flatMap((name) => {
    const value = values[name];
    return value === undefined || value === null ? [] : [`Rescue-${name}: ${JSON.stringify(value)}`];
  });
  return `${headline(note)}\n\nHolds ${describeCounts(counts)}.\n\n${trailers.join('\n')}\n`;
}

/** Reads what `rescueMessage` wrote; null for any other message. Never throws. */
export function readRescueMessage(message: string): RescueNote | null {
  const values = new Map<string, unknown>();
  for (const line of message.split('\n')) {
    const [, name = '', text = ''] = /^Rescue-([A-Za-z-]+): ([^]*)$/.exec(line) ?? [];
    if (name !== '') values.set(name, parsed(text));
  }
  const reason = RESCUE_REASONS.find((one) => one === values.get('Reason'));
  const at = textOf(values.get('Time'));
  if (reason === undefined || at === null || Number.isNaN(Date.parse(at))) return null;
  const [number, key] = [values.get('Story'), textOf(values.get('Key'))];
  const leftOut = values.get('Left-Out');
  return {
    reason,
    story:
      typeof number === 'number' && key !== null ? { number, key, title: textOf(values.get('Title')) ?? '' } : null,
    branch: textOf(values.get('Branch')),
    folder: textOf(values.get('Folder')),
    at,
    counts: countsOf(values.get('Counts')),
    bytes: sizeOf(values.get('Bytes')),
    leftOut: Array.isArray(leftOut) ? leftOut.filter((one) => typeof one === 'string') : [],
    chain: chainOf(values.get('Chain')),
  };
}

/** What a rescue holds, in words: `2 commits, 1 staged file and 3 untracked files`. */
function describeCounts(counts: RescueCounts): string {
  return inEnglish([sayCounts(counts)]);
}

/** The same, to be said in any language. */
export function sayCounts({ commits, staged, changed, untracked }: RescueCounts): Said {
  const parts = [
    commits === 0 ? [] : [commits === 1 ? say('1 commit') : say('{0} commits', commits)],
    staged === 0 ? [] : [staged === 1 ? say('1 staged file') : say('{0} staged files', staged)],
    changed === 0 ? [] : [changed === 1 ? say('1 changed file') : say('{0} changed files', changed)],
    untracked === 0 ? [] : [untracked === 1 ? say('1 untracked file') : say('{0} untracked files', untracked)],
  ].flat();
  const last = parts.pop();
  if (last === undefined) return say('nothing that is not elsewhere');
  const [first, ...more] = parts;
  return first === undefined ? last : say('{0} and {1}', more.reduce((said, one) => say('{0}, {1}', said, one), first), last);
} // prettier-ignore

function headline({ reason, story, branch }: RescueNote): string {
  const what = story === null ? (branch ?? 'a worktree') : `#${story.number}`;
  switch (reason) {
    case 'deleted':
      return `Work of ${what}, kept when it was deleted`;
    case 'removed':
      return `Work of ${what}, kept when its worktree was removed`;
    case 'uncommitted':
      return `Uncommitted work of ${what}`;
    case 'merge':
      return `An attempt to merge ${what}, kept when it was taken back`;
    default:
      return reason satisfies never;
  }
}

function countsOf(value: unknown): RescueCounts {
  const found = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const numberOf = (name: keyof RescueCounts): number => sizeOf(found[name]);
  return {
    commits: numberOf('commits'),
    staged: numberOf('staged'),
    changed: numberOf('changed'),
    untracked: numberOf('untracked'),
  };
}

function chainOf(value: unknown): RescueChain {
  const found = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const oidOf = (name: keyof RescueChain): string | null => {
    const one = textOf(found[name]);
    return one !== null && /^[0-9a-f]{40,64}$/.test(one) ? one : null;
  };
  return { head: oidOf('head'), tip: oidOf('tip'), staged: oidOf('staged'), state: oidOf('state') };
}

function sizeOf(value: unknown): number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : 0;
}

function textOf(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
