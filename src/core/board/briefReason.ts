import type { StuckMark } from '../pipeline/markWords';
import type { Feedback, StageOf } from '../story/stage';
import { sayDependencies } from '../story/dependencies';
import { asWritten, say, type Said } from '../words/said';
import type { CardInputs } from './cardInputs';
import { filesInTheWay } from './whyLine';
import { lastPart } from '../words/lastPart';

/** The most characters (UTF-16) of a brief reason. */
const MOST = 60;

/**
 * Why a story does not move, in a few words with what is particular first: what a row, a list or a notification has room for.
 * `why` is the whole reason, and what the rest is taken from; null where there is none. Shown by `briefly`.
 */
export function briefReason(
  inputs: CardInputs,
  mark: StuckMark | null,
  why: readonly Said[] | null,
): readonly Said[] | null {
  const brief = why === null ? null : reasonOf(inputs, mark, why);
  return brief === null ? null : [brief];
}

/** A brief reason as it stands in a row: no full stop, and no longer than a row is. How many more there are stays. */
export function briefly(text: string): string {
  const tail = /, \p{L}+ \d+ \p{L}+$/u.exec(text)?.[0] ?? '';
  return `${clip(text.slice(0, text.length - tail.length).replace(/[.]$/, ''), MOST - tail.length)}${tail}`;
}

function reasonOf(inputs: CardInputs, mark: StuckMark | null, why: readonly Said[]): Said | null {
  if (inputs.heldByLoss) return say('Records of it were lost');
  if (inputs.gitWait !== null) return say('Waits for {0}', inputs.gitWait.program);
  if (inputs.run?.question !== undefined) return say('Asks to {0}', inputs.run.question.text.replaceAll('`', ''));
  const { stage } = inputs.story;
  switch (stage.name) {
    case 'ReviewHold':
      // Approved as it is, it would only come back.
      return inputs.ahead?.kind === 'red'
        ? say('Red on its merge: {0}', asWritten(lowerFirst(gist(inputs.ahead.why))))
        : reviewOf(stage.reasons);
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return briefFailure(stage, inputs, mark);
    case 'Coding':
      return inputs.run === null ? briefCoding(stage, inputs, why) : null;
    case 'Merge':
      return inputs.job?.wait && inputs.job.wait.files.length > 0
        ? filesInTheWay(inputs.job.wait.files.map(lastPart))
        : gistOf(why);
    default:
      return gistOf(why);
  }
}

function briefFailure(
  stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>,
  { run, recovery, openConflicts, story }: CardInputs,
  mark: StuckMark | null,
): Said {
  if (recovery === 'person') {
    return openConflicts.length === 0
      ? say('Settled: commit it')
      : say('You are solving {0}', { names: openConflicts.map(lastPart) });
  }
  const attempts = stage.name === 'MergeFailureFinal' ? story.strikes.length : 0;
  if (stage.kind === 'contentConflict' && stage.files.length > 0) {
    const names = { names: stage.files.map(lastPart) };
    if (run !== null) return say('{0} solves it: conflict in {1}', run.name, names);
    if (mark === 'queued') return say('Conflict in {0}, tried again by itself', names);
    return attempts > 1 ? say('Conflict in {0}, after {1} attempts', names, attempts) : say('Conflict in {0}', names);
  }
  const failed = whatFailed(stage);
  if (run !== null) return say('{0} solves it: {1}', run.name, lowerFirstOf(failed));
  if (mark === 'queued') return say('{0}, tried again by itself', failed);
  return attempts > 1 ? say('{0}, after {1} attempts', failed, attempts) : failed;
}

function whatFailed(stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>): Said {
  switch (stage.kind) {
    case 'contentConflict':
      return say('Conflict');
    case 'redTogether': {
      const names = (stage.together ?? []).map((number) => `#${number}`);
      return names.length === 0 ? asWritten(gist(stage.detail)) : say('Red together with {0}', { names });
    }
    case 'unrelatedHistories':
      return say('It has no commit in common with the target');
    case 'gatesRed':
      return asWritten(gist(stage.detail));
    default:
      return stage.kind satisfies never;
  }
}

/** What came back, alone or before what was said of it. */
function cameBack(kind: Feedback['kind'], summary: string): Said {
  const rest = asWritten(lowerFirst(summary));
  switch (kind) {
    case 'gates':
      return summary === '' ? say('Gates red') : say('Gates red: {0}', rest);
    case 'review':
      return summary === '' ? say('Changes asked for') : say('Changes asked for: {0}', rest);
    case 'merge':
      return summary === '' ? say('Merge failed') : say('Merge failed: {0}', rest);
    case 'reopened':
      return summary === '' ? say('Reopened') : say('Reopened: {0}', rest);
    case 'landed':
      return summary === '' ? say('Red after it landed') : say('Red after it landed: {0}', rest);
  }
}

/** Who works on it has to know what came back; who waits for an agent, that it waits. */
function briefCoding({ feedback, coder }: StageOf<'Coding'>, inputs: CardInputs, why: readonly Said[]): Said | null {
  const { around, dependencies } = inputs;
  if (dependencies.kind !== 'ready') return gistOf(sayDependencies(dependencies) ?? why);
  if (feedback !== null && (coder === 'person' || !around.hasCoder))
    return cameBack(feedback.kind, gist(feedback.summary));
  if (coder === 'person') return say('Yours to work on');
  if (around.stopped !== null) return around.stopped;
  // What it says of one agent is short, and the last of its sentences.
  const isOwn = around.agentWaits === null && around.allAgentsBusy?.agent !== undefined;
  return isOwn ? (why.at(-1) ?? null) : say('Waits for a free agent');
}

/** The first sentence; what somebody wrote can be of several. */
function gistOf([first]: readonly Said[]): Said | null {
  if (first === undefined) return null;
  return first.values.length === 0 ? asWritten(firstSentence(first.text)) : first;
}

/** The first sentence without its stop, or what leads up to a list. */
function gist(text: string): string {
  return firstSentence(text).replace(/[.:]$/, '');
}

/** A name with a dot in it goes on. */
function firstSentence(text: string): string {
  return text.trim().split(/(?<=[.!?])\s|\n/, 1)[0] ?? '';
}

/** What follows a colon belongs to the reason before it. */
function reviewOf(reasons: readonly string[]): Said {
  const [first = '', ...others] = reasons.filter((_, at) => reasons[at - 1]?.endsWith(':') !== true);
  const one = asWritten(lowerFirst(gist(first).replace(/^It /, '')));
  return others.length === 0 ? say('Review: {0}', one) : say('Review: {0}, and {1} more', one, others.length);
}

function lowerFirstOf(said: Said): Said {
  return { ...said, text: lowerFirst(said.text) };
}

/** `Gate test …` and `Conflict …` go on behind a colon in small letters; names in capitals stay. */
function lowerFirst(text: string): string {
  return /^[A-Z][a-z]/.test(text) ? text.charAt(0).toLowerCase() + text.slice(1) : text;
}

/** At most so many characters, ended at a word where one ends near. No pair of code units is divided. */
export function clip(text: string, most: number = MOST): string {
  const characters = Array.from(text);
  if (characters.length <= most) return text;
  const cut = characters.slice(0, most - 1).join('');
  const atWord = cut.replace(/\s+\S*$/, '');
  // A stop before the dots says nothing, and dots of an earlier cut would stand there twice.
  return `${(atWord.length >= cut.length * 0.7 ? atWord : cut).replace(/[\s,;:.…]+$/, '')}…`;
}
