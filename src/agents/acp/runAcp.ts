import type { AgentUsage, TalkEnd } from '../../core/agents/agentTalk';
import type { TalkLimit } from '../../core/agents/talkLimit';
import type { PermissionAsk } from '../../core/agents/permission';
import type { AgentProfile } from '../../core/agents/profile';
import type { RunOutcome } from '../../core/pipeline/runOutcome';
import { parseMessage, toldIn } from '../../keeper/talkStanding';
import { fillVariables, NO_MCP } from '../../core/agents/placeholders';
import type { McpPlaceholders } from '../../ports/agentAccess';
import type { Clock } from '../../ports/clock';
import type { KeptRun, KeptRuns } from '../../ports/keptRuns';
import { filledCommand } from '../commandLine/filledCommand';
import { splitCommand } from '../commandLine/splitCommand';
import type { Decision } from './chooseOption';
import { RunLine, type ProgramLine } from './programLine';
import { PastReader } from './pastTalk';
import { recall } from './recall';
import { talk } from './talk';
import type { AgentMessages, Talked, TalkRequest, ToldPast } from './talkRequest';
import { Transcript } from './transcript';
import { within } from './within';

/** What a new run and one that is gone on with need alike. */
export interface AcpTalking extends Pick<TalkRequest, 'onSession' | 'onText' | 'transcribe' | 'onProgress' | 'onRaw'> {
  readonly profile: AgentProfile;
  /** `branch` is a short name. */
  readonly story: { readonly number: number; readonly title: string; readonly branch: string };
  /** Absolute. */
  readonly worktree: string;
  readonly runs: KeptRuns;
  readonly clock: Clock;
  readonly messages: AgentMessages;
  /** Asks a person; waits no longer than `signal` lets it. */
  readonly ask: (ask: PermissionAsk, signal: AbortSignal) => Promise<Decision>;
  /** How long (ms) an answer may take: the run's clocks stand still for as long. */
  readonly askMs: number;
  readonly signal: AbortSignal;
  /** The run goes on without this process from then on; never where left out. */
  readonly leaving?: AbortSignal;
}

export interface AcpRequest extends AcpTalking, Pick<TalkRequest, 'session' | 'coldWhy' | 'prompts' | 'mcpServers'> {
  /** What another process has to know to take the run over. */
  readonly about: unknown;
  readonly runId: string;
  readonly env: Readonly<Record<string, string>>;
  /** How a program is told of Switchyard's tools that does not hear of servers in its sessions; not at all where left out. */
  readonly mcp?: McpPlaceholders;
}

/** `outcome`: how the program ended where it was not by the end of the talk; `left`: it goes on without this process. */
export interface AcpRun {
  readonly outcome: RunOutcome | Extract<TalkEnd, { kind: 'failed' }> | { readonly kind: 'left' };
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
  const { profile, story, runs } = request;
  const { minutes, silenceMinutes, turnMinutes } = profile.limits;
  const line = lineOf(request);
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
        askMs: request.askMs,
        ...(turnMinutes !== undefined && { turnMs: turnMinutes * MINUTE }),
      },
      label: `agent ${profile.name} of #${story.number}`,
      about: request.about,
    },
    line.hear,
  );
  line.begin(run);
  return talkOver(run, request, line, request);
}

/**
 * Goes on with the last of these runs that an earlier process began, where that has asked the agent for something: the agent
 * works on, has ended its turn meanwhile, or waits for an answer. Null where it has not; all are over then. What was said in
 * the runs before it is said first.
 */
export async function goOnAcp(request: AcpTalking, runs: readonly string[]): Promise<AcpRun | null> {
  for (const id of runs.slice(0, -1)) await recallRun(request, id);
  const { run, line, past } = await listen(request, runs.at(-1) ?? '');
  if (past !== null) {
    // Its clocks stand still for a question only for some time: one that waited longer for an answer was not silent.
    const hasWaited = past.asks.length > 0 && past.turn.answer === null && !line.isOpen();
    const ended = await talkOver(run, request, line, { ...NOTHING_TO_OPEN, past });
    return hasWaited && ended.outcome.kind === 'silent' ? { ...ended, outcome: { kind: 'lost' } } : ended;
  }
  run.stop();
  await run.ended;
  return null;
}

