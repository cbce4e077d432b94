import type { AgentOutcome } from '../../../core/agents/outcome';
import type { OverLimit } from '../../../core/agents/runClock';
import type { Oid } from '../../../core/story/stage';
import type { AgentPass } from '../../../ports/agentAccess';
import type { EnginePorts } from '../../ports';
import { wordOf, type Work } from '../work';

/** A run's way to Switchyard, and what it said there of its work. */
export interface Visit {
  readonly pass: AgentPass;
  /** Where the branch was when the agent said that its work is complete; null as long as it has not. */
  readonly finished: () => Oid | null;
}

/** Null where there is no way for agents. */
export async function letIn({ letIn: open, onOutput }: EnginePorts, work: Work, runId: string): Promise<Visit | null> {
  const { story, profile, output, verdict } = work;
  let tip: Oid | null = null;
  const pass = await open?.({
    runId,
    story,
    agent: profile.name,
    say: (text) => {
      output.write(text);
      onOutput(story, text);
    },
    finished: (at) => {
      tip = at;
      const text = 'Noted. End your turn now: the gates run once you have ended, and decide whether it lands.';
      return Promise.resolve({ kind: 'done', text });
    },
    ...(verdict && {
      word: wordOf(work),
      verdict: (said) => {
        verdict(said);
        tip = work.before;
        return Promise.resolve({ kind: 'done', text: 'Noted. End your turn now.' });
      },
    }),
  });
  return pass === undefined ? null : { pass, finished: () => tip };
}

/** Whether it said so, and has added nothing since. */
export async function isFinished({ git }: EnginePorts, { branch }: Work, visit: Visit | null): Promise<boolean> {
  const saidAt = visit?.finished() ?? null;
  return saidAt !== null && (await git.tip(branch)) === saidAt;
}

/** Who has said that the work is complete ended well, however its program did after that, also by a limit. */
export function finished(outcome: AgentOutcome, over: OverLimit | null): AgentOutcome {
  const isEndedForGood = over === null && (outcome.kind === 'stopped' || outcome.kind === 'notFound');
  return isEndedForGood ? outcome : { kind: 'exited', code: 0 };
}
