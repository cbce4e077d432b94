import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { Log } from '../../ports/log';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import type { Session } from '../../session/session';
import { coalesce } from '../board/coalesce';
import type { RepositoryHost } from '../repositoryHost';
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
  readonly #shown = new Map<string, unknown>();
  #session: Session | null = null;
  #writes: { dispose(): void } | null = null;

  constructor(
    private readonly host: RepositoryHost,
    memory: vscode.Memento,
    private readonly log: Log,
  ) {
    this.open = new OpenReviews(memory);
    this.summaries = new ReviewSummaries(host);
    this.comments = new ReviewComments(host, this.open, log);
    const soon = coalesce(
      () => void this.#refresh(),
      () => INTERVAL_MS,
      (ms, callback) => systemClock.after(ms, callback),
    );
    const follow = (): void => {
      const session = host.session();
      if (session !== this.#session) {
        this.#session = session;
        this.#writes?.dispose();
        this.#writes = session?.onDidWrite(() => soon.changed()) ?? null;
      }
      soon.changed();
    };
    this.#subscription = vscode.Disposable.from(
      this.open,
      this.summaries,
      this.comments,
      soon,
      this.open.onDidChange(() => soon.changed()),
      host.onDidChange(follow),
      { dispose: () => this.#writes?.dispose() },
    );
    follow();
  }

  dispose(): void {
    this.#subscription.dispose();
  }

  /** The story whose changes are in front, and how; null where something else is, or the story is gone. */
  inFront(): { readonly review: OpenReview; readonly card: Card } | null {
    const review = this.open.inFront();
    const card = this.host.model()?.cards.find(({ key }) => key === review?.key);
    return review === null || card === undefined ? null : { review, card };
  }

  async #refresh(): Promise<void> {
    try {
      const front = this.inFront();
      this.#set('switchyard.review', front === null ? '' : front.card.stage === 'ReviewHold' ? 'held' : 'shown');
      const shown = front === null ? null : ((await this.host.session()?.reviewOf(front.card.key)) ?? null);
      const isOld = front !== null && shown !== null && front.review.tip !== shown.tip;
      const isNew = front?.review.shows === 'all' && shown !== null && shown.since !== null;
      this.#set('switchyard.reviewHasNew', isOld || isNew);
      await this.comments.refresh();
    } catch (error) {
      this.log.warn(`[review] ${messageOf(error)}`);
    }
  }

  #set(key: string, value: unknown): void {
    if (this.#shown.get(key) === value) return;
    this.#shown.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  }
}
