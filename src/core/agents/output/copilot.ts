import type { AgentSaid, Dialect, LimitKind } from './agentSaid';
import { at, numberAt, textAt } from './json';
import { oneLine, toolSaid } from './tools';

/** GitHub Copilot CLI: `--output-format json`. It counts requests, and neither tokens nor money, outside `assistant.usage`. */
export const copilot: Dialect = (line) => {
  const data = at(line, 'data');
  switch (line['type']) {
    case 'session.start':
      return [{ kind: 'session', id: textAt(data, 'sessionId'), version: textAt(data, 'copilotVersion') || null }];
    case 'assistant.turn_start':
      return [{ kind: 'turn', id: null }];
    case 'assistant.message':
      return textAt(data, 'content') === '' ? [] : [{ kind: 'text', text: textAt(data, 'content') }];
    case 'assistant.reasoning':
      return [{ kind: 'thought', text: textAt(data, 'content') }];
    case 'assistant.usage':
      return [usageSaid(data)];
    case 'tool.execution_start':
      return toolSaid(textAt(data, 'toolName'), at(data, 'arguments'));
    case 'tool.execution_complete':
      if (at(data, 'success') !== false) return [];
      return [{ kind: 'toolFailed', detail: oneLine(textAt(data, 'error', 'message') || textAt(data, 'result', 'content')) }]; // prettier-ignore
    case 'model.call_failure':
      return numberAt(data, 'statusCode') === 429 ? [{ kind: 'limited', limit: 'rate', again: null }] : [];
    case 'session.error':
      return errorSaid(data);
    case 'result':
      return [
        { kind: 'session', id: textAt(line, 'sessionId'), version: null },
        { kind: 'end', failed: numberAt(line, 'exitCode') !== 0 },
      ];
    default:
      return [];
  }
};

function usageSaid(data: unknown): AgentSaid {
  const [input, output] = [numberAt(data, 'inputTokens'), numberAt(data, 'outputTokens')];
  const tokens = input === null || output === null ? null : { input, output };
  return { kind: 'spent', how: 'part', turns: null, tokens, costUsd: null };
}

const LIMITS: Readonly<Record<string, LimitKind>> = { rate_limit: 'rate', quota: 'quota' };

function errorSaid(data: unknown): AgentSaid[] {
  const said: AgentSaid[] = [{ kind: 'error', text: textAt(data, 'message') }];
  const limit = LIMITS[textAt(data, 'errorType')] ?? (numberAt(data, 'statusCode') === 429 ? 'rate' : null);
  if (numberAt(data, 'statusCode') === 401) said.push({ kind: 'needsLogin' });
  return limit === null ? said : [...said, { kind: 'limited', limit, again: null }];
}
