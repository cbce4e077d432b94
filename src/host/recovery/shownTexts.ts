import * as vscode from 'vscode';

const SCHEME = 'switchyard-text';

/** Texts that are shown in an editor to be read: nothing is saved, and nobody is asked whether to save. */
export class ShownTexts implements vscode.TextDocumentContentProvider {
  readonly #texts = new Map<string, string>();
  /** Ends it. */
  readonly registration: vscode.Disposable;
  #shown = 0;

  constructor() {
    this.registration = vscode.Disposable.from(
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => void this.#texts.delete(uri.toString())),
    );
  }

  provideTextDocumentContent(uri: vscode.Uri): string {
    return this.#texts.get(uri.toString()) ?? '';
  }

  /** `name` is the title of its tab. */
  async show(name: string, text: string, focus: 'taken' | 'left'): Promise<void> {
    this.#shown += 1;
    const uri = vscode.Uri.from({ scheme: SCHEME, path: `/${name.replaceAll('/', '-')}`, query: String(this.#shown) });
    this.#texts.set(uri.toString(), text);
    const document = await vscode.workspace.openTextDocument(uri);
    await vscode.window.showTextDocument(document, { preview: true, preserveFocus: focus === 'left' });
  }
}