function lineOf({ onText, messages }: AcpTalking): RunLine {
  return new RunLine(onText, (text) => messages.told(toldIn(parseMessage(text)?.params)));
}

async function recallRun(request: AcpTalking, id: string): Promise<void> {
  const { run, past } = await listen(request, id);
  run.stop();
  await run.ended;
  past?.transcript.end();
}

/** Tells all that was said in a run until now, where its agent was asked for anything, and has a line for what comes. */
async function listen(
  request: AcpTalking,
  id: string,
): Promise<{ run: KeptRun; line: RunLine; past: ToldPast | null }> {
  const line = lineOf(request);
  const transcript = new Transcript(request.profile.name, request.onText, request.transcribe);
  const reader = new PastReader(recall({ ...request, transcript }));
  let isPast = true;
  const run = await request.runs.attach(id, (said) => {
    if (isPast) reader.hear(said);
    else line.hear(said);
  });
  await run.caughtUp;
  isPast = false;
  const { past, rest } = reader.end();
  line.stdout.write(rest);
  line.begin(run);
  await new Promise((resolve) => setImmediate(resolve)); // what has ended is known then
  return { run, line, past: past && { ...past, transcript, inTurnMs: run.inTurnMs } };
}

/** Of a session that is open. */
const NOTHING_TO_OPEN = { session: null, coldWhy: '', prompts: { cold: '', warm: '' }, mcpServers: [] };

type Opening = Pick<TalkRequest, 'session' | 'coldWhy' | 'prompts' | 'mcpServers' | 'past'>;

async function talkOver(run: KeptRun, request: AcpTalking, line: ProgramLine, opening: Opening): Promise<AcpRun> {
  const { signal, leaving, clock } = request;
  const leave = (): void => run.leave();
  leaving?.addEventListener('abort', leave, { once: true });
  if (leaving?.aborted === true) leave();
  const talked = await talk({ ...request, ...opening, ...conversation(request, line) });
  // An agent that is told to stop in its own words leaves its session whole; what does not leave then is ended.
  const left = await within(clock, LEAVE_MS, run.ended);
  if (left.kind !== 'settled') run.stop();
  const ended = await run.ended;
  leaving?.removeEventListener('abort', leave);
  if (ended.kind === 'left') return { outcome: ended, reason: null, usage: talked.usage, limit: null };
  return cameOfIt(left.kind === 'settled' ? ended.outcome : { kind: 'exited', code: 0 }, talked, signal);
}

function conversation(
  { profile, worktree, messages, ask, askMs, signal, clock }: AcpTalking,
  line: ProgramLine,
): Pick<TalkRequest, 'agent' | 'line' | 'worktree' | 'wishes' | 'messages' | 'ask' | 'signal' | 'clock'> {
  let open = 0;
  return {
    agent: profile.name,
    line,
    worktree,
    wishes: wishesOf(profile),
    messages,
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
  // One that had done its turn and waited for somebody who was not there was not silent.
  if (end.kind === 'done') return { outcome: { kind: 'exited', code: 0 }, ...rest };
  if (outcome.kind === 'notFound' || outcome.kind === 'timedOut' || outcome.kind === 'silent')
    return { outcome, ...rest };
  // Where it crashed, that is why the talk broke off.
  const crashed =
    outcome.kind === 'killed' || outcome.kind === 'lost' || (outcome.kind === 'exited' && outcome.code !== 0);
  return { outcome: crashed ? outcome : end, ...rest };
}

async function commandOf({ profile, story, mcp = NO_MCP }: AcpRequest): Promise<string[]> {
  const { command, model = '' } = profile;
  const nothing = { prompt: '', promptFile: '', sessionId: '' };
  const values = { ...nothing, ...mcp, number: String(story.number), title: story.title, branch: story.branch, model };
  return filledCommand(profile, await splitCommand(command), values);
}
