import type { AgentAccess, AgentAtWork, AgentPass } from '../ports/agentAccess';

/** Lets a run in, so that it is known to whoever goes on with it after this window that it said its work is complete. */
export async function letInWithMemory(
  access: Pick<AgentAccess, 'remember' | 'remembered'>,
  open: (run: AgentAtWork) => Promise<AgentPass>,
  run: AgentAtWork,
): Promise<AgentPass> {
  const pass = await open({
    ...run,
    finished: async (tip) => {
      await access.remember(run.runId, tip);
      return run.finished(tip);
    },
  });
  const tip = await access.remembered(run.runId);
  if (tip !== null) await run.finished(tip);
  return pass;
}
