import * as vscode from 'vscode';
import {
  CODE_LIMIT,
  COMMENT_LIMIT,
  type ReviewChange,
  type ShownReview,
  type ShownThread,
} from '../../core/review/comments';
import { stateWords } from '../../core/review/reviewText';
import { visible } from '../../core/words/plainText';
import type { Log } from '../../ports/log';
import { messageOf } from '../../base/messageOf';
import type { Repositories } from '../repositories';
import { inform, warn } from '../say/notify';
import { askLine } from '../say/pick';
import { placeIn, uriOf, type ReviewSide } from './gitSides';
import type { OpenReview, OpenReviews } from './openReviews';
import { wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** A thread in an editor, and the one in the store that it shows. */
interface Drawn {
  readonly key: string;
  readonly thread: vscode.CommentThread;
  readonly drawn: string;
}

/** One comment of a thread in the store. */
class Said implements vscode.Comment {
  mode = vscode.CommentMode.Preview;
  readonly contextValue = 'said';
  readonly author: vscode.CommentAuthorInformation;
  readonly timestamp: Date;
  /** A text and no Markdown: nothing that a person wrote, or quoted, is a link. VS Code puts in what is typed. */
  body: string;

  constructor(
    readonly thread: string,
    readonly kept: ShownThread['said'][number],
  ) {
    this.author = { name: vscode.l10n.t('You') };
    this.timestamp = new Date(kept.at);
    this.body = visible(kept.text);
  }

  beginEdit(): void {
    this.mode = vscode.CommentMode.Editing;
    this.body = this.kept.text;
  }

  endEdit(): void {
    this.mode = vscode.CommentMode.Preview;
    this.body = visible(this.kept.text);
  }
}

/** Comments on the lines that stories change, through VS Code's own threads. What they are stands in the store. */
export class ReviewComments implements vscode.Disposable {
  readonly #controller = vscode.comments.createCommentController(
    'switchyard.review',
    vscode.l10n.t('Switchyard Review'),
  );
  readonly #drawn = new Map<string, Drawn>();
  #turn: Promise<void> = Promise.resolve();

  constructor(
    private readonly repositories: Repositories,
    private readonly reviews: OpenReviews,
    private readonly log: Log,
  ) {
    this.#controller.options = {
      prompt: vscode.l10n.t('Comment'),
      placeHolder: vscode.l10n.t('What should change here? It goes to the coder with Reject.'),
    };
    this.#controller.commentingRangeProvider = {
      provideCommentingRanges: (document) =>
        this.#sideOf(document.uri) === null ? [] : [new vscode.Range(0, 0, Math.max(0, document.lineCount - 1), 0)],
    };
  }

  dispose(): void {
    this.#controller.dispose();
  }

  /** Asks for a comment on the lines that are selected in the changes, without the mouse. */
  async addAtCursor(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const side = editor === undefined ? null : this.#sideOf(editor.document.uri);
    if (editor === undefined || side === null) {
      void inform(
        vscode.l10n.t('Put the cursor on a line of what the story changes first: Alt+F5 goes to the next change.'),
      );
      return;
    }
    const { start, end } = editor.selection;
    const title = vscode.l10n.t('Comment on {0}, line {1}', side.path, start.line + 1);
    const text = await askLine({ title, placeHolder: vscode.l10n.t('It goes to the coder with Reject') });
    const range = new vscode.Range(start.line, 0, end.line, 0);
    if (text !== undefined) await this.#comment(editor.document.uri, range, text);
  }

  /** A new thread, or a reply to one. */
  async add({ thread, text }: vscode.CommentReply): Promise<void> {
    const said = text.trim().slice(0, COMMENT_LIMIT);
    if (said === '') return;
    const known = [...this.#drawn].find(([, one]) => one.thread === thread);
    if (known !== undefined) {
      await this.#change(known[1].key, { kind: 'reply', thread: known[0], text: said });
      return;
    }
    if (thread.range !== undefined) await this.#comment(thread.uri, thread.range, said);
    thread.dispose();
  }

  async #comment(uri: vscode.Uri, range: vscode.Range, text: string): Promise<void> {
    const side = this.#sideOf(uri);
    const said = text.trim().slice(0, COMMENT_LIMIT);
    if (side === null || said === '') return;
    const [from, to] = [range.start.line, range.end.line];
    const code = await codeAt(uri, from, to);
    const { base, tip } = side.review;
    const place = { path: side.path, side: side.side, base, tip, line: from + 1, endLine: to + 1, code };
    await this.#change(side.review.key, { kind: 'comment', place, text: said });
  }

  async settle(thread: vscode.CommentThread): Promise<void> {
    await this.#changeThread(thread, (id) => ({ kind: 'settle', thread: id }));
  }

  async reopen(thread: vscode.CommentThread): Promise<void> {
    await this.#changeThread(thread, (id) => ({ kind: 'reopen', thread: id }));
  }

  async remove(comment: unknown): Promise<void> {
    if (comment instanceof Said) await this.#edit(comment, null);
  }

  /** Lets a person change what a comment says, in its place. */
  edit(comment: unknown): void {
    if (!(comment instanceof Said)) return;
    // VS Code tells its window of a thread a moment later. Cancel and Edit within it are no change of one comment's
    // mode, and no editor opens; for a new comment it always does.
    const again = new Said(comment.thread, comment.kept);
    again.beginEdit();
    this.#showAgain(again);
  }

  /** Keeps what is typed in a comment; where nothing is, it goes on being changed. */
  async save(comment: unknown): Promise<void> {
    if (!(comment instanceof Said)) return;
    const text = comment.body.trim().slice(0, COMMENT_LIMIT);
    if (text === '') return;
    // Where it is refused, what was typed stays where it is.
    if (await this.#edit(comment, text)) await this.leave(comment);
  }

  /** Leaves a comment as it was; what came in meanwhile is drawn. */
  async leave(comment: unknown): Promise<void> {
    if (!(comment instanceof Said)) return;
    comment.endEdit();
    this.#showAgain(comment);
    await this.refresh();
  }

  /** Whether it is kept. */
  async #edit({ thread, kept }: Said, text: string | null): Promise<boolean> {
    const drawn = this.#drawn.get(thread);
    return drawn !== undefined && this.#change(drawn.key, { kind: 'edit', thread, comment: kept, text });
  }

  /** Shows it in the place of what stands there of the same comment; VS Code looks again where the list is another. */
  #showAgain(comment: Said): void {
    const thread = this.#drawn.get(comment.thread)?.thread;
    if (thread === undefined) return;
    thread.comments = thread.comments.map((one) => (one instanceof Said && one.kept === comment.kept ? comment : one));
  }

  /** Draws what the store has for the reviews that are open; one after another. */
  refresh(): Promise<void> {
    this.#turn = this.#turn
      .then(() => this.#refresh())
      .catch((error: unknown) => this.log.warn(`[review] ${messageOf(error)}`));
    return this.#turn;
  }

  async #refresh(): Promise<void> {
    const open = this.reviews.all();
    const wanted = new Set<string>();
    for (const review of open) {
      const shown = (await this.repositories.holding(review.key)?.session()?.reviewOf(review.key)) ?? null;
      for (const thread of shown?.threads ?? []) if (this.#draw(review, shown, thread)) wanted.add(thread.id);
    }
    for (const [id, { thread }] of this.#drawn) {
      // What is being typed would be lost; it goes, or is drawn, once that is over.
      if (wanted.has(id) || isBeingChanged(thread)) continue;
      thread.dispose();
      this.#drawn.delete(id);
    }
  }

  /** Whether it has a place in this review. */
  #draw(review: OpenReview, shown: ShownReview | null, thread: ShownThread): boolean {
    const place = shown?.tip === review.tip ? thread.now : thread.tip === review.tip ? thread : null;
    const host = this.repositories.holding(review.key);
    const uri = place === null || host === null ? null : uriOf(host, review, place);
    if (place === null || uri === null) return false;
    const drawn = JSON.stringify([uri.toString(), thread]);
    const before = this.#drawn.get(thread.id);
    if (before?.drawn === drawn) return true;
    if (before !== undefined && isBeingChanged(before.thread)) return true;
    before?.thread.dispose();
    const range = new vscode.Range(place.line - 1, 0, place.endLine - 1, 0);
    const said = thread.said.map((one) => new Said(thread.id, one));
    const made = this.#controller.createCommentThread(uri, range, said);
    const isOver = thread.state === 'answered' || thread.state === 'settled';
    made.label = vscode.l10n.t('Comment: {0}', translate(stateWords(thread.state)));
    made.state = isOver ? vscode.CommentThreadState.Resolved : vscode.CommentThreadState.Unresolved;
    made.contextValue = thread.state;
    made.collapsibleState =
      thread.state === 'settled'
        ? vscode.CommentThreadCollapsibleState.Collapsed
        : vscode.CommentThreadCollapsibleState.Expanded;
    this.#drawn.set(thread.id, { key: review.key, thread: made, drawn });
    return true;
  }

  async #changeThread(thread: vscode.CommentThread, change: (id: string) => ReviewChange): Promise<void> {
    const known = [...this.#drawn].find(([, one]) => one.thread === thread);
    if (known !== undefined) await this.#change(known[1].key, change(known[0]));
  }

  /** Whether it is kept. */
  async #change(key: string, change: ReviewChange): Promise<boolean> {
    const outcome = await this.repositories.holding(key)?.session()?.changeReview(key, change);
    if (outcome?.kind === 'refused') void warn(wordsOf(outcome));
    await this.refresh();
    return outcome !== undefined && outcome.kind !== 'refused';
  }

  #sideOf(uri: vscode.Uri): (ReviewSide & { readonly review: OpenReview }) | null {
    for (const review of this.reviews.all()) {
      const host = this.repositories.holding(review.key);
      const place = host === null ? null : placeIn(host, review, uri);
      if (place !== null) return { ...place, review };
    }
    return null;
  }
}

function isBeingChanged(thread: vscode.CommentThread): boolean {
  return thread.comments.some(({ mode }) => mode === vscode.CommentMode.Editing);
}

async function codeAt(uri: vscode.Uri, from: number, to: number): Promise<string> {
  const document = await vscode.workspace.openTextDocument(uri);
  const lines = [];
  for (let line = from; line <= Math.min(to, document.lineCount - 1); line += 1) lines.push(document.lineAt(line).text);
  return lines.join('\n').slice(0, CODE_LIMIT);
}
