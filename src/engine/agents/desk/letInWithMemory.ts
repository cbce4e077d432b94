import { readReview } from '../../../core/agents/agentTools';
import { oidSchema } from '../../../core/story/stage';
import type { AgentAccess, AgentAtWork, AgentPass } from '../../../ports/agentAccess';

/** Lets a run in, so that whoever goes on with it after this window knows what it said of its work. */
export async function letInWithMemory(
  access: Pick<AgentAccess, 'remember' | 'remembered'>,
  open: (run: AgentAtWork) => Promise<AgentPass>,
  run: AgentAtWork,
): Promise<AgentPass> {
  const { runId, verdict } = run;
  const pass = await open({
    ...run,
    finished: async (tip) => {
      await access.remember(runId, tip);
      return run.finished(tip);
    },
    ...(verdict && {
      verdict: async (said) => {
        const before = readReview(await access.remembered(runId));
        if (before?.verdict !== 'reject' || said.verdict === 'reject')
          await access.remember(runId, JSON.stringify(said));
        return verdict(said);
      },
    }),
  });
  const said = await access.remembered(runId);
  const tip = oidSchema.safeParse(said);
  if (tip.success) await run.finished(tip.data);
  else {
    const known = readReview(said);
    if (known !== null) await verdict?.(known);
  }
  return pass;
}
