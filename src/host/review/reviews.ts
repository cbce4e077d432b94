import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { Log } from '../../ports/log';
import { LookOnce } from '../../base/lookOnce';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import { coalesce } from '../board/coalesce';
import { storyWith } from '../storyIn';
import type { Repositories } from '../repositories';
import { setContext } from '../setContext';
import { OpenReviews, type OpenReview } from './openReviews';
import { ReviewComments } from './reviewComments';
import { ReviewSummaries } from './reviewSummary';

/** Between two looks at the store for what is open (ms). */
const INTERVAL_MS = 500;

/** The changes of stories that are open in this window, with what is said about them. */
export class Reviews implements vscode.Disposable {
  readonly open: OpenReviews;
  readonly summaries: ReviewSummaries;
  readonly comments: ReviewComments;
  readonly #subscription: vscode.Disposable;
  /** What is in front, the stage of its story, and the commit that it was at. */
  #drawn = '';

  constructor(
    readonly repositories: Repositories,
    memory: vscode.Memento,
    private readonly log: Log,
  ) {
    this.open = new OpenReviews(memory);
    this.summaries = new ReviewSummaries(repositories);
    this.comments = new ReviewComments(repositories, this.open, log);
    const looks = new LookOnce(() => this.#refresh());
    const soon = coalesce(
      () => void looks.ask(),
      () => INTERVAL_MS,
      (ms, callback) => systemClock.after(ms, callback),
    );
    this.#subscription = vscode.Disposable.from(
      this.open,
      this.summaries,
      this.comments,
      soon,
      this.open.onDidChange(() => soon.changed()),
      repositories.onDidChange(() => soon.changed()),
      repositories.onDidWrite(() => soon.changed()),
    );
    soon.changed();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The story whose changes are in front, and how; null where something else is, or the story is gone. */
  inFront(): { readonly review: OpenReview; readonly card: Card } | null {
    const review = this.open.inFront();
    const found = review === null ? null : storyWith(this, review.key);
    return review === null || found === null ? null : { review, card: found.card };
  }

  async #refresh(): Promise<void> {
    try {
      const front = this.inFront();
      setContext('switchyard.review', front === null ? '' : front.card.stage === 'ReviewHold' ? 'held' : 'shown');
      const shown =
        front === null
          ? null
          : ((await this.repositories.holding(front.card.key)?.session()?.reviewOf(front.card.key)) ?? null);
      // What is above its changes says what can be done as long as it can, and of which commit they are.
      const drawn = front === null ? '' : `${front.review.label} ${front.card.stage} ${shown?.tip ?? ''}`;
      if (front !== null && drawn !== this.#drawn) this.summaries.renew(front.review);
      this.#drawn = drawn;
      const isOld = front !== null && shown !== null && front.review.tip !== shown.tip;
      const isNew = front?.review.shows === 'all' && shown !== null && shown.since !== null;
      setContext('switchyard.reviewHasNew', isOld || isNew);
      await this.comments.refresh();
    } catch (error) {
      this.log.warn(`[review] ${messageOf(error)}`);
    }
  }
}
