import * as vscode from 'vscode';

/** What VS Code was told last; there is one such value for the whole window. */
const told = new Map<string, unknown>();

/** Tells the `when` clauses of the manifest a value, where it is another than before. */
export function setContext(key: `switchyard.${string}`, value: unknown): void {
  if (told.has(key) && told.get(key) === value) return;
  told.set(key, value);
  void vscode.commands.executeCommand('setContext', key, value);
}
