import { randomUUID } from 'node:crypto';
import { pause } from '../../../base/pause';
import { sha256 } from '../../../base/sha256';
import { splitCommand } from '../../../agents/commandLine/splitCommand';
import { canResume, choosesSession, dialectOf, presetOf, type Launch } from '../../../core/agents/agentCommand';
import { OutputReader } from '../../../core/agents/output/outputReader';
import type { RunReport, Spent } from '../../../core/agents/output/runReport';
import type { AgentOutcome } from '../../../core/agents/outcome';
import { runLimitsOf, type OverLimit } from '../../../core/agents/runClock';
import {
  isLiveIn,
  NOTHING_SPENT,
  type AgentSession,
  type SessionKey,
} from '../../../core/agents/sessions/agentSession';
import { TurnHeard } from '../../../core/agents/turnHeard';
import { COLD_CAUSES, type ColdCause, type LookUp } from '../../../core/agents/sessions/lookUp';
import type { RunOutcome } from '../../../core/pipeline/runOutcome';
import type { KeptOutput, KeptRun } from '../../../ports/keptRuns';
import { agentRawOutputId } from '../../../core/story/contentIds';
import { AgentWatch } from './agentWatch';
import type { EnginePorts } from '../../ports';
import { noteEnd, noteStart } from './runNotes';
import { sessionNotSaved } from '../sessionNotSaved';
import type { Work } from '../work';

/** What an agent is told, by whether it knows of the story already. */
export interface Told {
  readonly cold: () => Promise<string>;
  readonly warm: () => Promise<string>;
}

/** How one run went: how its program ended, what the agent said of it, and the limit that ended it. */
export interface AgentEnd {
  readonly run: string;
  readonly outcome: AgentOutcome;
  readonly report: RunReport;
  readonly over: OverLimit | null;
  readonly mode: Launch['mode'];
  /** Whether a further run can go on with the conversation. */
  readonly canGoOn: boolean;
}

/** How an agent is started this time, and why it is cold. */
interface Beginning {
  readonly launch: Launch;
  readonly sessionId: string | null;
  readonly session: AgentSession | null;
  readonly why: string;
}

/**
 * One start of an agent: whether it is warm, what it says as text for people, and what becomes of its conversation. It starts
 * nothing itself.
 */
export class AgentStart {
  readonly #reader: OutputReader;
  readonly #watch: AgentWatch;
  readonly #isRead: boolean;
  readonly #raw;
  #session: AgentSession | null;
  /** The turn that it was at before this process heard of it; null where the run begins here. */
  #before: TurnHeard | null = null;
  #run: KeptRun | null = null;
  #heldUntil: number | null = null;
  #recording: Promise<void> = Promise.resolve();

  private constructor(
    private readonly ports: EnginePorts,
    private readonly work: Work,
    private readonly template: readonly string[],
    readonly runId: string,
    readonly beginning: Beginning,
  ) {
    const { profile, story } = work;
    const dialect = dialectOf(profile, template);
    this.#reader = new OutputReader(dialect, profile.name, work.transcript.note);
    // What is no text for people as it comes is kept as it came; elsewhere nothing, and not that of the run before.
    this.#isRead = dialect !== null;
    this.#raw = ports.content.openOutput(agentRawOutputId(story.key));
    this.#session = beginning.session;
    this.#watch = new AgentWatch(profile.limits, ports.clock, () => this.#reader.report);
  }

  /** Decides how it is to be started, and puts that on record before anything is. `cold`: why it must be. */
  static async plan(ports: EnginePorts, work: Work, runId: string, cold: ColdCause | null): Promise<AgentStart> {
    const template = await splitCommand(work.profile.command);
    const beginning = await begin(ports, work, template, runId, cold);
    const start = new AgentStart(ports, work, template, runId, beginning);
    start.#note();
    return start;
  }

  /** Of a run that an earlier process began: what is on record of it. */
  static async goOn(ports: EnginePorts, work: Work, runId: string): Promise<AgentStart> {
    const template = await splitCommand(work.profile.command);
    const session = ports.sessions.list().find((one) => isLiveIn(one, runId)) ?? null;
    const mode = session !== null && session.usedAt !== session.begunAt ? 'warm' : 'cold';
    const beginning = { launch: { mode }, sessionId: session?.id ?? null, session, why: '' } as const;
    const start = new AgentStart(ports, work, template, runId, beginning);
    start.#before = new TurnHeard(runLimitsOf(work.profile.limits).silenceMs);
    return start;
  }

