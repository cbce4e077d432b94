import type { Spent } from '../../../core/agents/output/runReport';
import type { StoryRecord } from '../../../core/story/story';
import type { EnginePorts } from '../../ports';
import type { Work } from '../work';

/** How a run of an agent began. `why` it is cold; empty where it is not. */
interface Begun {
  readonly mode: 'warm' | 'cold';
  readonly session: string | null;
  readonly why: string;
}

/** Notes that a run of an agent has begun, in the log and for statistics. */
export function noteStart(
  { log, runs, clock }: Pick<EnginePorts, 'log' | 'runs' | 'clock'>,
  { kind: role, story: { key, number }, profile: { name, model } }: Pick<Work, 'kind' | 'story' | 'profile'>,
  run: string,
  { mode, session, why }: Begun,
): void {
  const said = why === '' ? '' : ` (${why})`;
  log.info(`[agent:${number}:${name}] spawn mode=${mode} session_id=${session ?? 'none'}${said}`);
  const at = new Date(clock.now()).toISOString();
  runs.note({
    kind: 'agentStarted',
    at,
    key,
    number,
    run,
    agent: name,
    model: model ?? null,
    role,
    mode,
    why,
    session,
  });
}

/** Notes how a run of an agent ended, and what it took. */
export function noteEnd(
  { runs, clock }: Pick<EnginePorts, 'runs' | 'clock'>,
  { key, number }: Pick<StoryRecord, 'key' | 'number'>,
  run: string,
  { outcome, spent: { turns, tokens, costUsd } }: { readonly outcome: string; readonly spent: Spent },
): void {
  const figures = { turns, inputTokens: tokens?.input ?? null, outputTokens: tokens?.output ?? null, costUsd };
  runs.note({ kind: 'agentEnded', at: new Date(clock.now()).toISOString(), key, number, run, outcome, ...figures });
}
