import { splitCommand } from '../../../agents/commandLine/splitCommand';
import { fillVariables, NO_MCP } from '../../../core/agents/placeholders';
import type { AgentProfile } from '../../../core/agents/profile';
import { interactiveResume, type TakeOverOutcome } from '../../../core/agents/takeOver';
import type { PersonRequest } from '../../stories/personCommands';
import type { ChangeOutcome } from '../../stories/storyBook';
import { refuse, say, tell } from '../../../core/words/said';

interface TakeOverPorts {
  readonly perform: (request: PersonRequest) => Promise<ChangeOutcome>;
  /** Resolves once the agent that works on the story has ended. */
  readonly stop: () => Promise<void>;
  readonly worktreeOf: () => Promise<string | null>;
  readonly coder: () => AgentProfile | null;
  /** The conversation that the agent had about the story; null where it had none that can be gone on with. */
  readonly session: (profile: AgentProfile) => string | null;
}

/** Keeps agents away first, then ends the run: in between no other can begin. */
export async function takeOver(ports: TakeOverPorts): Promise<TakeOverOutcome> {
  const taken = await ports.perform({ event: 'TakenOver' });
  if (taken.kind === 'refused') return refuse(taken);
  await ports.stop();
  const folder = await ports.worktreeOf();
  const { number } = taken.story;
  if (folder === null) {
    return refuse(say('#{0} is yours now, but it has no worktree to open a terminal in.', number));
  }
  const profile = ports.coder();
  const session = profile === null ? null : ports.session(profile);
  const command =
    profile === null || session === null ? null : interactiveResume(await splitCommand(profile.command), session);
  const what = command === null ? say('No conversation of an agent can be gone on with, so this is a plain terminal.') : say('Its conversation goes on in the terminal.'); // prettier-ignore
  const told = tell([say('#{0} is yours until you give it back.', number), what]);
  return { kind: 'taken', folder, command, env: fillVariables(profile?.env ?? {}, NO_MCP), ...told };
}