  /** The run is there: its limits can end it, and its clocks stand still while it waits by itself. */
  attend(run: KeptRun): void {
    this.#run = run;
    const { clock } = this.ports;
    const begin = (): void => this.#watch.begin(() => run.stop(), this.#before?.soFar(clock.now()) ?? null);
    if (this.#before === null) begin();
    else void run.caughtUp.then(begin);
  }

  hear({ stream, text, at }: KeptOutput): void {
    if (stream === 'stdin') return;
    const isOthers = stream !== 'stdout' && this.#isRead;
    if (stream !== 'notice' && this.#isRead) this.#raw.write(text);
    if (isOthers || stream === 'notice') this.#show(text);
    else this.#read(text, at);
  }

  #read(text: string, at: number): void {
    this.#show(this.#reader.take(text, at));
    const { report } = this.#reader;
    this.#before?.heard(at, report);
    this.#watch.heard(report);
    this.#learnSession();
    if (report.backOffUntil !== this.#heldUntil) {
      this.#heldUntil = report.backOffUntil;
      this.#run?.holdClocks(Math.max(0, (report.backOffUntil ?? 0) - this.ports.clock.now()));
    }
    const { turns, tokens, costUsd } = report;
    const all = tokens === null ? null : tokens.input + tokens.output;
    this.ports.activity?.(this.work.story.key, { line: this.#reader.lastLine, turns, tokens: all, costUsd });
  }

  /** Another process goes on with it. */
  async left(): Promise<void> {
    this.#watch.dispose();
    await this.#recording;
    await this.#keepRaw();
  }

  /** It was not even started. */
  async failed(): Promise<void> {
    this.#watch.dispose();
    await this.#keepRaw();
    this.#noteEnd('notStarted', NOTHING);
  }

  async ended(outcome: RunOutcome): Promise<AgentEnd> {
    this.#watch.dispose();
    this.#show(this.#reader.end(this.ports.clock.now()));
    this.#learnSession();
    await this.#recording;
    await this.#keepRaw();
    const { report } = this.#reader;
    const spent = this.#spentHere(report);
    const over = outcome.kind === 'stopped' ? this.#watch.over : null;
    this.#noteEnd(over?.limit ?? outcome.kind, spent);
    const canGoOn = await this.#settleSession(outcome, report, spent);
    return { run: this.runId, outcome, report, over, mode: this.beginning.launch.mode, canGoOn };
  }

  /** For looking alone: a full disk fails no run. */
  async #keepRaw(): Promise<void> {
    await this.#raw.close().catch(() => undefined);
  }

  #show(text: string): void {
    if (text === '') return;
    this.work.output.write(text);
    this.ports.onOutput(this.work.story, text);
  }

  /** An id that the agent prints counts, also where one was chosen: it is the one that it knows. */
  #learnSession(): void {
    const said = this.#reader.report.session;
    if (said === null || !canResume(this.work.profile, this.template)) return;
    if (this.#session?.id === said.id && (said.version === null || this.#session.version === said.version)) return;
    const isChosen = this.#session?.id === said.id && this.#session.idFrom === 'chosen';
    const session = sessionOf(this.ports, this.work, this.template, said.id, isChosen ? 'chosen' : 'printed');
    const { begunAt = session.begunAt, spent = session.spent } = this.#session ?? {};
    this.#record({ ...session, begunAt, spent, version: said.version, state: { kind: 'live', run: this.runId } });
  }

  /** In turn, and nothing of the run waits for it until it ends. What is not on disk counts all the same. */
  #record(session: AgentSession): void {
    this.#session = session;
    const { log, sessions } = this.ports;
    this.#recording = this.#recording.then(() => sessions.record(session)).catch(sessionNotSaved(log));
  }

  async #settleSession(outcome: RunOutcome, report: RunReport, spent: Spent): Promise<boolean> {
    const session = this.#session;
    if (session === null) return false;
    // One that never took up its prompt has no conversation that a program would know of.
    const isKnown = report.acted || this.beginning.launch.mode === 'warm' || this.#isUnread();
    if (!isKnown && outcome.kind !== 'stopped' && report.limit === null) {
      await this.ports.sessions.prune(session, 'it never began').catch(() => undefined);
      return false;
    }
    const usedAt = new Date(this.ports.clock.now()).toISOString();
    this.#record({ ...session, usedAt, spent: addSpent(session.spent, spent), state: { kind: 'resumable' } });
    await this.#recording;
    return true;
  }

  #isUnread(): boolean {
    return dialectOf(this.work.profile, this.template) === null;
  }

  /** Some count all of a conversation: what came before is no part of this run. */
  #spentHere({ turns, tokens, costUsd }: RunReport): Spent {
    const before = this.beginning.session?.spent ?? NOTHING_SPENT;
    const whole = presetOf(this.work.profile, this.template)?.counts === 'session';
    if (!whole || tokens === null) return { turns, tokens, costUsd };
    const input = Math.max(0, tokens.input - (before.inputTokens ?? 0));
    const output = Math.max(0, tokens.output - (before.outputTokens ?? 0));
    return { turns, tokens: { input, output }, costUsd };
  }

  #note(): void {
    const { launch, sessionId, why } = this.beginning;
    noteStart(this.ports, this.work, this.runId, { mode: launch.mode, session: sessionId, why });
  }

  #noteEnd(outcome: string, spent: Spent): void {
    const { story } = this.work;
    noteEnd(this.ports, story, this.runId, { outcome, spent });
    this.ports.activity?.(story.key, null);
  }
}

