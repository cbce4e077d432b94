import * as vscode from 'vscode';
import { reviewText } from '../../core/review/reviewText';
import { readCriteria } from '../../core/story/criteria';
import type { Card } from '../../core/board/card';
import { translate } from '../say/translate';
import { everyStory } from '../storyIn';
import type { Repositories } from '../repositories';

const SCHEME = 'switchyard-review';

/** The first thing in the changes of a story: why somebody is asked, what is new, and what was said. A text, never markup. */
export class ReviewSummaries implements vscode.TextDocumentContentProvider, vscode.Disposable {
  readonly #changed = new vscode.EventEmitter<vscode.Uri>();
  readonly onDidChange = this.#changed.event;
  readonly #registration: vscode.Disposable;

  constructor(readonly repositories: Repositories) {
    this.#registration = vscode.Disposable.from(
      this.#changed,
      vscode.workspace.registerTextDocumentContentProvider(SCHEME, this),
    );
  }

  uriOf({ number, key }: Pick<Card, 'number' | 'key'>): vscode.Uri {
    // A number alone says which story it is where there is one repository.
    const query = this.repositories.areSeveral ? key : '';
    return vscode.Uri.from({ scheme: SCHEME, path: `/${number}/Review`, query });
  }

  renew(story: Pick<Card, 'number' | 'key'>): void {
    this.#changed.fire(this.uriOf(story));
  }

  async provideTextDocumentContent({ path, query }: vscode.Uri): Promise<string> {
    const number = Number(path.split('/')[1]);
    const found = everyStory(this).find(({ card }) => (query === '' ? card.number === number : card.key === query));
    const session = found?.host.session() ?? null;
    if (found === undefined || session === null) return '';
    const { card, host } = found;
    const review = await session.reviewOf(card.key);
    if (review === null) return '';
    const criteria = readCriteria(await session.bodyOf(card.key));
    const target = host.model()?.target?.name ?? '';
    return reviewText({ story: card, target, review, criteria, conflicts: card.conflicts }, translate);
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
