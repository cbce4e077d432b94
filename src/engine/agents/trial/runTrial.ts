import { createDirectRuns } from '../../../agents/keeper/directRuns';
import { splitCommand } from '../../../agents/commandLine/splitCommand';
import { startCoder, tidyUpAfter } from '../../../agents/commandLine/startCoder';
import { messageOf } from '../../../base/messageOf';
import { dialectOf } from '../../../core/agents/agentCommand';
import { needsOf } from '../../../core/agents/agentNeeds';
import type { AgentTrial, TrialEnd } from '../../../core/agents/agentTrial';
import { OutputReader } from '../../../core/agents/output/outputReader';
import type { AgentProfile } from '../../../core/agents/profile';
import type { RunOutcome } from '../../../core/pipeline/runOutcome';
import { TextEnd } from '../textEnd';
import { nodeVersion } from './nodeVersion';
import type { KeptRun } from '../../../ports/keptRuns';
import type { EnginePorts } from '../../ports';

export type TryPorts = Pick<
  EnginePorts,
  'git' | 'processes' | 'clock' | 'log' | 'newId' | 'folders' | 'permission' | 'settings'
>;

export interface TrialRequest {
  readonly profile: AgentProfile;
  /** Absolute. */
  readonly worktree: string;
  /** Short name. */
  readonly branch: string;
  readonly prompt: string;
  readonly runId: string;
  readonly env: Readonly<Record<string, string>>;
  readonly limitMs: number;
  readonly signal: AbortSignal;
}

/** What the run itself shows; what it achieved is git's to say. */
export type TrialRun = Pick<
  AgentTrial,
  'end' | 'node' | 'version' | 'answered' | 'login' | 'limited' | 'asked' | 'output'
>;

type Said = Omit<TrialRun, 'end' | 'node' | 'output'> & { readonly end: RunOutcome | TrialEnd };

/** There is no story; agents are told a number and a title all the same. */
const STORY = { number: 0, title: 'Try the agent' };

/** Starts the agent as a story would, and resolves once every process of it has ended. Never rejects. */
export async function runTrial(ports: TryPorts, request: TrialRequest): Promise<TrialRun> {
  const text = new TextEnd();
  const { limitMs, signal } = request;
  const minutes = limitMs / 60_000;
  // The limits of its profile are for stories; a try has one of its own.
  const profile: AgentProfile = { ...request.profile, limits: { silenceMinutes: minutes, minutes } };
  const bounded = { ...request, profile };
  const nothing = { version: null, answered: false, login: 'unknown', limited: false, asked: 0 } as const;
  const over = (): Promise<Said> =>
    profile.transport === 'acp' ? talkWith(ports, bounded, text) : runOnce(ports, bounded, text);
  const node = await nodeOf(ports, bounded);
  const said = await over().catch((error: unknown): Said => ({
    ...nothing,
    end: { kind: 'failed', message: messageOf(error) },
  }));
  return { ...said, node, output: text.toString(), end: endOf(said.end, limitMs, signal) };
}

async function nodeOf(
  ports: TryPorts,
  { profile, worktree, runId, env, signal }: TrialRequest,
): Promise<TrialRun['node']> {
  const needed = needsOf(await splitCommand(profile.command))?.node ?? null;
  if (needed === null) return null;
  const found = await nodeVersion(ports.processes, {
    id: `${runId}-node`,
    cwd: worktree,
    env: { ...env, ...profile.env },
    signal,
  });
  return { needed, found };
}

async function runOnce(
  { processes, clock, folders }: TryPorts,
  { profile, worktree, branch, prompt, runId, env, signal }: TrialRequest,
  text: TextEnd,
): Promise<Said> {
  const dialect = dialectOf(profile, await splitCommand(profile.command));
  const reader = new OutputReader(dialect, profile.name);
  const said = { anything: false };
  const run = await startCoder({
    profile,
    story: { ...STORY, branch },
    prompt,
    promptFolder: folders.prompts,
    worktree,
    runs: createDirectRuns(processes, clock),
    runId,
    env,
    about: null,
    onOutput: ({ stream, text: piece, at }) => {
      if (stream === 'stdout' && piece.trim() !== '') said.anything = true;
      text.add(stream === 'stdout' ? reader.take(piece, at) : piece);
    },
  });
  const stop = (): void => run.stop();
  signal.addEventListener('abort', stop);
  if (signal.aborted) stop();
  const end = await run.ended.finally(() => signal.removeEventListener('abort', stop));
  await tidyUpAfter(folders.prompts, runId);
  text.add(reader.end(clock.now()));
  const { report } = reader;
  return {
    end: end.kind === 'left' ? { kind: 'stopped' } : end.outcome,
    version: report.session?.version ?? null,
    // Of an agent whose words are not read, all that shows is that it printed something and did not fail.
    answered: dialect === null ? said.anything && !hasFailed(end) : report.acted,
    login: report.needsLogin ? 'needed' : 'unknown',
    limited: report.limit !== null,
    asked: 0,
  };
}

function hasFailed(end: Awaited<KeptRun['ended']>): boolean {
  return end.kind === 'ended' && end.outcome.kind === 'exited' && end.outcome.code !== 0;
}

/** It is allowed what it asks for as long as that stays in its worktree. */
async function talkWith(ports: TryPorts, request: TrialRequest, text: TextEnd): Promise<Said> {
  const { runAcp } = await import('../../../agents/acp/runAcp');
  const { profile, worktree, branch, prompt, runId, env, signal, limitMs } = request;
  const seen = { asked: 0, answered: false };
  const { outcome, limit } = await runAcp({
    profile,
    story: { ...STORY, branch },
    worktree,
    runs: createDirectRuns(ports.processes, ports.clock),
    about: null,
    clock: ports.clock,
    runId,
    env,
    session: null,
    coldWhy: 'it is tried',
    prompts: { cold: prompt, warm: prompt },
    mcpServers: [],
    messages: { next: () => [], told: () => undefined, duringTurn: () => undefined },
    ask: (ask) => {
      seen.asked += 1;
      return Promise.resolve(ask.outside.length === 0 ? 'allow' : 'deny');
    },
    askMs: limitMs,
    onSession: () => undefined,
    onText: (piece) => text.add(piece),
    transcribe: ({ kind }) =>
      (seen.answered ||= kind === 'said' || kind === 'saidPart' || kind === 'tool' || kind === 'file'),
    onProgress: () => undefined,
    onRaw: () => undefined,
    signal,
  });
  const login = outcome.kind === 'failed' && outcome.login === 'needed' ? 'needed' : 'unknown';
  const end = outcome.kind === 'left' ? { kind: 'stopped' as const } : outcome;
  return { end, version: null, login, limited: limit !== null, ...seen };
}

function endOf(end: Said['end'], limitMs: number, signal: AbortSignal): TrialEnd {
  switch (end.kind) {
    case 'exited':
      return { kind: 'exited', code: end.code };
    case 'killed':
      return { kind: 'killed', signal: end.signal };
    case 'notFound':
      return { kind: 'notFound', program: end.program };
    case 'timedOut':
    case 'silent':
    case 'tooLong':
      return { kind: 'tooLong', ms: limitMs };
    case 'stopped':
    case 'cancelled':
    case 'lost':
      return signal.aborted ? { kind: 'cancelled' } : { kind: 'failed', message: 'It was ended from outside.' };
    case 'failed':
      return { kind: 'failed', message: end.message };
    default:
      return end satisfies never;
  }
}
