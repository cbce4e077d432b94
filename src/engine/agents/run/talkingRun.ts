import type { AcpRun } from '../../../agents/acp/runAcp';
import type { SessionStart } from '../../../core/agents/agentTalk';
import { asAcpServer } from '../../../core/agents/mcpServer';
import { isLiveIn } from '../../../core/agents/sessions/agentSession';
import { beginOverAcp, goOnOverAcp, type Talking } from './acpRun';
import { endSession, noteSession, sessionFor, spentBefore } from './acpSession';
import { sessionKeyOf, type AgentEnd, type Told } from './agentStart';
import { finished, isFinished, letIn, type Visit } from './agentVisit';
import type { EnginePorts } from '../../ports';
import { RunLeft } from './runLeft';
import { noteEnd, noteStart } from './runNotes';
import { sessionNotSaved } from '../sessionNotSaved';
import { isWindowClosing } from '../../storyRuns';
import { TalkAccount } from './talkAccount';
import type { AgentTalks } from '../talks/agentTalks';
import { memoryOf, type Work } from '../work';

interface Asked {
  readonly talks: AgentTalks;
  /** Runs of an earlier process for the same, the oldest first. */
  readonly earlier: readonly string[];
}

/**
 * One run of an agent that is talked with: the one that an earlier process began, where that has asked it for something, else a
 * new one, which goes on with the conversation that it had, where it can. Throws `RunLeft` where it goes on without this window.
 */
export async function runTalking(
  ports: EnginePorts,
  work: Work,
  asked: Told & { readonly step: string },
  { talks, earlier }: Asked,
): Promise<AgentEnd> {
  const last = earlier.at(-1);
  if (last !== undefined) {
    const end = await new TalkingRun(ports, work, last).goOn(talks, earlier);
    if (end !== null) return end;
    if (isWindowClosing(work.signal)) throw new RunLeft();
    await forgetUnasked(ports, work, last);
  }
  return new TalkingRun(ports, work, ports.newId()).begin(talks, asked);
}

class TalkingRun {
  readonly #account: TalkAccount;
  #mode: AgentEnd['mode'] = 'cold';
  #noted: Promise<void> = Promise.resolve();
  /** The process before this one has noted what the run took. */
  #isEndNoted = false;

  constructor(
    private readonly ports: EnginePorts,
    private readonly work: Work,
    private readonly runId: string,
  ) {
    this.#account = new TalkAccount(ports, work);
  }

