import { lengthText, thousands } from '../words/durations';
import { localMoment } from '../words/localMoment';
import type { Translate } from '../words/said';

/** What a run came to. */
export const RUN_ENDS = {
  handedOver: 'its work went to the gates',
  accepted: 'accepts it',
  sentBack: 'sends it back',
  noVerdict: 'gave no verdict',
  notAccepted: 'does not accept it',
  meddled: 'moved the story’s branch',
  solved: 'solved the merge',
  notSolved: 'did not solve the merge',
  blocked: 'it is blocked',
  ended: 'ended early',
} as const;
export type RunEnd = keyof typeof RUN_ENDS;

/** What agents do on a story, as it is called in front of people. */
const ROLE_WORDS = { coder: 'coder', reviewer: 'reviewer', mergemaster: 'mergemaster' } as const;

/** What of a story's runs an output is of: what its agents said, what gates said of it, and so on. */
export const OUTPUT_WORDS = {
  criteria: 'Commands of its criteria',
  setUp: 'Setting up its worktree',
  agent: 'Its last agent',
  gates: 'Gates',
  merge: 'Gates before it lands',
  probe: 'Gates ahead of the queue',
  target: 'Gates on the target',
  landed: 'Gates after it landed',
  together: 'Gates together with another story',
} as const;
export type OutputOf = keyof typeof OUTPUT_WORDS;

/** What an output is of, as its heading. */
export function outputWords(of: OutputOf, t: Translate): string {
  return t(OUTPUT_WORDS[of]);
}

interface EndedRun {
  readonly agent: string;
  readonly role: keyof typeof ROLE_WORDS;
  readonly from: number;
  readonly to: number;
  readonly came: RunEnd;
  readonly spent?: Readonly<Record<'turns' | 'tokens' | 'usd', number | null>>;
}

/** `claude, reviewer`, `2026-01-31 14:05`, `accepts it`, and what it took. */
export function pastRunWords(run: EndedRun, t: Translate): Record<'who' | 'at' | 'what' | 'took', string> {
  const { agent, role, from, came } = run;
  return {
    who: `${agent}, ${t(ROLE_WORDS[role])}`,
    at: localMoment(from).slice(0, 16),
    what: t(RUN_ENDS[came]),
    took: tookWords(run, t),
  };
}

/** `6 min · 12 turns · 34k tokens`: nothing of what nobody said, and no 0. */
function tookWords({ from, to, spent }: EndedRun, t: Translate): string {
  const { turns = null, tokens = null, usd = null } = spent ?? {};
  return [
    lengthText(to - from),
    ...(turns === null ? [] : [turns === 1 ? t('1 turn') : t('{0} turns', turns)]),
    ...(tokens === null ? [] : [t('{0} tokens', thousands(tokens))]),
    ...(usd === null ? [] : [`$${usd.toFixed(2)}`]),
  ].join(' · ');
}
