import type { Command } from '../core/agents/command';

/**
 * A command line is split at spaces and quotes, and that is all: `&&`, pipes and variables need a shell that is named,
 * `sh -c "npm ci && npm test"`. The schema has refused a line that needs one and does not name it.
 */
export async function argvOf(command: Command): Promise<readonly string[]> {
  // Loaded when needed, because the package is for `import` alone and tests load this file with `require`.
  const { parseArgsStringToArgv } = await import('string-argv');
  return typeof command === 'string' ? parseArgsStringToArgv(command) : command;
}

/** As a person wrote it, or so that it can be read. */
export function shownCommand(command: Command): string {
  return typeof command === 'string' ? command : command.map(quoted).join(' ');
}

function quoted(argument: string): string {
  return /^[\w./:=@%+,-]+$/.test(argument) ? argument : JSON.stringify(argument);
}
