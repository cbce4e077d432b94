import { aboutData, asData } from './asData';
import { lacksForAgent, type Lack } from '../setUp/offers';
import { readCriteria } from '../story/criteria';
import type { Feedback } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { visible } from '../words/visible';

export interface ColdPromptFacts {
  readonly story: Pick<StoryRecord, 'number' | 'title' | 'type'>;
  /** A random word, another one for each prompt. */
  readonly nonce: string;
  readonly body: string;
  /** Short name of the story's branch. */
  readonly branch: string;
  /** Short name of the branch that stories land on. */
  readonly target: string;
  readonly feedback: Feedback | null;
  /** What the target, which has moved, changed in the story's way; null where nothing is known of that. */
  readonly targetConflict?: TargetConflict | null;
  /** Commits that are on the branch already, of a run that did not end well or of a person. */
  readonly earlierCommits: number;
  /** What is in its worktree already: subjects of commits, the newest first, and paths that are not committed. */
  readonly already?: { readonly commits: readonly string[]; readonly uncommitted: readonly string[] };
  /** What its worktree lacks, as far as is known. */
  readonly lacks?: readonly Lack[];
  /** What the gates printed when they failed; only its end is handed on. */
  readonly output: string | null;
}

/** The story conflicts with the target (short name) as it is now. Paths with `/`; a conflict can name none. */
export interface TargetConflict {
  readonly target: string;
  readonly files: readonly string[];
}

export interface CommitPromptFacts extends Pick<ColdPromptFacts, 'story' | 'branch' | 'targetConflict'> {
  /** Uncommitted paths of the worktree. */
  readonly paths: readonly string[];
}

const PATHS_LIMIT = 200;

/** How much of a gate's output an agent is given, in characters: runners name failures at the end. */
const OUTPUT_LIMIT = 12_000;
const BODY_LIMIT = 60_000;

/** What an agent is told that knows nothing of the story yet. Never empty, and never begins like an option. */
export function coldPrompt({
  story,
  nonce,
  body,
  branch,
  target,
  feedback,
  earlierCommits,
  output,
  targetConflict = null,
  lacks = [],
  already = { commits: [], uncommitted: [] },
}: ColdPromptFacts): string {
  const parts = [
    `Work on ${story.type} #${story.number}: ${story.title}`,
    aboutData(nonce),
    storyPart(nonce, body),
    criteriaPart(nonce, body),
    feedback === null ? earlierPart(earlierCommits) : feedbackPart(nonce, { feedback, output, target }),
    alreadyPart(nonce, already),
    targetConflictPart(targetConflict),
    lacksForAgent(lacks) ?? '',
    'If the repository has an AGENTS.md, AGENT.md or PLAN.md, read it before you begin.',
    finishPart(branch),
  ];
  return `${parts.filter((part) => part !== '').join('\n\n')}\n`;
}

/** A story's text as an agent is given it. */
export function bodyPart(body: string): string {
  const text = withoutEmptyEnd(body.trim());
  return text.length <= BODY_LIMIT ? text : `${text.slice(0, BODY_LIMIT)}\n[The rest of the story is left out.]`;
}

/** What a new story ends with and nobody has filled in, a first criterion and its heading, asks for nothing. */
function withoutEmptyEnd(text: string): string {
  const lines = text.split('\n');
  const end = lines.findLastIndex((line) => !/^(?:[-*+] \[ ?\])?\s*$/.test(line)) + 1;
  const isHeading = end < lines.length && /^#{1,6} /.test(lines[end - 1] ?? '');
  return lines
    .slice(0, isHeading ? end - 1 : end)
    .join('\n')
    .trimEnd();
}

function storyPart(nonce: string, body: string): string {
  const text = bodyPart(body);
  return text === '' ? '' : asData(nonce, 'the story', text);
}

function cut(said: string): string {
  return said.length <= BODY_LIMIT ? said : `${said.slice(0, BODY_LIMIT)}\n[The rest of what they said is left out.]`;
}

function criteriaPart(nonce: string, body: string): string {
  const open = readCriteria(body).filter((one) => !one.done);
  if (open.length === 0) return '';
  const list = open.map((one) => `- ${one.text}`).join('\n');
  return `It is done when all of this holds:\n${asData(nonce, 'what has to hold', list)}`;
}

const CAUSES: Record<Feedback['kind'], string> = {
  gates: 'An earlier attempt is on this branch already, and its quality gates failed. Fix what they found.',
  review: 'An earlier attempt is on this branch already, and a review sent it back. Do what it asks.',
  merge: 'An earlier attempt is on this branch already, and it could not be merged. Make it fit the target branch.',
  landed:
    'The story landed, and a gate that runs after landings failed because of it. Merge the target branch into this one first, then fix what the gate found.',
  reopened: 'The story was done once and has been opened again.',
};

