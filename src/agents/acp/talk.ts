import { Readable } from 'node:stream';
import type {
  AgentCapabilities,
  ClientContext,
  LoadSessionRequest,
  SessionNotification,
  StopReason,
} from '@agentclientprotocol/sdk';
import type { AgentUsage, SessionStart, TalkEnd } from '../../core/agents/agentTalk';
import { limitInError, limitInWords, type TalkLimit } from '../../core/agents/talkLimit';
import { withMessages } from '../../core/agents/prompt';
import { messageOf } from '../../base/messageOf';
import { TOLD, type Turn } from '../../keeper/talkStanding';
import { messagesOf } from './agentLines';
import { planSettings, unmetSetting, type SessionState } from './approvalMode';
import { askOf } from './askOf';
import { chooseOption } from './chooseOption';
import { goingOn } from './goingOn';
import type { PastTalk } from './pastTalk';
import type { AgentMessages, Talked, TalkRequest, ToldPast } from './talkRequest';
import { within } from './within';
import { Transcript } from './transcript';

/** How long (ms) an agent may take to answer what is no work, and to end a turn that was cancelled. */
const ANSWER_MS = 120_000;
const CANCEL_MS = 5000;
/** A session that is loaded is replayed, by some after the answer: it is over when nothing came for so long (ms). */
const QUIET_MS = 400;
const REPLAY_MS = 30_000;

/** Nothing of this protocol is loaded before an agent speaks it. */
const loadSdk = () => import('@agentclientprotocol/sdk');
type Sdk = Awaited<ReturnType<typeof loadSdk>>;

/** Talks with an agent over its standard input and output, from the first word until its session is closed. Never rejects. */
export async function talk(request: TalkRequest): Promise<Talked> {
  const sdk = await loadSdk();
  return new Talk(request, sdk).hold();
}

class Talk {
  readonly #transcript: Transcript;
  #state: SessionState = {};
  #turns = 0;
  /** Whether what comes is shown: a replay is not. */
  #listening = false;
  #lastHeard = 0;
  #sessionId: string | null = null;
  /** That the turn under way is over or was cancelled: whoever asked in it waits for no answer. */
  #over = new AbortController();

  constructor(
    private readonly request: TalkRequest,
    private readonly sdk: Sdk,
  ) {
    this.#transcript = request.past?.transcript ?? new Transcript(request.agent, request.onText, request.transcribe);
  }

  async hold(): Promise<Talked> {
    const { line } = this.request;
    const end = await this.#connected().catch((error: unknown): TalkEnd => {
      if (this.request.signal.aborted) return { kind: 'stopped' };
      const failed = { kind: 'failed', message: this.#whyFailed(error), limit: this.#limitIn(error) } as const;
      return this.#isLogin(error) ? { ...failed, login: 'needed' } : failed;
    });
    this.#transcript.end();
    line.endInput();
    return { end, usage: this.#usage() };
  }

  #usage(): AgentUsage {
    return { turns: this.#turns, ...this.#transcript.usage };
  }

