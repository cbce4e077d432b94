import type { Database } from 'sql.js';
import type { RunFact } from '../../core/statistics/runFact';
import type { RunReading } from '../ledger/ledger';
import { writeEnd } from './shadowTables';

export function writeFact(database: Database, fact: RunFact): void {
  switch (fact.kind) {
    case 'gate': {
      const { at, key, number, of, commit, tree, gate, command, verdict, ms } = fact;
      const columns = 'at, key, number, tested, commit_id, tree, gate, command, verdict, ms';
      // A run for no story, such as one on the target, has neither.
      const values = [at, key ?? '', number ?? 0, of, commit, tree, gate, command, verdict, ms];
      database.run(`INSERT INTO gate_run (${columns}) VALUES (?,?,?,?,?,?,?,?,?,?)`, values);
      return;
    }
    case 'agentStarted': {
      const { run, at, key, number, agent, model, mode, why, session = null } = fact;
      const columns = 'run, at, key, number, agent, model, mode, why, session';
      const values = [run, at, key, number, agent, model, mode, why, session];
      database.run(`INSERT OR REPLACE INTO agent_run (${columns}) VALUES (?,?,?,?,?,?,?,?,?)`, values);
      return;
    }
    case 'gatesAgain':
      return;
    case 'agentEnded': {
      const { at, outcome, turns = null, inputTokens = null, outputTokens = null, costUsd = null, run } = fact;
      const set = 'ended_at = ?, outcome = ?, turns = ?, input_tokens = ?, output_tokens = ?, cost_usd = ?';
      const values = [at, outcome, turns, inputTokens, outputTokens, costUsd, run];
      database.run(`UPDATE agent_run SET ${set} WHERE run = ?`, values);
      return;
    }
    default:
      fact satisfies never;
  }
}

/** Makes the tables of runs hold just what their log holds. */
export function refillRuns(database: Database, { facts, end }: RunReading): void {
  database.exec('DELETE FROM gate_run; DELETE FROM agent_run;');
  for (const fact of facts) writeFact(database, fact);
  writeEnd(database, 'runs', end);
}
