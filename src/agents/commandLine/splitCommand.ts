import type { Command } from '../../core/agents/command';

/** A configured command as a list of arguments. */
export async function splitCommand(command: Command): Promise<readonly string[]> {
  if (typeof command !== 'string') return command;
  // Loaded when needed, because the package is for `import` alone and tests load this file with `require`.
  const { parseArgsStringToArgv } = await import('string-argv');
  return parseArgsStringToArgv(command);
}
