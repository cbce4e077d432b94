import { localMoment } from '../words/localMoment';
import { firstLine } from '../words/firstLine';
import { shortRef } from '../story/names';
import { say, type Said } from '../words/said';

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
  readonly said: readonly Said[];
  readonly button: 'Push' | 'Retry' | null;
}

/** What is to be said of it, in plain words with what comes next; null for nothing. */
export function pushWords(facts: PushFacts): PushWords | null {
  const { setting, state, ahead } = facts;
  const names = { target: shortRef(facts.target), upstream: facts.upstream ?? say('its remote'), behind: facts.behind };
  const { target, upstream } = names;
  if (state.kind === 'pushing')
    return { severity: 'info', said: [say('{0} is being pushed to {1}.', target, upstream)], button: null };
  // What it missed has landed here meanwhile; the push that follows says what comes of it.
  const isOver = state.kind === 'problem' && state.problem === 'moved' && names.behind === 0;
  if (state.kind === 'problem' && !isOver) {
    const since = say('That was at {0}.', localMoment(state.at).slice(0, 16));
    const said = [
      ...problemWords(state, names),
      since,
      ...stillHere(ahead, target),
      say('Stories go on landing here.'),
    ];
    return { severity: 'warning', said, button: state.story === null ? 'Retry' : null };
  }
  if ((setting === 'never' && !isOver) || ahead === 0 || facts.upstream === null) return null;
  const said =
    ahead === 1
      ? say('{0} is 1 commit ahead of {1}.', target, upstream)
      : say('{0} is {1} commits ahead of {2}.', target, ahead, upstream);
  return { severity: 'info', said: [said], button: 'Push' };
}

function stillHere(ahead: number, target: string): Said[] {
  if (ahead === 0) return [];
  return [
    ahead === 1 ? say('1 commit of {0} is here alone.', target) : say('{0} commits of {1} are here alone.', ahead, target),
  ];
} // prettier-ignore

/** What git or the other side printed, in a sentence; none where that was nothing. */
export function quotedWords(said: string): Said[] {
  // git fills what the other side says with blanks up to the width of a line.
  const line = firstLine(said).replace(/[\s.]+$/, '');
  return line === '' ? [] : [say('It said: {0}.', line)];
}

/** Why a story that is proven cannot land where the team has its target. */
export function publishWords(problem: PushProblem, upstream: string, said: string): readonly Said[] {
  const again = say('It is tried again every half minute.');
  switch (problem) {
    case 'refused':
      return [say('{0} did not take it: a hook, here or there, or a rule of the remote refused it.', upstream), ...quotedWords(said), again]; // prettier-ignore
    case 'unreachable':
      return [say('{0} cannot be reached, and what a team shares lands there first.', upstream), again];
    case 'signIn':
      return [
        say('{0} asks who you are and did not accept the answer.', upstream),
        say('Sign in with Push Target.'),
        again,
      ];
    case 'moved':
    case 'noUpstream':
    case 'cutOff':
    case 'failed':
      return [say('{0} could not be pushed to.', upstream), ...quotedWords(said), again];
    default:
      return problem satisfies never;
  }
}

function broughtInWords(story: number | null, { target, behind }: Names): Said {
  const isOne = behind === 1;
  if (story === null)
    return isOne ? say('Retry fetches again and brings it in.') : say('Retry fetches again and brings them in.');
  return isOne
    ? say('#{0} brings it in through the gates; then {1} is pushed again.', story, target)
    : say('#{0} brings them in through the gates; then {1} is pushed again.', story, target);
}

interface Names {
  readonly target: string;
  readonly upstream: string | Said;
  readonly behind: number;
}

function problemWords(state: Extract<PushState, { kind: 'problem' }>, names: Names): Said[] {
  const { target, upstream, behind } = names;
  const quoted = quotedWords(state.said);
  switch (state.problem) {
    case 'moved':
      return [
        behind === 1
          ? say('{0} has moved: 1 commit there is not in {1}, so nothing was pushed.', upstream, target)
          : say('{0} has moved: {1} commits there are not in {2}, so nothing was pushed.', upstream, behind, target),
        broughtInWords(state.story, names),
      ];
    case 'refused':
      return [say('{0} did not take {1}: a hook, here or there, or a rule of the remote refused it.', upstream, target), ...quoted, say('Mend what it names, then Retry.')]; // prettier-ignore
    case 'unreachable':
      return [say('{0} cannot be reached, so nothing was pushed.', upstream), ...quoted, say("Look at the network and at the remote's address, then Retry.")]; // prettier-ignore
    case 'signIn':
      return [
        say('{0} asks who you are and did not accept the answer.', upstream),
        ...quoted,
        say('Sign in, then Retry.'),
      ];
    case 'noUpstream':
      return [
        say('{0} has no branch to be pushed to. Publish it once with “Git: Publish Branch”, then Retry.', target),
      ];
    case 'cutOff':
      return [
        say('{0} was being pushed to {1} when the window ended, so nobody knows whether it got there.', target, upstream),
        say('Retry pushes what is missing.'),
      ]; // prettier-ignore
    case 'failed':
      return [say('{0} could not be pushed to {1}.', target, upstream), ...quoted, say('Retry, or push it yourself to see more.')]; // prettier-ignore
    default:
      return state.problem satisfies never;
  }
}
