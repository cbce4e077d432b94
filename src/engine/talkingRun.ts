import { asAcpServer } from '../core/agents/mcpServer';
import { runOverAcp } from './acpRun';
import { endSession, noteSession, sessionFor, spentBefore } from './acpSession';
import type { AgentEnd, Told } from './agentStart';
import { finished, isFinished, letIn } from './agentVisit';
import type { EnginePorts } from './ports';
import { noteEnd, noteStart } from './runNotes';
import { sessionNotSaved } from './sessionNotSaved';
import { TalkAccount } from './talkAccount';
import type { AgentTalks } from './talks/agentTalks';
import { memoryOf, type Work } from './work';

interface Talking {
  readonly talks: AgentTalks;
  /** Runs of an earlier process for the same, the oldest first. */
  readonly earlier: readonly string[];
}

/** One run of an agent that is talked with: it goes on with the conversation that it had, where it can. */
export async function runTalking(
  ports: EnginePorts,
  work: Work,
  asked: Told & { readonly step: string },
  { talks, earlier }: Talking,
): Promise<AgentEnd> {
  const { story, worktree, env } = work;
  await endEarlier(ports, earlier);
  const session = await sessionFor(ports, work);
  const prompts = { cold: await asked.cold(), warm: await asked.warm() };
  const runId = ports.newId();
  const over = await ports.git.noteRun({ runId, folder: worktree });
  const visit = await letIn(ports, work, runId);
  const account = new TalkAccount(ports, work);
  let mode: AgentEnd['mode'] = 'cold';
  let noted: Promise<void> = Promise.resolve();
  try {
    const run = await runOverAcp(
      ports,
      talks,
      { ...work, env: { ...env, ...visit?.pass.env } },
      {
        ...session,
        runId,
        about: memoryOf(work, asked.step),
        prompts,
        mcpServers: visit === null ? [] : [asAcpServer(visit.pass.server)],
        ...(visit !== null && { mcp: visit.pass.placeholders }),
        account,
        onSession: (start) => {
          mode = start.mode;
          account.begin(spentBefore(ports, work, start));
          const why = start.mode === 'cold' ? start.why : '';
          noteStart(ports, work, runId, { mode, session: start.sessionId, why });
          noted = noteSession(ports, work, start, runId).catch(sessionNotSaved(ports.log));
        },
      },
    ).finally(() => Promise.all([over(), visit?.pass.end()]));
    await noted;
    await endSession(ports, work, run.usage).catch(sessionNotSaved(ports.log));
    const reached = run.outcome.kind === 'stopped' ? account.over : null;
    const { spent, report } = account.end(run.usage, run.limit);
    noteEnd(ports, story, runId, { outcome: reached?.limit ?? run.outcome.kind, spent });
    const isDone = await isFinished(ports, work, visit);
    const outcome = isDone ? finished(run.outcome, reached) : run.outcome;
    return { outcome, report, over: isDone ? null : reached, mode, canGoOn: true };
  } finally {
    account.close();
  }
}

/** Runs that are talked with by nobody any more: their sessions are gone on with in new ones. */
async function endEarlier({ kept }: EnginePorts, runs: readonly string[]): Promise<void> {
  for (const id of runs) {
    const run = await kept.attach(id, () => undefined);
    run.stop();
    await run.ended;
    await kept.forget(id);
  }
}
