import * as vscode from 'vscode';
import { reviewOverText, reviewText } from '../../core/review/reviewText';
import { readCriteria } from '../../core/story/criteria';
import { translate } from '../say/translate';
import { everyStory } from '../storyIn';
import type { Repositories } from '../repositories';
import type { OpenReview } from './openReviews';

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

  uriOf({ number, key, base, tip, shows }: Omit<OpenReview, 'label'>): vscode.Uri {
    const query = new URLSearchParams({ key, tip, ...(shows === 'new' && { from: base }) });
    return vscode.Uri.from({ scheme: SCHEME, path: `/${number}/Review`, query: query.toString() });
  }

  renew(review: OpenReview): void {
    this.#changed.fire(this.uriOf(review));
  }

  async provideTextDocumentContent({ query }: vscode.Uri): Promise<string> {
    const asked = new URLSearchParams(query);
    const found = everyStory(this).find(({ card }) => card.key === asked.get('key'));
    const session = found?.host.session() ?? null;
    if (found === undefined || session === null) return '';
    const { card, host } = found;
    const review = await session.reviewOf(card.key);
    const target = host.model()?.target?.name ?? '';
    if (review === null) return reviewOverText({ story: card, target, isDone: card.stage === 'Done' }, translate);
    const criteria = readCriteria(await session.bodyOf(card.key));
    const shown = { from: asked.get('from'), tip: asked.get('tip') ?? review.tip };
    return reviewText(
      { story: card, target, review, criteria, conflicts: card.conflicts, shown, now: card.why },
      translate,
    );
  }

  dispose(): void {
    this.#registration.dispose();
  }
}
