import { count, duration } from '../words/durations';
import { firstLine } from '../words/firstLine';
import { shortRef } from '../story/names';

export const PUSH_SETTINGS = ['never', 'ask', 'always'] as const;
/** What becomes of a target that has moved: it stays here, a person is asked, or it is pushed at once. */
export type PushSetting = (typeof PUSH_SETTINGS)[number];

export const PUSH_PROBLEMS = ['moved', 'refused', 'unreachable', 'signIn', 'noUpstream', 'failed', 'cutOff'] as const;
/**
 * Why the last push did not come to its end. `moved`: the remote has commits that are not here. `refused`: it has none, so
 * a hook, here or there, or a rule of the remote did not let it in. `cutOff`: the window ended before anybody knew.
 */
export type PushProblem = (typeof PUSH_PROBLEMS)[number];

export type PushState =
  | { readonly kind: 'idle' }
  | { readonly kind: 'pushing' }
  /** `at` in ms since 1970. `story`: the one that brings in what the remote has. */
  | {
      readonly kind: 'problem';
      readonly problem: PushProblem;
      readonly said: string;
      readonly at: number;
      readonly story: number | null;
    };

/** How the target stands to the branch that it is pushed to; counts are of commits, as this clone knows them. */
export interface PushFacts {
  readonly setting: PushSetting;
  /** `origin/main`; null where the target has no such branch. */
  readonly upstream: string | null;
  readonly target: string;
  readonly ahead: number;
  readonly behind: number;
  readonly state: PushState;
}

export interface PushWords {
  readonly severity: 'info' | 'warning';
  readonly text: string;
  readonly button: 'Push' | 'Retry' | null;
}

/** What is to be said of it, in plain words with what comes next; null for nothing. */
export function pushWords(facts: PushFacts, now: number): PushWords | null {
  const { setting, state, ahead } = facts;
  const [target, upstream] = [shortRef(facts.target), facts.upstream ?? 'its remote'];
  if (state.kind === 'pushing') return { severity: 'info', text: `${target} is being pushed to ${upstream}.`, button: null };
  if (state.kind === 'problem') {
    const what = problemWords(state, { target, upstream, behind: facts.behind });
    const left = ahead > 0 ? ` ${count(ahead, 'commit')} of ${target} ${ahead === 1 ? 'is' : 'are'} here alone.` : '';
    const since = ` (${duration(Math.max(0, now - state.at))} ago)`;
    const text = `${what}${since}${left} Stories go on landing here.`;
    return { severity: 'warning', text, button: state.story === null ? 'Retry' : null };
  }
  if (setting === 'never' || ahead === 0 || facts.upstream === null) return null;
  const text = `${target} is ${count(ahead, 'commit')} ahead of ${upstream}.`;
  return { severity: 'info', text, button: 'Push' };
} // prettier-ignore

/** Why a story that is proven cannot land where the team has its target, as part of a sentence. */
export function publishWords(problem: PushProblem, upstream: string, said: string): string {
  const quoted = firstLine(said) === '' ? '' : `. It said: ${firstLine(said)}`;
  const again = 'It is tried again every half minute';
  switch (problem) {
    case 'refused':
      return `${upstream} did not take it: a hook, here or there, or a rule of the remote refused it${quoted}. ${again}`;
    case 'unreachable':
      return `${upstream} cannot be reached, and what a team shares lands there first. ${again}`;
    case 'signIn':
      return `${upstream} asks who you are and did not accept the answer. Sign in with Push Target. ${again}`;
    case 'moved':
    case 'noUpstream':
    case 'cutOff':
    case 'failed':
      return `${upstream} could not be pushed to${quoted}. ${again}`;
    default:
      return problem satisfies never;
  }
}

interface Names {
  readonly target: string;
  readonly upstream: string;
  readonly behind: number;
}

function problemWords({ problem, said, story }: Extract<PushState, { kind: 'problem' }>, names: Names): string {
  const { target, upstream, behind } = names;
  const quoted = firstLine(said) === '' ? '' : ` It said: ${firstLine(said)}.`;
  switch (problem) {
    case 'moved': {
      const moved = `${upstream} has moved: ${count(behind, 'commit')} there ${behind === 1 ? 'is' : 'are'} not in ${target}, so nothing was pushed.`;
      return story === null
        ? `${moved} Retry fetches again and brings them in.`
        : `${moved} #${story} brings them in through the gates; then it is pushed again.`;
    }
    case 'refused':
      return `${upstream} did not take ${target}: a hook, here or there, or a rule of the remote refused it.${quoted} Mend what it names, then Retry.`;
    case 'unreachable':
      return `${upstream} cannot be reached, so nothing was pushed.${quoted} Look at the network and at the remote's address, then Retry.`;
    case 'signIn':
      return `${upstream} asks who you are and did not accept the answer.${quoted} Sign in, then Retry.`;
    case 'noUpstream':
      return `${target} has no branch to be pushed to. Publish it once with “Git: Publish Branch”, then Retry.`;
    case 'cutOff':
      return `${target} was being pushed to ${upstream} when the window ended, so nobody knows whether it got there. Retry pushes what is missing.`;
    case 'failed':
      return `${target} could not be pushed to ${upstream}.${quoted} Retry, or push it yourself to see more.`;
    default:
      return problem satisfies never;
  }
}
