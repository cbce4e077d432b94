import * as vscode from 'vscode';

/**
 * Commands of rows, each without arguments: VS Code gives those of any command away with each row that is drawn anew, and a click
 * in that moment is answered by an error.
 */
export class StableCommands implements vscode.Disposable {
  readonly #known = new Map<string, vscode.Disposable>();
  /** By command, as its row was drawn last: what reads alike may be of a repository that was closed and opened again. */
  readonly #given = new Map<string, readonly unknown[]>();

  /** The same command wherever a row with this id does the same. */
  of(row: string, { command, title, arguments: args }: vscode.Command): vscode.Command {
    const given: readonly unknown[] = args ?? [];
    const id = `_switchyard.row ${command} ${row} ${JSON.stringify(given)}`;
    this.#given.set(id, given);
    if (!this.#known.has(id)) {
      const act = (): unknown => vscode.commands.executeCommand(command, ...(this.#given.get(id) ?? []));
      this.#known.set(id, vscode.commands.registerCommand(id, act));
    }
    return { command: id, title };
  }

  dispose(): void {
    for (const one of this.#known.values()) one.dispose();
  }
}
