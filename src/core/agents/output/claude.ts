import type { AgentSaid, Dialect, Json, Tokens } from './agentSaid';
import { at, listAt, numberAt, textAt } from './json';
import { oneLine, toolSaid } from './tools';

/** Claude Code, and Qwen Code, which prints the same kinds of lines. */
export const claude: Dialect = (line) => {
  switch (line['type']) {
    case 'system':
      return systemSaid(line);
    case 'assistant':
      return assistantSaid(line);
    case 'user':
      return listAt(line, 'message', 'content').flatMap(resultSaid);
    case 'rate_limit_event':
      return limitSaid(at(line, 'rate_limit_info'));
    case 'result':
      return endSaid(line);
    default:
      return [];
  }
};

function systemSaid(line: Json): AgentSaid[] {
  if (line['subtype'] === 'api_retry') {
    const status = numberAt(line, 'error_status');
    return [
      {
        kind: 'backOff',
        ms: numberAt(line, 'retry_delay_ms') ?? 0,
        limited: status === 429 || isLimit(textAt(line, 'error')),
      },
    ];
  }
  const id = textAt(line, 'session_id');
  if (line['subtype'] !== 'init' || id === '') return [];
  const version = textAt(line, 'claude_code_version') || textAt(line, 'qwen_code_version');
  return [{ kind: 'session', id, version: version === '' ? null : version }];
}

function assistantSaid(line: Json): AgentSaid[] {
  const id = textAt(line, 'message', 'id');
  // What it says in the model's place, such as that the model did not answer; the last line has that too.
  if (textAt(line, 'message', 'model') === '<synthetic>') return [];
  const said = listAt(line, 'message', 'content').flatMap((part): AgentSaid[] => {
    switch (at(part, 'type')) {
      case 'text':
        return [{ kind: 'text', text: textAt(part, 'text') }];
      case 'thinking':
        return [{ kind: 'thought', text: textAt(part, 'thinking') }];
      case 'tool_use':
        return toolSaid(textAt(part, 'name'), at(part, 'input'));
      default:
        return [];
    }
  });
  // What another agent inside it does is no turn of this one.
  return at(line, 'parent_tool_use_id') == null ? [{ kind: 'turn', id: id === '' ? null : id }, ...said] : said;
}

function resultSaid(part: unknown): AgentSaid[] {
  if (at(part, 'type') !== 'tool_result' || at(part, 'is_error') !== true) return [];
  const detail =
    textAt(part, 'content') ||
    listAt(part, 'content')
      .map((one) => textAt(one, 'text'))
      .join(' ');
  return [{ kind: 'toolFailed', detail: oneLine(detail) }];
}

/** `resetsAt` is in seconds since 1970. What is only a warning stops nothing. */
function limitSaid(info: unknown): AgentSaid[] {
  if (textAt(info, 'status') !== 'rejected') return [];
  const resets = numberAt(info, 'resetsAt');
  return [{ kind: 'limited', limit: 'quota', again: resets === null ? null : { at: resets * 1000 } }];
}

const SPENT_LIMITS: Readonly<Record<string, 'turns' | 'money' | 'time'>> = {
  error_max_turns: 'turns',
  error_max_budget_usd: 'money',
};

function endSaid(line: Json): AgentSaid[] {
  const said: AgentSaid[] = [];
  const turns = numberAt(line, 'num_turns');
  said.push({
    kind: 'spent',
    how: 'sum',
    turns,
    tokens: tokensOf(at(line, 'usage')),
    costUsd: numberAt(line, 'total_cost_usd'),
  });
  if (numberAt(line, 'api_error_status') === 401) said.push({ kind: 'needsLogin' });
  const limit = SPENT_LIMITS[textAt(line, 'subtype')];
  if (limit !== undefined) said.push({ kind: 'spentLimit', of: limit });
  const failed = line['is_error'] === true;
  if (
    numberAt(line, 'api_error_status') === 429 ||
    (failed && isLimit(textAt(line, 'api_error_type') || textAt(line, 'error', 'type')))
  ) {
    said.push({ kind: 'limited', limit: 'rate', again: null });
  }
  if (failed) {
    const text = textAt(line, 'result') || textAt(line, 'error', 'message') || listAt(line, 'errors').filter((one) => typeof one === 'string').join(' '); // prettier-ignore
    if (text !== '') said.push({ kind: 'error', text });
  }
  return [...said, { kind: 'end', failed }];
}

function isLimit(type: string): boolean {
  return type === 'rate_limit_error' || type === 'rate_limit';
}

function tokensOf(usage: unknown): Tokens | null {
  const [input, output] = [numberAt(usage, 'input_tokens'), numberAt(usage, 'output_tokens')];
  if (input === null || output === null || input + output === 0) return null;
  // Qwen counts what was read from its cache into `input_tokens` and says so by a total.
  const isWhole = numberAt(usage, 'total_tokens') === input + output;
  const cached = isWhole ? 0 : (numberAt(usage, 'cache_read_input_tokens') ?? 0) + (numberAt(usage, 'cache_creation_input_tokens') ?? 0); // prettier-ignore
  return { input: input + cached, output };
}