  #tellProgress(): void {
    this.request.onProgress({ line: this.#transcript.lastLine, usage: this.#usage() });
  }

  async #connected(): Promise<TalkEnd> {
    const { line, onRaw, past } = this.request;
    if (past !== undefined) this.#recall(past);
    const { client, methods, ndJsonStream } = this.sdk;
    const decoder = new TextDecoder();
    const output = new WritableStream<Uint8Array>({
      write: (bytes) => {
        const text = decoder.decode(bytes);
        onRaw('out', text.trimEnd());
        line.write(text);
      },
    });
    const lines = messagesOf(line.stdout, {
      onMessage: (text) => onRaw('in', text),
      onUpdate: (params) => this.#hear(params),
      onNoise: (text) => this.#transcript.note(text),
    });
    const app = client({ name: 'Switchyard' })
      .onNotification('*', () => undefined)
      .onRequest(methods.client.session.requestPermission, async ({ params, signal }) => {
        const call = this.#transcript.tool(params.toolCall);
        const ask = await askOf(call, this.request.worktree);
        const over = AbortSignal.any([signal, this.request.signal, this.#over.signal]);
        const decision = await this.request.ask(ask, over);
        return { outcome: chooseOption(params.options, decision) };
      });
    const stream = ndJsonStream(output, Readable.toWeb(Readable.from(lines)) as ReadableStream<Uint8Array>);
    if (past === undefined) return app.connectWith(stream, (agent) => this.#converse(agent));
    return app.connectWith(goingOn(stream, past), (agent) => this.#goOn(agent, past));
  }

  async #converse(agent: ClientContext): Promise<TalkEnd> {
    const { methods, PROTOCOL_VERSION } = this.sdk;
    const hello = await this.#answered(
      agent.request(methods.agent.initialize, {
        protocolVersion: PROTOCOL_VERSION,
        clientCapabilities: { terminal: false },
        clientInfo: { name: 'switchyard', title: 'Switchyard', version: '1' },
      }),
    );
    if (hello.protocolVersion !== PROTOCOL_VERSION) {
      const message = `It speaks version ${hello.protocolVersion} of the Agent Client Protocol, and Switchyard version ${PROTOCOL_VERSION}.`;
      return { kind: 'failed', message, limit: null };
    }
    const start = await this.#open(agent, hello);
    this.request.onSession(start);
    const { sessionId } = start;
    const problem = await this.#settle(agent, sessionId);
    const end: TalkEnd =
      problem === null ? await this.#begun(agent, start) : { kind: 'failed', message: problem, limit: null };
    if (hello.agentCapabilities?.sessionCapabilities?.close != null) await this.#close(agent, sessionId);
    return end;
  }

  async #begun(agent: ClientContext, { mode, sessionId }: SessionStart): Promise<TalkEnd> {
    const { line, messages, prompts, transcribe } = this.request;
    if (!line.isOpen()) throw new Error('It ended before it was asked for anything.');
    const asked = asOne(messages.next(), (texts) => withMessages(prompts[mode], texts));
    transcribe({ kind: 'told', text: asked.text });
    return this.#work(agent, sessionId, asked);
  }

  #recall({ sessionId, mode, turns, inTurnMs }: ToldPast): void {
    this.#begin(sessionId, null);
    const start = mode === 'warm' ? { mode, sessionId } : { mode, sessionId, why: '', lost: null };
    this.request.onSession(start, { turn: turns, ms: inTurnMs });
    this.#turns = turns - 1; // the last one goes on
  }

