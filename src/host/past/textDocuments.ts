import * as vscode from 'vscode';

const SCHEME = 'switchyard-past';

/** What can be done with a document, on a line above it. */
export interface DocumentAction {
  readonly label: string;
  readonly run: () => Promise<void>;
}

interface Shown {
  readonly text: string;
  readonly actions: readonly DocumentAction[];
}

/** How many documents are remembered; the one that was written longest ago goes first. */
const KEPT = 50;
const ACT = 'switchyard.actOnText';

/** Texts of Switchyard's own that are read in an editor and never changed: in one nothing is a link or an icon. */
export class TextDocuments implements vscode.TextDocumentContentProvider, vscode.CodeLensProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #lenses = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#lenses.event;
  readonly #shown = new Map<string, Shown>();
  readonly #registration: vscode.Disposable;

  /** `guard` runs an action so that what it fails with is shown. */
  constructor(guard: (run: () => Promise<void>) => Promise<unknown>) {
    this.#registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerCodeLensProvider({ scheme: SCHEME }, this),
      vscode.commands.registerCommand(ACT, (address: string, index: number) => {
        const action = this.#shown.get(address)?.actions[index];
        return action === undefined ? undefined : guard(action.run);
      }),
      this.#changed,
      this.#lenses,
    );
  }

  /** Shows a text under a file name of ours, in place of what that name showed before. */
  async show(name: string, text: string, actions: readonly DocumentAction[] = []): Promise<void> {
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name}` });
    const address = uri.path;
    this.#shown.delete(address);
    this.#shown.set(address, { text, actions });
    const [oldest] = this.#shown.keys();
    if (this.#shown.size > KEPT && oldest !== undefined) this.#shown.delete(oldest);
    this.#changed.fire(uri);
    this.#lenses.fire();
    await vscode.window.showTextDocument(await vscode.workspace.openTextDocument(uri), { preview: true });
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#shown.get(uri.path)?.text ?? '';
  }

  provideCodeLenses(document: vscode.TextDocument): vscode.CodeLens[] {
    const address = document.uri.path;
    const top = new vscode.Range(0, 0, 0, 0);
    return (this.#shown.get(address)?.actions ?? []).map(
      ({ label }, index) => new vscode.CodeLens(top, { title: label, command: ACT, arguments: [address, index] }),
    );
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