  async begin(talks: AgentTalks, asked: Told & { readonly step: string }): Promise<AgentEnd> {
    const { ports, work, runId } = this;
    const session = await sessionFor(ports, work);
    const prompts = { cold: await asked.cold(), warm: await asked.warm() };
    const end = await this.#under((visit) =>
      beginOverAcp(
        ports,
        work,
        this.#talking(talks, visit, (start) => this.#began(start)),
        {
          ...session,
          runId,
          prompts,
          env: { ...work.env, ...visit?.pass.env },
          about: memoryOf(work, asked.step),
          mcpServers: visit === null ? [] : [asAcpServer(visit.pass.server)],
          ...(visit !== null && { mcp: visit.pass.placeholders }),
        },
      ),
    );
    if (end === null) throw new Error('A run that was begun came to nothing.');
    return end;
  }

  /** `runs`: this one, and what came before it. Null where its agent was asked for nothing yet. */
  goOn(talks: AgentTalks, runs: readonly string[]): Promise<AgentEnd | null> {
    const { ports, work, runId } = this;
    ports.log.info(`[agent:${work.story.number}:${work.profile.name}] attached to its run ${runId}`);
    return this.#under((visit) => {
      const talking = this.#talking(talks, visit, (start, inTurn) => {
        this.#mode = start.mode;
        this.#account.begin(spentBefore(ports, work, start), inTurn);
        const known = ports.sessions.list().find(({ id }) => id === start.sessionId);
        this.#isEndNoted = known !== undefined && !(known.state.kind === 'live' && known.state.run === runId);
        if (known === undefined) this.#noted = noteSession(ports, work, start, runId).catch(sessionNotSaved(ports.log));
      });
      return goOnOverAcp(ports, work, talking, runs);
    });
  }

  #began(start: SessionStart): void {
    const { ports, work, runId } = this;
    this.#opened(start);
    const why = start.mode === 'cold' ? start.why : '';
    noteStart(ports, work, runId, { mode: start.mode, session: start.sessionId, why });
    this.#note(start);
  }

  #opened(start: SessionStart): void {
    this.#mode = start.mode;
    this.#account.begin(spentBefore(this.ports, this.work, start));
  }

  #note(start: SessionStart): void {
    const { ports, work, runId } = this;
    this.#noted = noteSession(ports, work, start, runId).catch(sessionNotSaved(ports.log));
  }

  #talking(talks: AgentTalks, visit: Visit | null, onSession: Talking['onSession']): Talking {
    const account = this.#account;
    const token = visit?.pass.server.env['SWITCHYARD_TOKEN'] ?? null;
    return { talks, account, onSession, token, ...apart(account.signal, this.ports.kept.outlive) };
  }

  /** What is there for its agent as long as the run goes on, also after this window. */
  async #under(run: (visit: Visit | null) => Promise<AcpRun | null>): Promise<AgentEnd | null> {
    const { ports, work, runId } = this;
    const noted = await ports.git.noteRun({ runId, folder: work.worktree });
    const visit = await letIn(ports, work, runId);
    const isOver = (): Promise<unknown> => Promise.all([noted(), visit?.pass.end()]);
    try {
      const ended = await run(visit).catch(async (error: unknown) => {
        await isOver();
        throw error;
      });
      if (ended?.outcome.kind !== 'left') await isOver();
      return ended === null ? null : await this.#cameOf(ended, visit);
    } finally {
      this.#account.close();
    }
  }

  async #cameOf({ outcome, usage, limit }: AcpRun, visit: Visit | null): Promise<AgentEnd> {
    const { ports, work } = this;
    if (outcome.kind === 'left') throw new RunLeft();
    await this.#noted;
    const reached = outcome.kind === 'stopped' ? this.#account.over : null;
    const { spent, report } = this.#account.end(usage, limit);
    // Before its session: what that has taken tells whoever goes on after a kill that all was noted.
    if (!this.#isEndNoted) noteEnd(ports, work.story, this.runId, { outcome: reached?.limit ?? outcome.kind, spent });
    await endSession(ports, work, usage).catch(sessionNotSaved(ports.log));
    const isDone = await isFinished(ports, work, visit);
    const end = isDone ? finished(outcome, reached) : outcome;
    return { run: this.runId, outcome: end, report, over: isDone ? null : reached, mode: this.#mode, canGoOn: true };
  }
}

/** A session that was opened and never asked for anything knows nothing of the story: it is not gone on with. */
async function forgetUnasked({ sessions, log }: EnginePorts, work: Work, run: string): Promise<void> {
  const opened = sessions.list().find((one) => isLiveIn(one, run));
  if (opened === undefined || opened.begunAt !== opened.usedAt) return;
  await sessions.prune(sessionKeyOf(work), 'it was asked for nothing').catch(sessionNotSaved(log));
}

/** Apart: that a run is to end, and that it is to go on without this window, where it can. */
function apart(signal: AbortSignal, outlive: boolean): { readonly signal: AbortSignal; readonly leaving: AbortSignal } {
  const [ending, leaving] = [new AbortController(), new AbortController()];
  const tell = (): void => (outlive && isWindowClosing(signal) ? leaving : ending).abort();
  if (signal.aborted) tell();
  else signal.addEventListener('abort', tell, { once: true });
  return { signal: ending.signal, leaving: leaving.signal };
}
