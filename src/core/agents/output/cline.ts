import type { AgentSaid, Dialect } from './agentSaid';
import { at, numberAt, textAt } from './json';
import { oneLine, toolSaid } from './tools';

/** Cline: `--json`. It prints nothing by which a conversation could be gone on with. */
export const cline: Dialect = (line) => {
  switch (line['type']) {
    case 'agent_event':
      return eventSaid(at(line, 'event'));
    case 'run_result':
      return [spentSaid(at(line, 'aggregateUsage') ?? at(line, 'usage'), numberAt(line, 'iterations')), { kind: 'end', failed: textAt(line, 'finishReason') === 'error' }]; // prettier-ignore
    case 'error':
      return errorSaid(line);
    default:
      return [];
  }
};

function eventSaid(event: unknown): AgentSaid[] {
  switch (at(event, 'type')) {
    case 'iteration_start':
      return [{ kind: 'turn', id: null }];
    case 'content_start':
      return at(event, 'contentType') === 'tool'
        ? toolSaid(textAt(event, 'toolName'), inputOf(at(event, 'input')))
        : [];
    case 'content_end':
      return endedSaid(event);
    case 'error':
      return errorSaid(event);
    default:
      return [];
  }
}

function endedSaid(event: unknown): AgentSaid[] {
  switch (at(event, 'contentType')) {
    case 'text':
      return [{ kind: 'text', text: textAt(event, 'text') }];
    case 'reasoning':
      return [{ kind: 'thought', text: textAt(event, 'text') }];
    case 'tool': {
      const error = textAt(event, 'error');
      return error === '' ? [] : [{ kind: 'toolFailed', detail: oneLine(error) }];
    }
    default:
      return [];
  }
}

/** `commands` is a list of lines. */
function inputOf(input: unknown): unknown {
  const commands = at(input, 'commands');
  return Array.isArray(commands) ? { command: commands.filter((one) => typeof one === 'string').join('; ') } : input;
}

/** It prints a cost of 0 for models whose price it does not know. */
function spentSaid(usage: unknown, turns: number | null): AgentSaid {
  const [input, output] = [numberAt(usage, 'inputTokens'), numberAt(usage, 'outputTokens')];
  const tokens = input === null || output === null || input + output === 0 ? null : { input, output };
  const cost = numberAt(usage, 'totalCost');
  return { kind: 'spent', how: 'sum', turns, tokens, costUsd: cost === 0 ? null : cost };
}

function errorSaid(event: unknown): AgentSaid[] {
  const text = textAt(event, 'error', 'message') || textAt(event, 'message') || textAt(event, 'error');
  const status =
    numberAt(event, 'error', 'status') ?? numberAt(event, 'error', 'statusCode') ?? numberAt(event, 'status');
  const said: AgentSaid[] = [{ kind: 'error', text }];
  if (status === 401) return [...said, { kind: 'needsLogin' }];
  // Where it names no status it hands on what the service said, and nothing else.
  const isLimit = status === null ? /\brate limit\b|\btoo many requests\b|\b429\b/i.test(text) : status === 429;
  return isLimit ? [...said, { kind: 'limited', limit: 'rate', again: null }] : said;
}
