import { commandSchema } from '../core/agents/command';
import type { Criterion } from '../core/story/criteria';
import { visible } from '../core/words/visible';
import { argvOf } from './argvOf';
import type { Gate, GatesChoice } from './chooseGates';

/** A criterion's command as a gate; `criterion` is the command as it stands in the text. */
export interface CriterionGate extends Gate {
  readonly criterion: string;
}

/** As for a gate. */
const TIMEOUT_MS = 1800 * 1000;

/**
 * One gate for each command. They build on what makes a worktree ready; where nothing is configured for that, on the gates,
 * of which one usually installs what the others need. What cannot run is told.
 */
export async function criterionGates(
  criteria: readonly Criterion[],
  rules: Exclude<GatesChoice, { kind: 'invalid' }>,
  tell: (problem: string) => void,
): Promise<CriterionGate[]> {
  const configured = rules.kind === 'gates' && rules.worktree.setUp.length === 0 ? rules.gates : [];
  const needs = configured.map(({ name }) => name);
  const commands = [...new Set(criteria.flatMap(({ command }) => command ?? []))];
  const gates: CriterionGate[] = [];
  for (const command of commands) {
    const parsed = commandSchema.safeParse(command);
    if (!parsed.success) {
      tell(`The criterion's command ${visible(command)} cannot run. ${parsed.error.issues[0]?.message ?? ''}`);
      continue;
    }
    gates.push({
      name: `criterion ${gates.length + 1}: ${visible(command).slice(0, 60)}`,
      argv: await argvOf(command),
      command,
      timeoutMs: TIMEOUT_MS,
      // What it makes of the files is thrown away: it is asked whether something holds, and proves no commit.
      writes: true,
      exclusive: false,
      ...(needs.length > 0 && { needs }),
      ...(rules.worktree.setUp.length > 0 && { setUp: rules.worktree.setUp }),
      criterion: command,
    });
  }
  return gates;
}
