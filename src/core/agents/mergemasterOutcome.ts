import { whyNotMerged, type MergeLook } from '../landing/mergemaster';
import { minutes, type AgentOutcome } from './outcome';

/** What is known once an agent's attempt at a merge is over. */
export interface MergemasterFacts {
  readonly outcome: AgentOutcome;
  /** What keeps its work from being looked at, in a sentence: it is elsewhere, or holds what is not the story's. */
  readonly problem: string | null;
  /** What git holds; null where nobody has to look. */
  readonly look: MergeLook | null;
}

export type MergemasterOutcome =
  | { kind: 'merged' }
  /** A strike; `cause` follows `it`, as in "it left conflict markers in a.txt". */
  | { kind: 'failed'; cause: string }
  /** Its command cannot run; a person has to mend that, and it is no strike. */
  | { kind: 'cannotRun'; why: string }
  /** Ended from outside, as by a restart. It says nothing about the agent. */
  | { kind: 'stopped' };

/** Judges an attempt by what git holds. Another exit code than 0 is believed, whatever is there. */
export function judgeMergemaster({ outcome, problem, look }: MergemasterFacts): MergemasterOutcome {
  switch (outcome.kind) {
    case 'stopped':
    case 'lost':
      return { kind: 'stopped' };
    case 'notFound':
      return { kind: 'cannotRun', why: `There is no program named ${outcome.program}. Check the agent's command.` };
    case 'failed':
      return { kind: 'failed', cause: `broke off: ${outcome.message}` };
    case 'killed':
      return { kind: 'failed', cause: `was ended by signal ${outcome.signal}` };
    case 'timedOut':
      return { kind: 'failed', cause: `ran longer than ${minutes(outcome.afterMs)} and was ended` };
    case 'silent':
      return { kind: 'failed', cause: `printed nothing for ${minutes(outcome.afterMs)} and was ended` };
    case 'exited': {
      if (outcome.code !== 0) return { kind: 'failed', cause: `exited with code ${outcome.code}` };
      if (problem !== null) return { kind: 'failed', cause: `left its work where it does not belong: ${problem}` };
      const why = look === null ? 'left nothing to look at' : whyNotMerged(look);
      return why === null ? { kind: 'merged' } : { kind: 'failed', cause: why };
    }
    default:
      return outcome satisfies never;
  }
}
