import type { AgentSaid, Dialect, Json, LimitKind, Tokens } from './agentSaid';
import { at, numberAt, textAt } from './json';
import { oneLine, toolSaid } from './tools';

/** Gemini CLI: `--output-format stream-json`. */
export const gemini: Dialect = (line) => {
  switch (line['type']) {
    case 'init':
      return [{ kind: 'session', id: textAt(line, 'session_id'), version: null }];
    case 'message':
      if (line['role'] !== 'assistant') return [];
      return [{ kind: line['delta'] === true ? 'textPart' : 'text', text: textAt(line, 'content') }];
    case 'tool_use':
      return toolSaid(textAt(line, 'tool_name'), at(line, 'parameters'));
    case 'tool_result':
      if (line['status'] !== 'error') return [];
      return [{ kind: 'toolFailed', detail: oneLine(textAt(line, 'error', 'message') || textAt(line, 'output')) }];
    case 'error':
      return [{ kind: 'error', text: textAt(line, 'message') }];
    case 'result':
      return endSaid(line);
    default:
      return [];
  }
};

/** The classes of errors that it names in `error.type`. */
const LIMITS: Readonly<Record<string, LimitKind>> = {
  TerminalQuotaError: 'quota',
  RetryableQuotaError: 'rate',
  QUOTA_EXHAUSTED: 'quota',
  RATE_LIMIT: 'rate',
};

function endSaid(line: Json): AgentSaid[] {
  const said: AgentSaid[] = [
    { kind: 'spent', how: 'sum', turns: null, tokens: tokensOf(at(line, 'stats')), costUsd: null },
  ];
  const failed = line['status'] === 'error';
  if (!failed) return [...said, { kind: 'end', failed }];
  const [type, text] = [textAt(line, 'error', 'type'), textAt(line, 'error', 'message')];
  said.push({ kind: 'error', text });
  if (type === 'FatalTurnLimitedError') said.push({ kind: 'spentLimit', of: 'turns' });
  if (/"status":\s*"UNAUTHENTICATED"|"code":\s*401\b|"reason":\s*"API_KEY_INVALID"/.test(text))
    said.push({ kind: 'needsLogin' });
  const limit = LIMITS[type] ?? limitIn(text);
  if (limit !== null) said.push({ kind: 'limited', limit, again: retryIn(text) });
  return [...said, { kind: 'end', failed }];
}

/**
 * Other errors carry what the service answered: as JSON with a code and a status of its own, or, under a type that says
 * nothing, with the wait that the service asks for.
 */
function limitIn(text: string): LimitKind | null {
  if (/"quotaId":\s*"[^"]*PerDay/.test(text)) return 'quota';
  const isLimit = /"status":\s*"RESOURCE_EXHAUSTED"|"code":\s*429\b|\bSuggested retry after [\d.]+s\b/.test(text);
  return isLimit ? 'rate' : null;
}

/** `"retryDelay": "3600s"`, as the service says it, or `Suggested retry after 3600s`. */
function retryIn(text: string): { afterMs: number } | null {
  const seconds = /(?:"retryDelay":\s*"|\bSuggested retry after )([\d.]+)s/.exec(text)?.[1];
  return seconds === undefined ? null : { afterMs: Number(seconds) * 1000 };
}

function tokensOf(stats: unknown): Tokens | null {
  const [input, output] = [numberAt(stats, 'input_tokens'), numberAt(stats, 'output_tokens')];
  return input === null || output === null || input + output === 0 ? null : { input, output };
}
