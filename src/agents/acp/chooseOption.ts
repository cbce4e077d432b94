import type { PermissionOption, RequestPermissionOutcome } from '@agentclientprotocol/sdk';

/** What was decided about something that an agent asked for. `gone`: nobody waits for the answer any more. */
export type Decision = 'allow' | 'deny' | 'gone';

/**
 * The agent's own option for a decision, by what the options do, not by what they are called. "Always" is left alone as long
 * as there is another one: what a person allowed for a story is kept by Switchyard, which asks the agent each time.
 */
export function chooseOption(options: readonly PermissionOption[], decision: Decision): RequestPermissionOutcome {
  const kinds = { allow: ['allow_once', 'allow_always'], deny: ['reject_once', 'reject_always'], gone: [] }[decision];
  const chosen = kinds.map((kind) => options.find((option) => option.kind === kind)).find((one) => one !== undefined);
  return chosen === undefined ? { outcome: 'cancelled' } : { outcome: 'selected', optionId: chosen.optionId };
}
