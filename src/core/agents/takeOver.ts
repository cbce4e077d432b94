import * as z from 'zod/mini';
import { toldShape } from '../words/saidSchema';

/** When a message is to reach its agent: at the end of its turn, or at once, which cuts the turn short. */
export const MESSAGE_TIMES = ['atTurnEnd', 'now'] as const;
export type MessageTime = (typeof MESSAGE_TIMES)[number];

/**
 * What a person goes on with in the agent's place: the agent's own program in the story's folder, in the conversation that it
 * had. `command` null: nothing is known to go on with, and a terminal there is what is left. `message` is for the person.
 */
export const takeOverOutcomeSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('taken'),
    folder: z.string(),
    command: z.nullable(z.array(z.string())),
    env: z.record(z.string(), z.string()),
    ...toldShape,
  }),
  z.object({ kind: z.literal('refused'), ...toldShape }),
]);
export type TakeOverOutcome = z.infer<typeof takeOverOutcomeSchema>;

/** How the programs of agents go on with a conversation when a person sits before them, by the name of the program. */
const RESUMES: Readonly<Record<string, (program: string, id: string) => string[]>> = {
  opencode: (program, id) => [program, '--session', id],
  kilo: (program, id) => [program, '--session', id],
  gemini: (program, id) => [program, '--resume', id],
  qwen: (program, id) => [program, '--resume', id],
  claude: (program, id) => [program, '--resume', id],
  'claude-agent-acp': (_, id) => ['claude', '--resume', id],
  codex: (program, id) => [program, 'resume', id],
  'codex-acp': (_, id) => ['codex', 'resume', id],
  copilot: (program, id) => [program, `--resume=${id}`],
};

/** The command by which a person goes on with an agent's conversation; null where its program has none that is known. */
export function interactiveResume(command: readonly string[], sessionId: string): string[] | null {
  const [program = ''] = command;
  const name = /[^\\/]*$/.exec(program)?.[0].replace(/\.(?:exe|cmd|bat|ps1)$/i, '') ?? '';
  // An id that could be taken for an option is none.
  if (!/^[A-Za-z0-9][\w:.-]*$/.test(sessionId)) return null;
  return RESUMES[name]?.(program, sessionId) ?? null;
}
