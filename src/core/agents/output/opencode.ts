import type { AgentSaid, Dialect, Json, LimitKind } from './agentSaid';
import { at, numberAt, textAt } from './json';
import { oneLine, toolSaid } from './tools';

/** opencode, and Kilo, which is made of it: `run --format json`. Its session stands on every line. */
export const opencode: Dialect = (line) => {
  const id = textAt(line, 'sessionID');
  const said = lineSaid(line);
  return id === '' ? said : [{ kind: 'session', id, version: null }, ...said];
};

function lineSaid(line: Json): AgentSaid[] {
  const part = at(line, 'part');
  switch (line['type']) {
    case 'step_start':
      return [{ kind: 'turn', id: textAt(part, 'messageID') || null }];
    case 'text':
      return [{ kind: 'text', text: textAt(part, 'text') }];
    case 'reasoning':
      return [{ kind: 'thought', text: textAt(part, 'text') }];
    case 'tool_use': {
      const said = toolSaid(textAt(part, 'tool'), at(part, 'state', 'input'));
      if (textAt(part, 'state', 'status') !== 'error') return said;
      return [...said, { kind: 'toolFailed', detail: oneLine(textAt(part, 'state', 'error')) }];
    }
    case 'step_finish':
      return [spentSaid(part)];
    case 'error':
      return errorSaid(at(line, 'error'));
    default:
      return [];
  }
}

function spentSaid(part: unknown): AgentSaid {
  const [input, output] = [numberAt(part, 'tokens', 'input'), numberAt(part, 'tokens', 'output')];
  const cached = (numberAt(part, 'tokens', 'cache', 'read') ?? 0) + (numberAt(part, 'tokens', 'cache', 'write') ?? 0);
  const thought = numberAt(part, 'tokens', 'reasoning') ?? 0;
  const tokens = input === null || output === null ? null : { input: input + cached, output: output + thought };
  return { kind: 'spent', how: 'part', turns: null, tokens, costUsd: numberAt(part, 'cost') };
}

function errorSaid(error: unknown): AgentSaid[] {
  const text = textAt(error, 'data', 'message') || textAt(error, 'message') || textAt(error, 'name');
  const said: AgentSaid[] = [{ kind: 'error', text }];
  const status = numberAt(error, 'data', 'statusCode');
  if (status === 401) return [...said, { kind: 'needsLogin' }];
  if (status !== 429) return said;
  const limit: LimitKind = /insufficient_quota/.test(textAt(error, 'data', 'responseBody')) ? 'quota' : 'rate';
  const seconds = Number(textAt(error, 'data', 'responseHeaders', 'retry-after') || Number.NaN);
  return [...said, { kind: 'limited', limit, again: Number.isFinite(seconds) ? { afterMs: seconds * 1000 } : null }];
}
