import * as vscode from 'vscode';
import type { StoryFileProblem } from '../../core/story/storyFile';
import { wordsOf } from '../say/inWords';
import { withOneLineEnd } from './agreement';
import type { Agreements } from './agreements';
import { storyAt } from './storyUri';

const SEVERITIES: Readonly<Record<StoryFileProblem['severity'], vscode.DiagnosticSeverity>> = {
  error: vscode.DiagnosticSeverity.Error,
  warning: vscode.DiagnosticSeverity.Warning,
  missing: vscode.DiagnosticSeverity.Information,
};

/** Says at its line what is wrong with the front matter of an open story, while it is written. */
export class StoryDiagnostics implements vscode.Disposable {
  readonly #collection = vscode.languages.createDiagnosticCollection('switchyard');
  readonly #subscriptions: vscode.Disposable;

  constructor(private readonly agreements: Agreements) {
    this.#subscriptions = vscode.Disposable.from(
      this.#collection,
      vscode.workspace.onDidOpenTextDocument((document) => void this.#show(document)),
      vscode.workspace.onDidChangeTextDocument(({ document }) => void this.#show(document)),
      vscode.workspace.onDidSaveTextDocument((document) => void this.#show(document)),
      vscode.workspace.onDidCloseTextDocument(({ uri }) => this.#collection.delete(uri)),
    );
    for (const document of vscode.workspace.textDocuments) void this.#show(document);
  }

  dispose(): void {
    this.#subscriptions.dispose();
  }

  async #show(document: vscode.TextDocument): Promise<void> {
    if (storyAt(document.uri) === null) return;
    const { frontOf } = await import('../../core/story/storyEdit');
    if (document.isClosed) return;
    const { front, problems } = frontOf(withOneLineEnd(document.getText()));
    // What only the store knows, such as which stories there are, holds as long as the front matter is the one that was saved.
    const { said } = this.agreements.of(document.uri);
    const all = said?.front === front ? said.problems : problems;
    this.#collection.set(
      document.uri,
      all.map((problem) => diagnostic(document, problem)),
    );
  }
}

function diagnostic(document: vscode.TextDocument, { line, severity, ...told }: StoryFileProblem): vscode.Diagnostic {
  const { range } = document.lineAt(Math.min(line, document.lineCount) - 1);
  const problem = wordsOf(told);
  const words = severity === 'error' ? vscode.l10n.t('{0} Until it is right, no field is changed.', problem) : problem;
  const shown = new vscode.Diagnostic(range, words, SEVERITIES[severity]);
  shown.source = 'Switchyard';
  return shown;
}
