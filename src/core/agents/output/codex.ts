import type { AgentSaid, Dialect, LimitKind, Tokens } from './agentSaid';
import { at, listAt, numberAt, textAt } from './json';
import { oneLine } from './tools';

/** Codex: `codex exec --json`. It does not say how often it asked its model, nor what that cost. */
export const codex: Dialect = (line) => {
  switch (line['type']) {
    case 'thread.started':
      return [{ kind: 'session', id: textAt(line, 'thread_id'), version: null }];
    case 'item.started':
      return startedSaid(at(line, 'item'));
    case 'item.completed':
      return completedSaid(at(line, 'item'));
    case 'turn.completed':
      return [{ kind: 'spent', how: 'sum', turns: null, tokens: tokensOf(at(line, 'usage')), costUsd: null }, { kind: 'end', failed: false }]; // prettier-ignore
    case 'turn.failed':
      return [...failedSaid(textAt(line, 'error', 'message'), at(line, 'error')), { kind: 'end', failed: true }];
    case 'error':
      return failedSaid(textAt(line, 'message'), line);
    default:
      return [];
  }
};

function startedSaid(item: unknown): AgentSaid[] {
  switch (at(item, 'type')) {
    case 'command_execution':
      return [{ kind: 'tool', name: 'shell', detail: oneLine(textAt(item, 'command')) }];
    case 'mcp_tool_call':
      return [{ kind: 'tool', name: textAt(item, 'tool'), detail: oneLine(textAt(item, 'server')) }];
    case 'web_search':
      return [{ kind: 'tool', name: 'web search', detail: oneLine(textAt(item, 'query')) }];
    default:
      return [];
  }
}

const HOW: Readonly<Record<string, 'added' | 'deleted'>> = { add: 'added', delete: 'deleted' };

function completedSaid(item: unknown): AgentSaid[] {
  switch (at(item, 'type')) {
    case 'agent_message':
      return [{ kind: 'text', text: textAt(item, 'text') }];
    case 'reasoning':
      return [{ kind: 'thought', text: textAt(item, 'text') }];
    case 'command_execution': {
      const code = numberAt(item, 'exit_code');
      return code === null || code === 0
        ? []
        : [
            {
              kind: 'toolFailed',
              detail: oneLine(`exit code ${code} ${textAt(item, 'aggregated_output').slice(-300)}`),
            },
          ];
    }
    case 'file_change':
      return listAt(item, 'changes').map((change) => ({
        kind: 'file',
        path: textAt(change, 'path'),
        how: HOW[textAt(change, 'kind')] ?? 'changed',
      }));
    case 'error':
      return [{ kind: 'error', text: textAt(item, 'message') }];
    default:
      return [];
  }
}

/**
 * Codex has no fields for these: a limit, and that nobody is logged in, is in its message alone, as the number of the answer's
 * status, and a spent plan in a sentence of its own. `codex_error_info`, where it is there, comes first.
 */
function failedSaid(message: string, error: unknown): AgentSaid[] {
  const said: AgentSaid[] = [{ kind: 'error', text: message }];
  if (/\bstatus:? 401\b/.test(message)) return [...said, { kind: 'needsLogin' }];
  const limit = limitOf(message, error);
  return limit === null ? said : [...said, { kind: 'limited', limit, again: againIn(message) }];
}

function limitOf(message: string, error: unknown): LimitKind | null {
  const info = textAt(error, 'codex_error_info');
  if (info !== '') return info === 'usage_limit_exceeded' ? 'quota' : null;
  if (/\bstatus:? 429\b|\b429 Too Many Requests\b/.test(message)) return 'rate';
  return /\busage limit\b|\binsufficient_quota\b|\bQuota exceeded\b/i.test(message) ? 'quota' : null;
}

const UNITS: Readonly<Record<string, number>> = { s: 1000, ms: 1, m: 60_000, min: 60_000, h: 3_600_000, hour: 3_600_000, minute: 60_000, second: 1000, day: 86_400_000 }; // prettier-ignore

/** `try again in 1 hour 5 minutes`, `in 11.5s`. */
function againIn(message: string): { afterMs: number } | null {
  const said = /\btry again in ((?:[\d.]+ ?[a-z]+,? ?)+)/i.exec(message)?.[1] ?? '';
  let ms = 0;
  for (const [, amount = '', unit = ''] of said.matchAll(/([\d.]+) ?([a-z]+)/gi)) {
    const name = unit.toLowerCase();
    ms += Number(amount) * (UNITS[name] ?? UNITS[name.replace(/s$/, '')] ?? 0);
  }
  return ms > 0 ? { afterMs: ms } : null;
}

function tokensOf(usage: unknown): Tokens | null {
  const [input, output] = [numberAt(usage, 'input_tokens'), numberAt(usage, 'output_tokens')];
  return input === null || output === null ? null : { input, output };
}
