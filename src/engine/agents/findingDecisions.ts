import { saySharedChanges } from '../../core/gates/sharedChange';
import type { FindingDecision, RunFinding } from '../../core/agents/finding';
import { shortRef } from '../../core/story/names';
import type { EnginePorts } from '../ports';
import { refuse, say, tell, type Told } from '../../core/words/said';

/** `message` says what was done, or why not and what helps. */
export type DecisionOutcome = Told & { readonly kind: 'done' | 'refused' };

type DecisionPorts = Pick<EnginePorts, 'git' | 'findings' | 'log'>;

/** Does what a person decided about something that a run changed, and forgets it once that is done. */
export async function decideFinding(
  ports: DecisionPorts,
  id: string,
  decision: FindingDecision,
): Promise<DecisionOutcome> {
  const finding = ports.findings.list().find((one) => one.id === id);
  if (finding === undefined) return refuse(say('This was decided already.'));
  const outcome =
    decision === 'keep' ? { kind: 'done' as const, ...tell(say('It stays as it is.')) } : await restore(ports, finding);
  if (outcome.kind === 'done') await ports.findings.remove(id);
  ports.log.info(`[guard] ${decision} ${finding.kind} of ${finding.agent} on #${finding.number}: ${outcome.message}`);
  return outcome;
}

async function restore({ git, findings }: DecisionPorts, finding: RunFinding): Promise<DecisionOutcome> {
  switch (finding.kind) {
    case 'targetMoved': {
      const { ref, from, to } = finding;
      const outcome = await git.putBranchBack({ ref, from: to, to: from });
      if (outcome.kind === 'refused') return refuse(outcome.why);
      const rescue = `refs/switchyard/rescue/undone/${to}`;
      return {
        kind: 'done',
        ...tell(
          say(
            '{0} is at {1} again. What it held is kept as {2}. No file was touched.',
            shortRef(ref),
            from.slice(0, 8),
            rescue,
          ),
        ),
      };
    }
    case 'sharedChanged': {
      const left = await git.undoShared(finding.changes);
      if (left.length === 0) return { kind: 'done', ...tell(say('It is as it was before the run.')) };
      await findings.add({ ...finding, changes: [...left] });
      return refuse(
        say(
          'Not put back, because it changed once more since, is locked now, or is a branch that a worktree is on: {0}. Look at it by hand, or choose Keep.',
          saySharedChanges(left),
        ),
      );
    }
    default:
      return finding satisfies never;
  }
}