function feedbackPart(
  nonce: string,
  { feedback, output, target }: Pick<ColdPromptFacts, 'output' | 'target'> & { readonly feedback: Feedback },
): string {
  const said = feedback.summary.trim();
  const parts = [CAUSES[feedback.kind], said === '' ? '' : asData(nonce, 'what was said of it', said)];
  if (feedback.files.length > 0)
    parts.push(['Files:', ...feedback.files.map((file) => `- ${visible(file)}`)].join('\n'));
  if (feedback.kind === 'merge' || feedback.kind === 'landed') {
    parts.push(
      `Merge the branch ${target} into this one (git merge ${target}), resolve what conflicts, and commit the merge.`,
    );
  }
  parts.push(printedPart(nonce, feedback.kind, output));
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What a person said is not a runner's output: nothing of it is left out but what is past all measure. */
function printedPart(nonce: string, kind: Feedback['kind'], output: string | null): string {
  const said = kind === 'review' ? cut((output ?? '').trim()) : indented(endOfOutput(output));
  const what =
    kind === 'review' ? 'what they said about the code, each with the lines it is about' : 'the end of the output';
  return said.trim() === '' ? '' : asData(nonce, what, said);
}

function earlierPart(commits: number): string {
  if (commits === 0) return '';
  return `There ${commits === 1 ? 'is 1 commit' : `are ${commits} commits`} on this branch already. Whoever made them may not have finished: look at what is there, and complete it.`;
}

/** What an agent finds that begins anew where another one, or a person, was at work. */
function alreadyPart(nonce: string, { commits, uncommitted }: NonNullable<ColdPromptFacts['already']>): string {
  const list = (lines: readonly string[]): string => {
    const more = lines.length - ALREADY_LIMIT;
    const shown = lines.slice(0, ALREADY_LIMIT).map((one) => `- ${visible(one)}`);
    return [...shown, ...(more > 0 ? [`- and ${more} more`] : [])].join('\n');
  };
  const parts = [
    commits.length === 0 ? '' : asData(nonce, 'the commits on this branch, the newest first', list(commits)),
    uncommitted.length === 0 ? '' : asData(nonce, 'the files in this folder that are not committed', list(uncommitted)),
  ].filter((part) => part !== '');
  return parts.length === 0 ? '' : ['This is in your folder already. Build on it.', ...parts].join('\n');
}

/** Commits and files that are named each. */
const ALREADY_LIMIT = 30;

/** What a gate printed last, as much as an agent is given of it. */
export function endOfOutput(output: string | null): string {
  return (output ?? '').slice(-OUTPUT_LIMIT).trim();
}

/** Nothing is merged by itself: the agent is told what happened and what to do about it. */
function targetConflictPart(conflict: TargetConflict | null): string {
  if (conflict === null) return '';
  const { target, files } = conflict;
  const where =
    files.length === 0
      ? ''
      : ` in:\n${files
          .slice(0, PATHS_LIMIT)
          .map((file) => `- ${visible(file)}`)
          .join('\n')}`;
  return [
    `The branch ${target} has moved since this branch left it, and the two conflict now${where}${where === '' ? '.' : ''}`,
    `Before you finish, commit your work, merge ${target} into this branch (git merge ${target}), resolve what conflicts so that the changes of both sides stay, and commit the merge.`,
  ].join('\n\n');
}

/** Indented, because a fence could be closed by what stands inside it. */
export function indented(text: string): string {
  return text
    .split(/\r?\n/)
    .map((line) => `    ${line}`)
    .join('\n');
}

function finishPart(branch: string): string {
  return [
    `You are in a git worktree of your own, on the branch ${branch}. To finish:`,
    '- Commit all your work on this branch, with a message that says what changed and why. What is not committed does not count.',
    '- Leave no changed or new file uncommitted.',
    '- Do not push, rebase, switch branches, merge anything you were not told to merge, or work outside this folder.',
    '- Do not weaken, skip or delete tests to make them pass.',
    'When everything is committed, stop. The quality gates run by themselves afterwards.',
  ].join('\n');
}

/** What an agent is told whose earlier run left work uncommitted: to commit it, and nothing else. */
export function commitPrompt({ story, branch, paths, targetConflict = null }: CommitPromptFacts): string {
  const parts = [
    `Commit the work on ${story.type} #${story.number}: ${story.title}`,
    `It is in this folder, on the branch ${branch}, but these files are not committed:`,
    paths
      .slice(0, PATHS_LIMIT)
      .map((path) => `- ${visible(path)}`)
      .join('\n'),
    targetConflictPart(targetConflict),
    `Commit what belongs to the story, remove what does not, ${targetConflict === null ? '' : 'do that merge, '}and stop. Change nothing else. Do not push or switch branches.\n`,
  ];
  return parts.filter((part) => part !== '').join('\n\n');
}

/** What an agent is told that committed lines of git's conflict marks: to resolve them, and nothing else. */
export function markersPrompt({
  story,
  branch,
  files,
}: Pick<ColdPromptFacts, 'story' | 'branch'> & { readonly files: readonly string[] }): string {
  return [
    `Resolve what is left of a conflict in the work on ${story.type} #${story.number}: ${story.title}`,
    `These files on the branch ${branch} hold lines of git's conflict marks (<<<<<<<, =======, >>>>>>>):`,
    files.slice(0, PATHS_LIMIT).map((path) => `- ${visible(path)}`).join('\n'), // prettier-ignore
    'Resolve each so that the changes of both sides stay, commit that, and stop. Do not push or switch branches.\n',
  ].join('\n\n');
}

/** A prompt with what a person wrote to the agent meanwhile. */
export function withMessages(prompt: string, messages: readonly string[]): string {
  return [prompt, ...messages.map((text) => `A person adds:\n\n${text}`)].join('\n\n');
}
