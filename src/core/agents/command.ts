import * as z from 'zod/mini';

/** A program with its arguments: as one line, split at spaces and quotes, or as a list that is taken as it stands. */
export type Command = string | readonly string[];

const LONGEST = 8000;

/**
 * Why a configured command cannot run as it stands, in a sentence for a person; null when it can. No shell reads
 * commands, so what only a shell understands would be handed to the program as an argument and silently do nothing.
 */
function commandProblem(command: Command): string | null {
  const parts = typeof command === 'string' ? [command] : command;
  if ((parts[0] ?? '').trim() === '') return 'The command is empty. Name the program to run.';
  if (parts.some((part) => part.includes('\0')))
    return 'The command holds a NUL character, which no program can be given.';
  if (parts.reduce((sum, part) => sum + part.length, 0) > LONGEST)
    return `The command is longer than ${LONGEST} characters. Put it into a script and name that.`;
  return typeof command === 'string' ? lineProblem(command) : null;
}

function lineProblem(line: string): string | null {
  const bare = withoutQuoted(line);
  if (bare === null) return 'The command has a quote that is not closed.';
  if (/^\s*(?:''|"")(?:\s|$)/.test(line)) return 'The command is empty. Name the program to run.';
  const operator = /&&|\|\||>>|<<|\$\(|[|&;<>`\n]/.exec(bare)?.[0];
  if (operator !== undefined) {
    const shown = operator === '\n' ? 'a line break' : `"${operator}"`;
    return `The command has ${shown} outside quotes, and no shell reads it. To use a shell, name it: sh -c "first && second".`;
  }
  const assignment = /^\s*([A-Za-z_]\w*=)/.exec(bare)?.[1];
  if (assignment === undefined) return null;
  return `The command begins with "${assignment}", which only a shell understands. Name the program first, such as: env ${assignment}… program.`;
}

/** The line with its quoted parts blanked, as string-argv splits it: no escapes, either kind of quote; null if open. */
function withoutQuoted(line: string): string | null {
  const bare = line.replace(/"[^"]*"|'[^']*'/g, ' ');
  return /["']/.test(bare) ? null : bare;
}

/** A command of a configuration; what `commandProblem` refuses is refused. */
export const commandSchema = z
  .union([z.string(), z.array(z.string())], 'Give the command as one line or as a list of texts.')
  .check(
    z.superRefine((command, context) => {
      const message = commandProblem(command);
      if (message !== null) context.addIssue({ code: 'custom', message });
    }),
  );
