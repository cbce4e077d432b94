import type { Dialect } from './agentSaid';
import { numberAt, textAt } from './json';

/** Auggie: `--print --output-format json`, one line at its end, by its documentation. */
export const auggie: Dialect = (line) => {
  if (line['type'] !== 'result') return [];
  const failed = line['is_error'] === true;
  const id = textAt(line, 'session_id');
  const turns = numberAt(line, 'num_turns');
  return [
    ...(id === '' ? [] : [{ kind: 'session', id, version: null } as const]),
    failed ? { kind: 'error', text: textAt(line, 'result') } : { kind: 'text', text: textAt(line, 'result') },
    ...(turns === null ? [] : [{ kind: 'spent', how: 'sum', turns, tokens: null, costUsd: null } as const]),
    { kind: 'end', failed },
  ];
};
