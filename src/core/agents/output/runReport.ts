import type { AgentSaid, LimitKind, Tokens } from './agentSaid';

/** What an agent's run took. Null is unknown, and never nothing. */
export interface Spent {
  readonly turns: number | null;
  readonly tokens: Tokens | null;
  readonly costUsd: number | null;
}

/**
 * What an agent said of its run so far. Moments are in ms since 1970.
 *
 * - `acted`: it said or did something of its own, so its conversation was taken up.
 * - `limit`: it cannot go on before `until`, or nobody knows when (null).
 * - `needsLogin`: it said that its service does not know who it is.
 * - `backOffUntil`: it is waiting by itself until then.
 */
export interface RunReport extends Spent {
  readonly session: { readonly id: string; readonly version: string | null } | null;
  readonly acted: boolean;
  readonly limit: { readonly kind: LimitKind; readonly until: number | null } | null;
  readonly needsLogin: boolean;
  readonly backOffUntil: number | null;
  readonly spentLimit: Extract<AgentSaid, { kind: 'spentLimit' }>['of'] | null;
  readonly error: string | null;
}

export const NOTHING_SAID: RunReport = {
  session: null,
  turns: null,
  tokens: null,
  costUsd: null,
  acted: false,
  limit: null,
  needsLogin: false,
  backOffUntil: null,
  spentLimit: null,
  error: null,
};

/** What is known after it said this as well. `turn`: the id of the turn before, to tell one in several parts. */
export function takeIn(report: RunReport, said: AgentSaid, now: number, turn: string | null): RunReport {
  switch (said.kind) {
    case 'session':
      if (said.id === '') return report;
      return { ...report, session: { id: said.id, version: said.version ?? report.session?.version ?? null } };
    case 'turn': {
      const isSame = said.id !== null && said.id === turn;
      return { ...report, turns: isSame ? report.turns : (report.turns ?? 0) + 1 };
    }
    case 'text':
    case 'textPart':
    case 'thought':
    case 'tool':
    case 'file':
    case 'toolFailed':
      return goesOn(report);
    case 'spent':
      return { ...report, ...added(report, said) };
    case 'backOff':
      return { ...report, backOffUntil: now + said.ms };
    case 'limited':
      return {
        ...report,
        limit: { kind: said.limit, until: momentOf(said.again, now) ?? report.limit?.until ?? null },
      };
    case 'spentLimit':
      return { ...report, spentLimit: said.of };
    case 'needsLogin':
      return { ...report, needsLogin: true };
    case 'error':
      return said.text === '' ? report : { ...report, error: said.text };
    case 'end':
      return said.failed ? report : { ...report, limit: null, backOffUntil: null };
    default:
      return said satisfies never;
  }
}

/** What it does shows that no limit holds it any more. */
function goesOn(report: RunReport): RunReport {
  return { ...report, acted: true, limit: null, backOffUntil: null };
}

function added(report: Spent, { how, turns, tokens, costUsd }: Extract<AgentSaid, { kind: 'spent' }>): Spent {
  if (how === 'sum')
    return {
      turns: turns ?? report.turns,
      tokens: tokens ?? report.tokens,
      costUsd: costUsd ?? report.costUsd,
    };
  return {
    turns: report.turns,
    tokens: addTokens(report.tokens, tokens),
    costUsd: addKnown(report.costUsd, costUsd),
  };
}

function addTokens(a: Tokens | null, b: Tokens | null): Tokens | null {
  if (a === null || b === null) return a ?? b;
  return { input: a.input + b.input, output: a.output + b.output };
}

/** The sum of what is known; unknown where neither is. */
function addKnown(a: number | null, b: number | null): number | null {
  return a === null ? b : b === null ? a : a + b;
}

function momentOf(again: Extract<AgentSaid, { kind: 'limited' }>['again'], now: number): number | null {
  if (again === null) return null;
  return 'at' in again ? again.at : now + again.afterMs;
}
