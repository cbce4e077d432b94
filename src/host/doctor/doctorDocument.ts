import * as vscode from 'vscode';
import type { ReportAction, ReportDocument, ReportLink } from '../../core/doctor/reportDocument';

const SCHEME = 'switchyard-doctor';

/** The command behind every line that acts; it is given the address of the report and the number of the link. */
const ACT = 'switchyard.doctorAct';

/** The report as an editor shows it: text to read and copy, and lines that act as links and above their findings. */
export class DoctorDocument
  implements vscode.TextDocumentContentProvider, vscode.DocumentLinkProvider, vscode.CodeLensProvider
{
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly #lensesChanged = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  readonly onDidChangeCodeLenses = this.#lensesChanged.event;
  readonly #registered: vscode.Disposable;
  #shown: ReportDocument = { text: '', links: [] };

  constructor() {
    const selector = { scheme: SCHEME };
    this.#registered = vscode.Disposable.from(
      this.#changed,
      this.#lensesChanged,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
      vscode.languages.registerDocumentLinkProvider(selector, this),
      vscode.languages.registerCodeLensProvider(selector, this),
    );
  }

  /** Shows a report in the one editor that is for it, which keeps its place. */
  async show(report: ReportDocument): Promise<void> {
    this.#shown = report;
    const address = vscode.Uri.from({ scheme: SCHEME, path: '/Switchyard Doctor.md' });
    this.#changed.fire(address);
    this.#lensesChanged.fire();
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { preview: false });
  }

  /** What the link of this number in the present report does. */
  actionOf(link: unknown): ReportAction | null {
    return typeof link === 'number' ? (this.#shown.links[link]?.action ?? null) : null;
  }

  provideTextDocumentContent(): string {
    return this.#shown.text;
  }

  provideDocumentLinks(): vscode.DocumentLink[] {
    return this.#shown.links.map((link, at) => {
      const target = vscode.Uri.parse(`command:${ACT}?${encodeURIComponent(JSON.stringify([at]))}`);
      const shown = new vscode.DocumentLink(rangeOf(link), target);
      shown.tooltip = link.label;
      return shown;
    });
  }

  provideCodeLenses(): vscode.CodeLens[] {
    return this.#shown.links.map((link, at) => {
      const above = new vscode.Range(link.heading, 0, link.heading, 0);
      return new vscode.CodeLens(above, { title: link.label, command: ACT, arguments: [at] });
    });
  }

  dispose(): void {
    this.#registered.dispose();
  }
}

function rangeOf({ line, from, to }: ReportLink): vscode.Range {
  return new vscode.Range(line, from, line, to);
}
