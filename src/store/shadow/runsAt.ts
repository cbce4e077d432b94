import type { SqlValue } from 'sql.js';
import type { LiveRun } from '../../core/pipeline/facts';

type Row = Record<string, SqlValue>;

const AGENTS = 'SELECT key, at, agent AS name FROM agent_run WHERE at <= ?1 AND ended_at > ?1 ORDER BY at';
const GATES = `
  SELECT key, at, gate AS name, commit_id FROM gate_run
  WHERE tested = 'story' AND at <= ?1 AND JULIANDAY(at) + ms / 86400000 > JULIANDAY(?1) ORDER BY at`;

/** What was at work on stories at a moment, by key. */
export function readRunsAt(ask: (sql: string, values: SqlValue[]) => Row[], time: string): Map<string, LiveRun> {
  const startedAt = (row: Row): number => Date.parse(String(row['at']));
  const agents = ask(AGENTS, [time]).map((row): [string, LiveRun] => [
    String(row['key']),
    { kind: 'coder', name: String(row['name']), role: 'coder', startedAt: startedAt(row), tip: null, progress: null },
  ]);
  const gates = ask(GATES, [time]).map((row): [string, LiveRun] => [
    String(row['key']),
    { kind: 'gates', name: String(row['name']), role: null, startedAt: startedAt(row), tip: String(row['commit_id']), progress: null }, // prettier-ignore
  ]);
  return new Map([...agents, ...gates]);
}
