import { fillPlaceholders, type PlaceholderValues } from '../../core/agents/placeholders';
import type { AgentProfile } from '../../core/agents/profile';

/** The agent's command with its values in place. Throws a sentence for a person where one of them has no place or is missing. */
export function filledCommand(
  { name }: Pick<AgentProfile, 'name'>,
  template: readonly string[],
  values: PlaceholderValues,
): string[] {
  const filled = fillPlaceholders(template, values);
  if (filled.kind === 'problem') throw new Error(`The command of agent ${name} cannot be used. ${filled.message}`);
  return filled.command;
}
