import type { AgentUsage, TalkEnd } from '../../core/agents/agentTalk';
import type { TalkLimit } from '../../core/agents/talkLimit';
import type { PermissionAsk } from '../../core/agents/permission';
import type { AgentProfile } from '../../core/agents/profile';
import type { RunOutcome } from '../../core/pipeline/runOutcome';
import { fillVariables } from '../../core/agents/placeholders';
import type { McpPlaceholders } from '../../ports/agentAccess';
import type { Clock } from '../../ports/clock';
import type { KeptRuns } from '../../ports/keptRuns';
import { filledCommand } from '../commandLine/filledCommand';
import { splitCommand } from '../commandLine/splitCommand';
import type { Decision } from './chooseOption';
import { RunLine, type ProgramLine } from './programLine';
import { talk, type Talked, type TalkRequest } from './talk';
import { within } from './within';

/** How one person's messages reach an agent that is at work. */
export interface AgentMessages {
  /** Those that wait; they are the agent's from then on. */
  readonly take: () => Promise<readonly string[]>;
  /** Told how to cut a turn short while there is one, null when it is over. */
  readonly duringTurn: (interrupt: (() => void) | null) => void;
}

export interface AcpRequest extends Pick<
  TalkRequest,
  'session' | 'coldWhy' | 'prompts' | 'mcpServers' | 'onSession' | 'onText' | 'transcribe' | 'onProgress' | 'onRaw'
> {
  readonly profile: AgentProfile;
  /** `branch` is a short name. */
  readonly story: { readonly number: number; readonly title: string; readonly branch: string };
  /** Absolute. */
  readonly worktree: string;
  readonly runs: KeptRuns;
  /** What another process has to know to take the run over. */
  readonly about: unknown;
  readonly clock: Clock;
  readonly runId: string;
  readonly env: Readonly<Record<string, string>>;
  /** How a program is told of Switchyard's tools that does not hear of servers in its sessions; not at all where left out. */
  readonly mcp?: McpPlaceholders;
  readonly messages: AgentMessages;
  /** Asks a person; waits no longer than `signal` lets it. */
  readonly ask: (ask: PermissionAsk, signal: AbortSignal) => Promise<Decision>;
  /** How long (ms) an answer may take: the run's clocks stand still for as long. */
  readonly askMs: number;
  readonly signal: AbortSignal;
}

/** `outcome`: how the program ended where it was not by the end of the talk. */
export interface AcpRun {
  readonly outcome: RunOutcome | Extract<TalkEnd, { kind: 'failed' }>;
  /** Why its last turn ended, where that is out of the ordinary; a sentence. */
  readonly reason: string | null;
  readonly usage: AgentUsage;
  /** The limit of its service by which it broke off; null where it did not. */
  readonly limit: TalkLimit | null;
}

const MINUTE = 60_000;
/** How long (ms) a program may take to end by itself once nobody talks with it any more. */
const LEAVE_MS = 3000;

/**
 * Runs an agent that speaks the Agent Client Protocol on a story, and resolves once every process of it has ended. Rejects,
 * with a sentence for a person, when its command cannot be filled in or started.
 */
export async function runAcp(request: AcpRequest): Promise<AcpRun> {
  const { profile, story, signal, runs, clock } = request;
  const { minutes, silenceMinutes } = profile.limits;
  const line = new RunLine(request.onText);
  const run = await runs.start(
    {
      id: request.runId,
      command: await commandOf(request),
      cwd: request.worktree,
      env: {
        ...request.env,
        ...fillVariables(profile.env, request.mcp ?? NO_MCP),
        SWITCHYARD_STORY: String(story.number),
        SWITCHYARD_BRANCH: story.branch,
      },
      input: 'open',
      clocks: {
        wallMs: minutes === undefined ? null : minutes * MINUTE,
        silenceMs: silenceMinutes * MINUTE,
        firstOutputMs: null,
      },
      label: `agent ${profile.name} of #${story.number}`,
      about: request.about,
    },
    line.hear,
  );
  line.begin(run);
  const talked = await talk({ ...request, ...conversation(request, line) });
  // An agent that is told to stop in its own words leaves its session whole; what does not leave then is ended.
  const left = await within(clock, LEAVE_MS, run.ended);
  if (left.kind !== 'settled') run.stop();
  const ended = await run.ended;
  await runs.forget(request.runId);
  const outcome =
    ended.kind === 'left' || left.kind !== 'settled' ? { kind: 'exited' as const, code: 0 } : ended.outcome;
  return cameOfIt(outcome, talked, signal);
}

function conversation(
  { profile, worktree, messages, ask, askMs, signal, clock }: AcpRequest,
  line: ProgramLine,
): Pick<
  TalkRequest,
  'agent' | 'line' | 'worktree' | 'wishes' | 'takeMessages' | 'duringTurn' | 'ask' | 'signal' | 'clock'
> {
  let open = 0;
  return {
    agent: profile.name,
    line,
    worktree,
    wishes: wishesOf(profile),
    takeMessages: messages.take,
    duringTurn: messages.duringTurn,
    ask: async (asked, over) => {
      open += 1;
      line.holdClocks(askMs);
      try {
        return await ask(asked, over);
      } finally {
        open -= 1;
        if (open === 0) line.holdClocks(0);
      }
    },
    signal,
    clock,
  };
}

function wishesOf({ mode, options, model, command }: AgentProfile): TalkRequest['wishes'] {
  const parts = typeof command === 'string' ? [command] : command;
  const isInCommand = parts.some((part) => part.includes('{model}'));
  return { mode: mode ?? null, options: options ?? {}, model: isInCommand ? null : (model ?? null) };
}

/** What ended the program counts where it ended before the talk did; else the talk's own end. */
function cameOfIt(outcome: RunOutcome, { end, usage }: Talked, signal: AbortSignal): AcpRun {
  const reason = end.kind === 'done' ? end.reason : null;
  const rest = { reason, usage, limit: end.kind === 'failed' ? end.limit : null };
  if (signal.aborted || end.kind === 'stopped') return { outcome: { kind: 'stopped' }, ...rest };
  if (outcome.kind === 'notFound' || outcome.kind === 'timedOut' || outcome.kind === 'silent')
    return { outcome, ...rest };
  if (end.kind === 'done') return { outcome: { kind: 'exited', code: 0 }, ...rest };
  // Where it crashed, that is why the talk broke off.
  const crashed =
    outcome.kind === 'killed' || outcome.kind === 'lost' || (outcome.kind === 'exited' && outcome.code !== 0);
  return { outcome: crashed ? outcome : end, ...rest };
}

const NO_MCP: McpPlaceholders = { mcpConfig: '', opencodeConfig: '', codexMcp: '' };

async function commandOf({ profile, story, mcp = NO_MCP }: AcpRequest): Promise<string[]> {
  const { command, model = '' } = profile;
  const nothing = { prompt: '', promptFile: '', sessionId: '' };
  const values = { ...nothing, ...mcp, number: String(story.number), title: story.title, branch: story.branch, model };
  return filledCommand(profile, await splitCommand(command), values);
}
