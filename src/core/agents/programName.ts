/** The name of the program that a command starts (split into arguments), without folder and ending. */
export function programName(template: readonly string[]): string {
  const file = (template[0] ?? '').split(/[\\/]/).at(-1) ?? '';
  return file.replace(/\.(?:exe|cmd|ps1)$/i, '');
}
