import { asAcpServer } from '../core/agents/mcpServer';
import type { SessionStart } from '../core/agents/agentTalk';
import type { Spent } from '../core/agents/output/runReport';
import type { StoryRecord } from '../core/story/story';
import { runOverAcp } from './acpRun';
import { endSession, noteSession, sessionFor, spentBefore } from './acpSession';
import type { AgentEnd, Told } from './agentStart';
import { finished, isFinished, letIn } from './agentVisit';
import type { EnginePorts } from './ports';
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
        ...(await sessionFor(ports, work)),
        runId,
        about: memoryOf(work, asked.step),
        prompts: { cold: await asked.cold(), warm: await asked.warm() },
        mcpServers: visit === null ? [] : [asAcpServer(visit.pass.server)],
        ...(visit !== null && { mcp: visit.pass.placeholders }),
        account,
        onSession: (start) => {
          mode = start.mode;
          account.begin(spentBefore(ports, work, start));
          noteStart(ports, work, runId, start);
          noted = noteSession(ports, work, start, runId);
        },
      },
    ).finally(() => Promise.all([over(), visit?.pass.end()]));
    await noted;
    await endSession(ports, work, run.usage);
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

function noteStart(
  { log, runs, clock }: EnginePorts,
  { story: { key, number }, profile: { name, model } }: Work,
  run: string,
  start: SessionStart,
): void {
  const { mode, sessionId: session } = start;
  const why = start.mode === 'cold' ? start.why : '';
  log.info(`[agent:${number}:${name}] spawn mode=${mode} session_id=${session}${why === '' ? '' : ` (${why})`}`);
  const at = new Date(clock.now()).toISOString();
  runs.note({ kind: 'agentStarted', at, key, number, run, agent: name, model: model ?? null, mode, why, session });
}

function noteEnd(
  { runs, clock }: EnginePorts,
  { key, number }: StoryRecord,
  run: string,
  { outcome, spent: { turns, tokens, costUsd } }: { readonly outcome: string; readonly spent: Spent },
): void {
  const figures = { turns, inputTokens: tokens?.input ?? null, outputTokens: tokens?.output ?? null, costUsd };
  runs.note({ kind: 'agentEnded', at: new Date(clock.now()).toISOString(), key, number, run, outcome, ...figures });
}
