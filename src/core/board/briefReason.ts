import type { StuckMark } from '../pipeline/markWords';
import type { Feedback, StageOf } from '../story/stage';
import { namesOf } from '../words/durations';
import { describeDependencies } from '../story/dependencies';
import type { CardInputs } from './cardInputs';
import { filesInTheWay } from './whyLine';

/** The most characters (UTF-16) of a brief reason. */
const MOST = 60;

/**
 * Why a story does not move, in a few words with what is particular first and no full stop: what a row, a list or a
 * notification has room for. `why` is the whole reason, and what the rest is taken from; null where there is none.
 */
export function briefReason(inputs: CardInputs, mark: StuckMark | null, why: string | null): string | null {
  if (why === null) return null;
  if (inputs.heldByLoss) return 'Records of it were lost';
  if (inputs.run?.question !== undefined) return clip(`Asks to ${inputs.run.question.text}`);
  const { stage } = inputs.story;
  switch (stage.name) {
    case 'ReviewHold':
      return `Review: ${lowerFirst(withMore(stage.reasons))}`;
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return briefFailure(stage, inputs, mark);
    case 'Coding':
      return inputs.run === null ? briefCoding(stage, inputs, why) : null;
    case 'Merge':
      return inputs.job?.wait && inputs.job.wait.files.length > 0
        ? clip(filesInTheWay(inputs.job.wait.files.map(withoutFolder)))
        : gist(why);
    default:
      return gist(why);
  }
}

function briefFailure(
  stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>,
  { run, recovery, openConflicts, story }: CardInputs,
  mark: StuckMark | null,
): string {
  if (recovery === 'person') {
    return openConflicts.length === 0 ? 'Settled: commit it' : clip(`You are solving ${shortNames(openConflicts)}`);
  }
  const failed = clip(whatFailed(stage));
  if (run !== null) return clip(`${run.name} solves it: ${lowerFirst(failed)}`);
  if (mark === 'queued') return clip(`${failed}, tried again by itself`);
  const attempts = stage.name === 'MergeFailureFinal' ? story.strikes.length : 0;
  return attempts > 1 ? `${failed}, after ${attempts} attempts` : failed;
}

function whatFailed(stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>): string {
  switch (stage.kind) {
    case 'contentConflict':
      return stage.files.length === 0 ? 'Conflict' : `Conflict in ${shortNames(stage.files)}`;
    case 'redTogether': {
      const others = namesOf((stage.together ?? []).map((number) => `#${number}`));
      return others === '' ? gist(stage.detail) : `Red together with ${others}`;
    }
    case 'unrelatedHistories':
      return 'It has no commit in common with the target';
    case 'gatesRed':
      return gist(stage.detail);
    default:
      return stage.kind satisfies never;
  }
}

const CAME_BACK: Readonly<Record<Feedback['kind'], string>> = {
  gates: 'Gates red',
  review: 'Changes asked for',
  merge: 'Merge failed',
  reopened: 'Reopened',
  landed: 'Red after it landed',
};

/** Who works on it has to know what came back; who waits for an agent, that it waits. */
function briefCoding({ feedback, coder }: StageOf<'Coding'>, inputs: CardInputs, why: string): string {
  const { around, dependencies } = inputs;
  if (dependencies.kind !== 'ready') return gist(describeDependencies(dependencies) ?? why);
  if (feedback !== null && (coder === 'person' || !around.hasCoder)) {
    const summary = gist(feedback.summary);
    return summary === '' ? CAME_BACK[feedback.kind] : clip(`${CAME_BACK[feedback.kind]}: ${lowerFirst(summary)}`);
  }
  if (coder === 'person') return 'Yours to work on';
  if (around.stopped !== null) return gist(around.stopped);
  return 'Waits for a free agent';
}

/** The first sentence without its stop. A name with a dot in it goes on. */
function gist(text: string): string {
  const [first = ''] = text.trim().split(/(?<=[.!?])\s|\n/, 1);
  return clip(first.replace(/[.]$/, ''));
}

function withMore([first = '', ...others]: readonly string[]): string {
  const one = gist(first).replace(/^It /, '');
  return others.length === 0 ? clip(one) : `${clip(one, MOST - 12)}, and ${others.length} more`;
}

/** Without their folders: rows are narrow, and the whole paths stand in the reason. */
function shortNames(paths: readonly string[]): string {
  return namesOf(paths.map(withoutFolder));
}

function withoutFolder(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
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
  return `${(atWord.length >= cut.length * 0.7 ? atWord : cut).trimEnd()}…`;
}
