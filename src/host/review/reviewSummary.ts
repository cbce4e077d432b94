import * as vscode from 'vscode';
import { reviewText } from '../../core/review/reviewText';
import { readCriteria } from '../../core/story/criteria';
import type { RepositoryHost } from '../repositoryHost';

const SCHEME = 'switchyard-review';

/** The first thing in the changes of a story: why somebody is asked, what is new, and what was said. A text, never markup. */
export class ReviewSummaries implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration: vscode.Disposable;

  constructor(private readonly host: RepositoryHost) {
    this.#registration = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    );
  }

  uriOf(number: number): vscode.Uri {
    return vscode.Uri.from({ scheme: SCHEME, path: `/${number}/Review` });
  }

  renew(number: number): void {
    this.#changed.fire(this.uriOf(number));
  }

  async provideTextDocumentContent({ path }: vscode.Uri): Promise<string> {
    const number = Number(path.split('/')[1]);
    const model = this.host.model();
    const session = this.host.session();
    const card = model?.cards.find((one) => one.number === number);
    if (card === undefined || session === null) return '';
    const review = await session.reviewOf(card.key);
    if (review === null) return '';
    const criteria = readCriteria(await session.bodyOf(card.key));
    return reviewText({ story: card, target: model?.target?.name ?? '', review, criteria, conflicts: card.conflicts });
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
