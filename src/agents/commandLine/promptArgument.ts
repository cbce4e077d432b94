/** Longest argument in bytes: Linux takes 128 KiB for one, the command interpreter of Windows 8 191 for all. */
const LONGEST = { posix: 100_000, windows: 6000 };

/**
 * The prompt as an argument, or a line that points to its file where the prompt cannot be one: too long for the system,
 * or of several lines on Windows, where agents installed by npm start through cmd.exe, which cuts at the first line break.
 */
export function promptArgument(prompt: string, promptFile: string, platform: NodeJS.Platform): string {
  const windows = platform === 'win32';
  const fits = Buffer.byteLength(prompt) <= (windows ? LONGEST.windows : LONGEST.posix);
  if (fits && !(windows && /[\r\n]/.test(prompt.trim()))) return prompt;
  return pointerTo(promptFile);
}

/**
 * Agents that read no file outside their folder (gemini) read the prompt on their standard input and put it behind this
 * line; those that leave their input alone read the file.
 */
export function pointerTo(promptFile: string): string {
  return `Do exactly what the prompt asks that follows; if none follows, it is in the file ${promptFile}.`;
}