/** Whether it was to go on with a conversation that its program does not know: it failed before it said or did anything. */
export function isLost({ outcome, report, over, mode }: AgentEnd): boolean {
  const hasFailed = outcome.kind === 'exited' && outcome.code !== 0;
  const isHeld = report.limit !== null || report.spentLimit !== null || over !== null;
  return mode === 'warm' && hasFailed && !report.acted && !isHeld;
}

export function sessionKeyOf({ kind, story, profile }: Work): SessionKey {
  const { name, model = null } = profile;
  return { storyKey: story.key, agent: name, model, ...(kind === 'mergemaster' && { role: kind }) };
}

const NOTHING: Spent = { turns: null, tokens: null, costUsd: null };

async function begin(
  ports: EnginePorts,
  work: Work,
  template: readonly string[],
  runId: string,
  cold: ColdCause | null,
): Promise<Beginning> {
  const { profile, signal } = work;
  const found = cold === null ? lookUp(ports, work, template) : ({ kind: 'cold', cause: cold } as const);
  if (found.kind === 'notYet') await pause(ports.clock, found.at - ports.clock.now(), signal);
  if (found.kind !== 'cold') {
    const session: AgentSession = { ...found.session, state: { kind: 'live', run: runId } };
    await keep(ports, session);
    return { launch: { mode: 'warm' }, sessionId: session.id, session, why: '' };
  }
  const why = COLD_CAUSES[found.cause];
  if (!canResume(profile, template) || !choosesSession(profile, template))
    return { launch: { mode: 'cold' }, sessionId: null, session: null, why };
  const session = sessionOf(ports, work, template, randomUUID(), 'chosen');
  await keep(ports, { ...session, state: { kind: 'live', run: runId } });
  return { launch: { mode: 'cold' }, sessionId: session.id, session, why };
}

function lookUp({ sessions, clock }: EnginePorts, work: Work, template: readonly string[]): LookUp {
  const { story, profile, worktree } = work;
  return sessions.lookUp(sessionKeyOf(work), story.number, {
    transport: 'commandLine',
    worktree,
    profile: hashOf(profile, template),
    canResume: canResume(profile, template),
    now: clock.now(),
  });
}

/** A session that cannot be written counts in this process: a full disk stops no agent. */
async function keep({ sessions, log }: EnginePorts, session: AgentSession): Promise<void> {
  await sessions.record(session).catch(sessionNotSaved(log));
}

function sessionOf(
  { clock }: EnginePorts,
  work: Work,
  template: readonly string[],
  id: string,
  idFrom: AgentSession['idFrom'],
): AgentSession {
  const at = new Date(clock.now()).toISOString();
  return {
    ...sessionKeyOf(work),
    number: work.story.number,
    transport: 'commandLine',
    id,
    idFrom,
    version: null,
    worktree: work.worktree,
    profile: hashOf(work.profile, template),
    loadableFrom: null,
    begunAt: at,
    usedAt: at,
    spent: NOTHING_SPENT,
    state: { kind: 'resumable' },
  };
}

/** Of what decides whose conversation it is: the program with its arguments, and its environment. Limits may change. */
function hashOf({ env, preset, resume }: Work['profile'], template: readonly string[]): string {
  return sha256(JSON.stringify([template, env, preset, resume])).slice(0, 16);
}

function addSpent(before: AgentSession['spent'], { turns, tokens, costUsd }: Spent): AgentSession['spent'] {
  const add = (a: number | null, b: number | null): number | null => (a === null ? b : a + (b ?? 0));
  const known = turns !== null || tokens !== null || costUsd !== null;
  return {
    turns: add(before.turns, turns),
    inputTokens: add(before.inputTokens, tokens?.input ?? null),
    outputTokens: add(before.outputTokens, tokens?.output ?? null),
    costUsd: add(before.costUsd, costUsd),
    source: known ? 'agent' : before.source,
  };
}
