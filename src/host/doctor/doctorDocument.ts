import * as vscode from 'vscode';
import type { RepositoryHost } from '../repositoryHost';
import type { ReportAction, ReportDocument, ReportLink } from '../../core/doctor/reportDocument';

const SCHEME = 'switchyard-doctor';

/** The command behind every line that acts; it is given which report it stands in, and its number there. */
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
  #about: RepositoryHost | null = null;
  /** Counts the reports: a line of an earlier one, which an editor can still show for a moment, does nothing. */
  #edition = 0;

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

  /** The repository that the report is about; null before there is one. */
  get about(): RepositoryHost | null {
    return this.#about;
  }

  /** Shows a report in the one editor that is for it, which keeps its place. */
  async show(report: ReportDocument, about: RepositoryHost): Promise<void> {
    this.#shown = report;
    this.#about = about;
    this.#edition += 1;
    const address = vscode.Uri.from({ scheme: SCHEME, path: '/Switchyard Doctor.md' });
    this.#changed.fire(address);
    const document = await vscode.workspace.openTextDocument(address);
    await vscode.window.showTextDocument(document, { preview: false });
    this.#lensesChanged.fire();
  }

  /** What the link of this number in this report does; null where that is not the report any more. */
  actionOf(link: unknown): ReportAction | null {
    const [edition, at] = Array.isArray(link) ? (link as unknown[]) : [];
    return edition === this.#edition && typeof at === 'number' ? (this.#shown.links[at]?.action ?? null) : null;
  }

  provideTextDocumentContent(): string {
    return this.#shown.text;
  }

  provideDocumentLinks(): vscode.DocumentLink[] {
    return this.#shown.links.map((link, at) => {
      const target = vscode.Uri.parse(`command:${ACT}?${encodeURIComponent(JSON.stringify([[this.#edition, at]]))}`);
      const shown = new vscode.DocumentLink(rangeOf(link), target);
      shown.tooltip = link.label;
      return shown;
    });
  }

  provideCodeLenses(): vscode.CodeLens[] {
    return this.#shown.links.map((link, at) => {
      const above = new vscode.Range(link.heading, 0, link.heading, 0);
      return new vscode.CodeLens(above, { title: link.label, command: ACT, arguments: [[this.#edition, at]] });
    });
  }

  dispose(): void {
    this.#registered.dispose();
  }
}

function rangeOf({ line, from, to }: ReportLink): vscode.Range {
  return new vscode.Range(line, from, line, to);
}
