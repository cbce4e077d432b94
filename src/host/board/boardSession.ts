import { messageOf } from '../../base/messageOf';
import type { ActionId } from '../../core/board/actions';
import type { BoardModel } from '../../core/board/boardModel';
import type { NoticeAction } from '../../core/board/boardNames';
import type { Log } from '../../ports/log';
import type { StageName } from '../../core/story/stage';
import { readFromBoard, type FromBoard, type ToBoard } from '../../protocol/boardMessages';
import { judgeRequest } from './boardRequests';
import { coalesce, type After, type Coalescer } from './coalesce';

/** What listening gives back; VS Code's own disposables are such. */
interface Subscription {
  dispose(): unknown;
}

/** Where the board's model comes from. */
export interface BoardSource {
  /** Null while there is nothing to show. */
  model(): BoardModel | null;
  onDidChange(listener: () => void): Subscription;
}

/** What the board can ask for. `act` and `move` give a text to be announced, or null. */
export interface BoardCommands {
  newStory(): void;
  open(key: string): void;
  act(key: string, action: ActionId): Promise<string | null>;
  move(key: string, to: StageName): Promise<string | null>;
  notice(action: NoticeAction): void;
}

export interface BoardParts {
  readonly source: BoardSource;
  readonly commands: BoardCommands;
  readonly log: Log;
  /** Localised texts by their English original. */
  readonly strings: Readonly<Record<string, string>>;
}

/** Ten a second are as good as at once to a person. A page needs time for a large board: then two a second. */
function updateInterval(model: BoardModel | null): number {
  return Math.min(500, Math.max(100, (model?.cards.length ?? 0) / 20));
}

const NO_LONGER = 'That is no longer possible. The board shows what is.';

/** A page can send any text as a problem; the log gets one line of it. */
const PROBLEM_LIMIT = 500;

/** The talk with one page. A page that is hidden is gone, and says `ready` again when it is back. */
export class BoardSession {
  readonly #parts: BoardParts;
  readonly #post: (message: ToBoard) => void;
  readonly #updates: Coalescer;
  readonly #subscription: Subscription;
  #page: 'loading' | 'ready' = 'loading';
  #storyToFocus: string | null = null;

  constructor(parts: BoardParts, post: (message: ToBoard) => void, after: After) {
    this.#parts = parts;
    this.#post = post;
    this.#updates = coalesce(
      () => this.#sendModel(),
      () => updateInterval(parts.source.model()),
      after,
    );
    this.#subscription = parts.source.onDidChange(() => {
      if (this.#page === 'ready') this.#updates.changed();
    });
  }

  /** Shows one story, as soon as the page can. */
  focus(key: string): void {
    if (this.#page === 'ready') this.#post({ type: 'focusStory', key });
    else this.#storyToFocus = key;
  }

  /** The page was hidden, so what it held is gone. */
  hidden(): void {
    this.#page = 'loading';
  }

  /** Takes in what the page sent, which may be anything. Never throws. */
  async receive(value: unknown): Promise<void> {
    const { log, source } = this.#parts;
    const checked = readFromBoard(value);
    if (checked.kind === 'malformed') {
      log.warn(`[board] refused a message that cannot be read: ${checked.problem}`);
      return;
    }
    const verdict = judgeRequest(checked.message, source.model());
    if (verdict.kind === 'refused') {
      log.warn(`[board] refused ${checked.message.type}: ${verdict.why}`);
      this.#post({ type: 'announce', text: this.#localised(NO_LONGER) });
      return;
    }
    try {
      const said = await this.#perform(checked.message);
      if (said !== null) this.#post({ type: 'announce', text: said });
    } catch (error) {
      log.error(`[board] ${checked.message.type} failed: ${messageOf(error)}`);
    }
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#updates.dispose();
  }

  #localised(english: string): string {
    return this.#parts.strings[english] ?? english;
  }

  /** Gives what is to be announced. */
  async #perform(request: FromBoard): Promise<string | null> {
    const { commands, log } = this.#parts;
    switch (request.type) {
      case 'ready':
        this.#start();
        return null;
      case 'newStory':
        commands.newStory();
        return null;
      case 'open':
        commands.open(request.key);
        return null;
      case 'action':
        return commands.act(request.key, request.action);
      case 'move':
        return commands.move(request.key, request.to);
      case 'notice':
        commands.notice(request.action);
        return null;
      case 'problem':
        log.warn(`[board] ${request.text.replaceAll(/\s+/g, ' ').slice(0, PROBLEM_LIMIT)}`);
        return null;
    }
  }

  #start(): void {
    this.#page = 'ready';
    this.#post({ type: 'strings', strings: { ...this.#parts.strings } });
    this.#sendModel();
    if (this.#storyToFocus !== null) this.#post({ type: 'focusStory', key: this.#storyToFocus });
    this.#storyToFocus = null;
  }

  #sendModel(): void {
    const model = this.#parts.source.model();
    if (model !== null && this.#page === 'ready') this.#post({ type: 'model', model });
  }
}
