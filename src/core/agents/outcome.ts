import { count } from '../words/durations';
import type { LimitKind } from './output/agentSaid';
import type { RunOutcome } from '../pipeline/runOutcome';

/** How an agent's run ended: as its program did, or by what it said when it was talked with. `message` is a sentence. */
export type AgentOutcome = RunOutcome | { kind: 'failed'; message: string };

/** What is known once an agent's run is over. Counts and paths are git's; nothing the agent printed is among it. */
export interface CoderFacts {
  readonly outcome: AgentOutcome;
  /** Commits of the story's branch that the target lacks. */
  readonly commitsAhead: number;
  /**
   * The branch's tip is another than before the run. What earlier runs left committed is no sign that the work is whole:
   * such a run may have failed half-way, so a run that adds nothing to it proves nothing.
   */
  readonly newCommits: boolean;
  /** Uncommitted paths in the story's worktree. */
  readonly uncommitted: readonly string[];
}

/** What the end of a coder's run means for its story. `detail` is a sentence for a person. */
export type CoderOutcome =
  | { kind: 'readyForQa' }
  /** `commitsAhead`: what the branch holds of earlier runs that did not end well. */
  | { kind: 'noWork'; commitsAhead: number }
  /** Its work is not where the story's is, or the worktree is gone. */
  | { kind: 'strayed'; detail: string }
  | { kind: 'uncommitted'; paths: readonly string[] }
  | { kind: 'failed'; detail: string; fix: 'editAgents' | 'showOutput' }
  | { kind: 'silent'; afterMs: number; detail: string }
  /** A limit of its service holds it, until a moment that it names (ms since 1970) or for nobody knows how long. */
  | { kind: 'limited'; limit: LimitKind; until: number | null }
  | { kind: 'stopped' };

/** What is said of a run whose keeper has died. */
export const LOST = 'How it ended is not known, because the process that had started it died';

/**
 * Judges a run by what git holds, because agents exit with 0 and say "success" after refused tools and forbidden commits.
 * Another exit code is believed, even with commits there: half a change can pass every gate.
 */
export function judgeCoder({ outcome, commitsAhead, newCommits, uncommitted }: CoderFacts): CoderOutcome {
  switch (outcome.kind) {
    case 'exited':
      if (outcome.code !== 0) return failed(`It exited with code ${outcome.code}`, commitsAhead);
      if (uncommitted.length > 0) return { kind: 'uncommitted', paths: uncommitted };
      return commitsAhead > 0 && newCommits ? { kind: 'readyForQa' } : { kind: 'noWork', commitsAhead };
    case 'killed':
      return failed(`It was ended by signal ${outcome.signal}`, commitsAhead);
    case 'notFound':
      return {
        kind: 'failed',
        detail: `There is no program named ${outcome.program}. Check the agent's command.`,
        fix: 'editAgents',
      };
    case 'timedOut':
      if (outcome.of === 'turn')
        return failed(`It was at one turn for ${minutes(outcome.afterMs)} and was ended`, commitsAhead);
      return failed(`It ran longer than ${minutes(outcome.afterMs)} and was ended`, commitsAhead);
    case 'silent':
      return {
        kind: 'silent',
        afterMs: outcome.afterMs,
        detail: `It printed nothing for ${minutes(outcome.afterMs)} and was ended${kept(commitsAhead)}.`,
      };
    case 'stopped':
      return { kind: 'stopped' };
    case 'failed':
      return failed(outcome.message.replace(/\.$/, ''), commitsAhead);
    case 'lost':
      return failed(LOST, commitsAhead);
    default:
      return outcome satisfies never;
  }
}

function failed(what: string, commitsAhead: number): CoderOutcome {
  return { kind: 'failed', detail: `${what}${kept(commitsAhead)}.`, fix: 'showOutput' };
}

function kept(commitsAhead: number): string {
  return commitsAhead > 0 ? `; its branch holds ${count(commitsAhead, 'commit')}` : '';
}

export function minutes(ms: number): string {
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}
