import * as z from 'zod/mini';
import { count } from '../words/durations';
import { shortRef } from './names';
import { oidSchema, refSchema } from './stage';
import type { StoryType } from './stageNames';
import { readTitle } from './story';
import { lastPart } from '../words/lastPart';

/** Which work is meant: a branch, a worktree, or a worktree with its branch. Paths are absolute. */
export const workChoiceSchema = z.object({
  /** Full name; null for a worktree whose HEAD is detached. */
  branch: z.nullable(refSchema),
  /** Where it is checked out; null for a branch that is checked out nowhere. */
  folder: z.nullable(z.string()),
  /** The commit that the person saw there. */
  head: oidSchema,
});
export type WorkChoice = z.infer<typeof workChoiceSchema>;

/** Work in the repository that no story has. */
export const foundWorkSchema = z.extend(workChoiceSchema, {
  /** The main work tree is a person's own checkout; no agent ever works in it. */
  place: z.enum(['branch', 'worktree', 'ownCheckout']),
  /** Commits that the target lacks. */
  commitsAhead: z.int().check(z.minimum(0)),
  /** Uncommitted paths in its folder. */
  uncommitted: z.int().check(z.minimum(0)),
  /** First line of its newest commit. */
  subject: z.string(),
  /** When that was committed. */
  at: z.iso.datetime(),
  /** What a person is in the middle of there, as a sentence; null where nothing is under way. */
  busy: z.nullable(z.string()),
});
export type FoundWork = z.infer<typeof foundWorkSchema>;

/** What a story that is made of found work begins with. */
export interface AdoptedStory {
  readonly title: string;
  readonly type: StoryType;
  readonly body: string;
}

const TYPES: readonly (readonly [RegExp, StoryType])[] = [
  [/^(?:bug|bugfix|fix|hotfix)\b/i, 'bug'],
  [/^(?:spike|experiment|poc|try)\b/i, 'spike'],
  [/^(?:refactor|chore|cleanup|perf|style)\b/i, 'refactor'],
];

/**
 * Names a story after the work: by its one commit, else by its branch. `commits` are first lines of what the target lacks,
 * the newest first.
 */
export function storyOfWork(work: FoundWork, commits: readonly string[]): AdoptedStory {
  const name = work.branch === null ? '' : shortRef(work.branch);
  const [only, ...others] = commits;
  const words = work.commitsAhead === 1 && only !== undefined && others.length === 0 ? only : wordsOf(name);
  const title = readTitle(words);
  const titleWords = title.kind === 'ok' ? title.title : shorten(words) || work.subject.slice(0, 100) || 'Adopted work';
  const type = TYPES.find(([pattern]) => pattern.test(name) || pattern.test(only ?? ''))?.[1] ?? 'story';
  return { title: titleWords, type, body: bodyOf(work, name, commits) };
}

/** What a list says of the work beside its name: `3 commits, 2 uncommitted files, checked out in your own window`. */
export function describeWork({ commitsAhead, uncommitted, place, branch }: FoundWork): string {
  const parts = [commitsAhead === 0 ? 'no commit of its own' : count(commitsAhead, 'commit')];
  if (uncommitted > 0) parts.push(count(uncommitted, 'uncommitted file'));
  if (branch === null) parts.push('on no branch');
  if (place === 'ownCheckout') parts.push('checked out in your own folder');
  return parts.join(', ');
}

/** `feature/JIRA-7_sign-in` as a sentence's beginning: `JIRA 7 sign in`. */
function wordsOf(branch: string): string {
  const words = lastPart(branch)
    .replace(/[-_.]+/g, ' ')
    .trim();
  return words === '' ? '' : words.charAt(0).toUpperCase() + words.slice(1);
}

function shorten(text: string): string {
  const read = readTitle(text.slice(0, 100));
  return read.kind === 'ok' ? read.title : '';
}

function bodyOf(work: FoundWork, name: string, commits: readonly string[]): string {
  const where = name === '' ? 'a worktree without a branch' : `\`${name}\``;
  const more = work.commitsAhead - commits.length;
  const lines = commits.map((subject) => `> ${subject}`);
  if (more > 0) lines.push(`> … and ${more} more`);
  return [`Adopted from ${where}${lines.length === 0 ? '.' : ', which held:'}`, ...(lines.length > 0 ? ['', ...lines] : []), ''].join('\n'); // prettier-ignore
}
