import type { SqlValue } from 'sql.js';
import type { StatisticsFacts, StatisticsRange } from '../../core/statistics/statistics';
import { localMoment } from '../../core/words/localMoment';

type Row = Record<string, SqlValue>;

/** Reads what statistics of a range are made of: by when a stay ended, a story landed, a run began. */
export function readStatistics(
  ask: (sql: string, values: SqlValue[]) => Row[],
  range: StatisticsRange,
): StatisticsFacts {
  const bounds = [range.from ?? '', range.to ?? '~']; // every time of ISO 8601 sorts between them
  const within = (column: string): string => `${column} >= ? AND ${column} < ?`;
  const numberOrNull = (value: SqlValue | undefined): number | null => (typeof value === 'number' ? value : null);
  return {
    stays: ask(`SELECT stage, ms FROM stage_stay WHERE ${within('left_at')}`, bounds).map((row) => ({
      stage: String(row['stage']),
      ms: Number(row['ms']),
    })),
    landed: ask(
      `SELECT at, since_created_ms, since_coding_ms FROM landing WHERE ${within('at')} ORDER BY sequence`,
      bounds,
    ).map((row) => ({
      day: localMoment(String(row['at'])).slice(0, 10),
      sinceCreatedMs: numberOrNull(row['since_created_ms']),
      sinceCodingMs: numberOrNull(row['since_coding_ms']),
    })),
    gates: ask(`SELECT gate, tree, verdict, ms FROM gate_run WHERE ${within('at')} ORDER BY gate, id`, bounds).map(
      (row) => ({
        gate: String(row['gate']),
        tree: String(row['tree']),
        verdict: String(row['verdict']),
        ms: Number(row['ms']),
      }),
    ),
    agents: ask(
      `SELECT agent, mode, why, (JULIANDAY(ended_at) - JULIANDAY(at)) * 86400000 AS ms,
         turns, input_tokens + output_tokens AS tokens, cost_usd FROM agent_run
       WHERE ${within('at')} ORDER BY agent, at`,
      bounds,
    ).map((row) => ({
      agent: String(row['agent']),
      mode: String(row['mode']),
      why: String(row['why']),
      ms: numberOrNull(row['ms']),
      turns: numberOrNull(row['turns']),
      tokens: numberOrNull(row['tokens']),
      costUsd: numberOrNull(row['cost_usd']),
    })),
  };
}