  async #goOn(agent: ClientContext, { sessionId, turn, canClose }: PastTalk): Promise<TalkEnd> {
    const end = await this.#work(agent, sessionId, { text: turn.text, told: [] });
    if (canClose) await this.#close(agent, sessionId);
    return end;
  }

  /** Goes on with the session where that works; any error on the way to it means a new one. */
  async #open(agent: ClientContext, hello: Hello): Promise<SessionStart> {
    const { session, coldWhy, worktree: cwd } = this.request;
    const { methods } = this.sdk;
    const mcpServers = [...this.request.mcpServers];
    let lost: string | null = null;
    if (session !== null) {
      const where: LoadSessionRequest = { sessionId: session, cwd, mcpServers };
      const canResume = hello.agentCapabilities?.sessionCapabilities?.resume != null;
      const canLoad = hello.agentCapabilities?.loadSession === true;
      try {
        if (canResume) {
          const resuming = agent.request(methods.agent.session.resume, where);
          this.#begin(session, await this.#answered(resuming));
          return { mode: 'warm', sessionId: session };
        }
        if (canLoad) {
          const state = await this.#answered(agent.request(methods.agent.session.load, where));
          await this.#untilQuiet();
          this.#begin(session, state);
          return { mode: 'warm', sessionId: session };
        }
        lost = 'it can load no session';
      } catch (error) {
        if (this.request.signal.aborted) throw error;
        lost = messageOf(error);
      }
    }
    const opening = agent.request(methods.agent.session.new, { cwd, mcpServers });
    const opened = await this.#answered(opening);
    this.#begin(opened.sessionId, opened);
    return { mode: 'cold', sessionId: opened.sessionId, why: coldWhy, lost };
  }

  #begin(session: string, state: SessionState | null): void {
    this.#sessionId = session;
    this.#state = { ...this.#state, ...state };
    this.#listening = true;
  }

  /** Set after every new, loaded and resumed session: approval is lost over a load by half of the agents. */
  async #settle(agent: ClientContext, sessionId: string): Promise<string | null> {
    const { methods } = this.sdk;
    const plan = planSettings(this.request.wishes, this.#state);
    if (plan.kind === 'problem') return plan.message;
    for (const setting of plan.settings) {
      if (setting.kind === 'mode') {
        const modes = this.#state.modes;
        if (modes != null) this.#state = { ...this.#state, modes: { ...modes, currentModeId: setting.id } };
        await this.#answered(agent.request(methods.agent.session.setMode, { sessionId, modeId: setting.id }));
        continue;
      }
      const { id: configId, value } = setting;
      const wanted = typeof value === 'boolean' ? { type: 'boolean' as const, value } : { value };
      const set = agent.request(methods.agent.session.setConfigOption, { sessionId, configId, ...wanted });
      const { configOptions } = await this.#answered(set);
      this.#state = { ...this.#state, configOptions };
    }
    return unmetSetting(plan.settings, this.#state);
  }

  /** Turn after turn, as long as somebody has written to it. */
  async #work(agent: ClientContext, sessionId: string, first: Asked): Promise<TalkEnd> {
    const { line, messages } = this.request;
    for (let next = first; ;) {
      const reason = await this.#turn(agent, sessionId, next);
      if (reason === 'stopped') return { kind: 'stopped' };
      const said = this.#transcript.lastSaid;
      const limit = limitInWords(said);
      if (limit !== null) return { kind: 'failed', message: said, limit };
      const written = line.isOpen() ? messages.next() : [];
      // What it has done is no whole then.
      if (reason === 'cancelled' && written.length === 0) return this.#cutShort(next === first);
      if (written.length === 0) return { kind: 'done', reason: REASONS[reason] };
      for (const { text } of written) this.#transcript.heard(text);
      next = asOne(written, (texts) => texts.join('\n\n'));
    }
  }

  /** By whoever was there before and is gone, who wanted it to end; else by itself, as some do whose input is closed. */
  #cutShort(isFirst: boolean): TalkEnd {
    if (isFirst && this.request.past?.turn.isCancelled === true) return { kind: 'stopped' };
    return { kind: 'failed', message: 'It broke off its turn by itself.', limit: null };
  }

  /** One turn, or how it was broken off: by a person's message that could not wait, or because the run is to end. */
  async #turn(agent: ClientContext, sessionId: string, { text, told }: Asked): Promise<StopReason | 'stopped'> {
    const { methods } = this.sdk;
    const { signal, messages, clock } = this.request;
    this.#turns += 1;
    this.#tellProgress();
    if (this.#over.signal.aborted) this.#over = new AbortController();
    const turn = agent.request(methods.agent.session.prompt, {
      sessionId,
      prompt: [{ type: 'text', text }],
      ...(told.length > 0 && { _meta: { [TOLD]: told } }),
    });
    const cancel = (): void => {
      void agent.notify(methods.agent.session.cancel, { sessionId }).catch(() => undefined);
      this.#over.abort();
    };
    messages.duringTurn(cancel);
    const stopping = new Promise<'stopped'>((resolve) => {
      const stop = (): void => {
        cancel();
        void within(clock, CANCEL_MS, turn).then(() => resolve('stopped'));
      };
      if (signal.aborted) stop();
      else signal.addEventListener('abort', stop, { once: true });
    });
    turn.catch(() => undefined);
    const ended = await Promise.race([turn, stopping]).finally(() => {
      messages.duringTurn(null);
      this.#over.abort();
    });
    this.#transcript.end();
    return signal.aborted || ended === 'stopped' ? 'stopped' : ended.stopReason;
  }

  /** An agent that works on behind its back does not, once its session is closed. What fails here has no say in the end. */
  async #close(agent: ClientContext, sessionId: string): Promise<void> {
    const closed = agent.request(this.sdk.methods.agent.session.close, { sessionId });
    await within(this.request.clock, CANCEL_MS, closed);
  }

  #hear(params: unknown): void {
    this.#lastHeard = this.request.clock.now();
    const said = params as Partial<SessionNotification> | null;
    if (said?.update == null || (this.#sessionId !== null && said.sessionId !== this.#sessionId)) return;
    const { update } = said;
    const { modes } = this.#state;
    if (update.sessionUpdate === 'current_mode_update' && modes != null)
      this.#state = { ...this.#state, modes: { ...modes, currentModeId: update.currentModeId } };
    if (update.sessionUpdate === 'config_option_update' && Array.isArray(update.configOptions))
      this.#state = { ...this.#state, configOptions: update.configOptions };
    if (!this.#listening) return;
    this.#transcript.take(update);
    this.#tellProgress();
  }

  async #untilQuiet(): Promise<void> {
    const { clock, signal } = this.request;
    const began = clock.now();
    do {
      this.#lastHeard = 0;
      await within(clock, QUIET_MS, new Promise(() => undefined));
    } while (this.#lastHeard !== 0 && clock.now() - began < REPLAY_MS && !signal.aborted);
  }

  async #answered<T>(answer: Promise<T>): Promise<T> {
    const { clock, signal } = this.request;
    const outcome = await within(clock, ANSWER_MS, answer, signal);
    if (outcome.kind === 'settled') return outcome.value;
    if (outcome.kind === 'failed') throw outcome.error;
    throw new Error('It did not answer within 2 minutes.');
  }

  #limitIn(error: unknown): TalkLimit | null {
    return error instanceof this.sdk.RequestError ? limitInError(error.code, error.data) : null;
  }

  #isLogin(error: unknown): boolean {
    return error instanceof this.sdk.RequestError && error.code === AUTH_REQUIRED;
  }

  #whyFailed(error: unknown): string {
    const { RequestError } = this.sdk;
    if (this.#isLogin(error))
      return 'It needs a login first. Start it in a terminal and log in there, then unblock the story.';
    const said = messageOf(error).trim().replace(/\.$/, '');
    return error instanceof RequestError ? `It answered with an error: ${detailOf(error, said)}.` : `${said}.`;
  }
}

/** What it is asked in a turn, and when the messages were written that this hands on. */
type Asked = Pick<Turn, 'text' | 'told'>;

function asOne(messages: ReturnType<AgentMessages['next']>, joined: (texts: readonly string[]) => string): Asked {
  return { text: joined(messages.map(({ text }) => text)), told: messages.map(({ at }) => at) };
}

type Hello = { readonly agentCapabilities?: AgentCapabilities };

const AUTH_REQUIRED = -32000;

/** Why a turn ended, where that is out of the ordinary. */
const REASONS: Readonly<Record<StopReason, string | null>> = {
  end_turn: null,
  max_tokens: 'It came to the most tokens that it may use.',
  max_turn_requests: 'It came to the most requests that it may make in a turn.',
  refusal: 'It refused to go on.',
  cancelled: null,
};

function detailOf({ data }: { readonly data?: unknown }, message: string): string {
  const details = typeof data === 'object' && data !== null && 'details' in data ? data.details : data;
  return typeof details === 'string' && !message.includes(details) ? `${message}: ${details.trim().replace(/\.$/, '')}` : message; // prettier-ignore
}
