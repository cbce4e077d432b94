import type { ActionId } from '../../core/board/actions';
import { headOf } from '../../core/board/boardHead';
import type { BoardModel } from '../../core/board/boardModel';
import type { NoticeAction } from '../../core/board/boardNames';
import type { KeptFilter } from '../../core/board/keptFilters';
import type { Log } from '../../ports/log';
import type { OverviewRow } from '../../core/board/overview';
import { isSameData } from '../../core/board/sameData';
import type { Statistics } from '../../core/statistics/statistics';
import type { StageName } from '../../core/story/stage';
import { ModelFeed } from '../../core/board/modelFeed';
import { hostSide, pageSide, type HostSide, type PageSide } from '../../protocol/boardMessages';
import { MessageHandler, type Answers, type Transport } from '../../protocol/messageHandler';
import { judgeRequest, type BoardRequest } from './boardRequests';
import { coalesce, type After, type Coalescer } from './coalesce';

/** What listening gives back; VS Code's own disposables are such. */
interface Subscription {
  dispose(): unknown;
}

/** Where the board's model comes from. */
export interface BoardSource {
  /** Of the repository that is shown; null while there is nothing to show. */
  model(): BoardModel | null;
  /** All repositories of the window, and the name of the shown one. */
  overview(): { readonly rows: readonly OverviewRow[]; readonly shown: string };
  /** The filters that the person keeps. */
  filters(): readonly KeptFilter[];
  onDidChange(listener: () => void): Subscription;
}

/** What the board can ask for. `act` and `move` give a text to be announced, or null. */
export interface BoardCommands {
  newStory(): void;
  keepFilters(filters: readonly KeptFilter[]): void;
  open(key: string): void;
  act(keys: readonly string[], action: ActionId): Promise<string | null>;
  move(keys: readonly string[], to: StageName): Promise<string | null>;
  prioritise(keys: readonly string[], priority: number): Promise<string | null>;
  notice(action: NoticeAction): void;
  /** Shows another repository, by its name. */
  showRepository(name: string): void;
  /** Opens what needs the person first in this repository. */
  openFirst(name: string): void;
  /** Figures of the last so many days; of all time for null. */
  statistics(days: number | null): Promise<Statistics>;
  /** The latest changes, oldest first. */
  moments(): Promise<readonly Moment[]>;
  /** The board as it was at a moment (ISO 8601). */
  boardAt(time: string): Promise<BoardModel>;
}

/** After which change a board can be shown: when, and what it was. */
export interface Moment {
  readonly at: string;
  readonly text: string;
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

/** Longest line of the log that a page can cause, in UTF-16 code units. */
const PROBLEM_LIMIT = 500;

/** The talk with one page. A page that is hidden is gone, and says `ready` again when it is back. */
export class BoardSession {
  readonly #parts: BoardParts;
  readonly #page: MessageHandler<HostSide, PageSide>;
  readonly #feed = new ModelFeed();
  readonly #updates: Coalescer;
  readonly #subscription: Subscription;
  #state: 'loading' | 'ready' = 'loading';
  #storyToFocus: string | null = null;
  #wanted: 'board' | 'overview' | 'as it was' = 'as it was';
  /** The overview as it was sent last. */
  #sentOverview: ReturnType<BoardSource['overview']> | null = null;

  constructor(parts: BoardParts, transport: Transport, after: After) {
    this.#parts = parts;
    this.#page = new MessageHandler({
      here: hostSide,
      there: pageSide,
      answers: this.#answers(),
      transport,
      onProblem: (problem, kind) => parts.log[kind === 'failure' ? 'error' : 'warn'](`[board] ${oneLine(problem)}`),
    });
    this.#updates = coalesce(
      () => this.#sendModel(),
      () => updateInterval(parts.source.model()),
      after,
    );
    this.#subscription = parts.source.onDidChange(() => {
      if (this.#state === 'ready') this.#updates.changed();
    });
  }

  /** Shows one story, as soon as the page can. */
  focus(key: string): void {
    if (this.#state === 'ready') this.#page.notify('focusStory', { key });
    else this.#storyToFocus = key;
  }

  /** Shows the board of one repository or the overview of all, as soon as the page can. */
  turnTo(page: 'board' | 'overview'): void {
    if (this.#state === 'ready') this.#page.notify('turnTo', { page });
    else this.#wanted = page;
  }

  /** The page was hidden, so what it held is gone. */
  hidden(): void {
    this.#state = 'loading';
  }

  dispose(): void {
    this.#page.dispose();
    this.#subscription.dispose();
    this.#updates.dispose();
  }

  #answers(): Answers<HostSide> {
    const { commands, log } = this.#parts;
    return {
      requests: {
        ping: () => ({}),
        action: ({ keys, action }) => this.#ask({ type: 'action', keys, action }, () => commands.act(keys, action)),
        move: ({ keys, to }) => this.#ask({ type: 'move', keys, to }, () => commands.move(keys, to)),
        statistics: ({ days }) => commands.statistics(days),
        moments: () => commands.moments(),
        boardAt: async ({ time }) => {
          const model = await commands.boardAt(time);
          return { head: headOf(model), cards: model.cards };
        },
        prioritise: ({ keys, priority }) =>
          this.#ask({ type: 'prioritise', keys }, () => commands.prioritise(keys, priority)),
      },
      notifications: {
        ready: () => this.#start(),
        resync: () => this.#startOver(),
        newStory: () => commands.newStory(),
        keepFilters: ({ filters }) => commands.keepFilters(filters),
        showRepository: ({ repository }) => this.#about(repository, () => commands.showRepository(repository)),
        openFirst: ({ repository }) => this.#about(repository, () => commands.openFirst(repository)),
        open: ({ key }) => this.#tell({ type: 'open', key }, () => commands.open(key)),
        notice: ({ action }) => this.#tell({ type: 'notice', action }, () => commands.notice(action)),
        problem: ({ text }) => log.warn(`[board] ${oneLine(text)}`),
      },
    };
  }

  /** Gives what is to be announced. */
  #ask(request: BoardRequest, perform: () => Promise<string | null>): Promise<string | null> {
    return this.#isAllowed(request) ? perform() : Promise.resolve(this.#localised(NO_LONGER));
  }

  #tell(request: BoardRequest, perform: () => void): void {
    if (this.#isAllowed(request)) perform();
    else this.#page.notify('announce', { text: this.#localised(NO_LONGER) });
  }

  /** The page may name any repository; only one of the window counts. */
  #about(repository: string, perform: () => void): void {
    if (this.#parts.source.overview().rows.some(({ name }) => name === repository)) perform();
    else this.#parts.log.warn(`[board] refused: there is no repository ${JSON.stringify(oneLine(repository))}`);
  }

  #isAllowed(request: BoardRequest): boolean {
    const verdict = judgeRequest(request, this.#parts.source.model());
    if (verdict.kind === 'refused') this.#parts.log.warn(`[board] refused ${request.type}: ${verdict.why}`);
    return verdict.kind === 'allowed';
  }

  #localised(english: string): string {
    return this.#parts.strings[english] ?? english;
  }

  #start(): void {
    this.#state = 'ready';
    this.#page.notify('strings', { strings: { ...this.#parts.strings } });
    this.#page.notify('filters', { filters: [...this.#parts.source.filters()] });
    this.#startOver();
    if (this.#storyToFocus !== null) this.#page.notify('focusStory', { key: this.#storyToFocus });
    this.#storyToFocus = null;
    if (this.#wanted !== 'as it was') this.#page.notify('turnTo', { page: this.#wanted });
    this.#wanted = 'as it was';
  }

  #startOver(): void {
    this.#feed.startOver();
    this.#sentOverview = null;
    this.#sendModel();
  }

  #sendModel(): void {
    const { source } = this.#parts;
    if (this.#state !== 'ready') return;
    this.#sendOverview(source.overview());
    const model = source.model();
    if (model === null) return;
    const message = this.#feed.next(model);
    if (message !== null) this.#page.notify('model', message);
  }

  #sendOverview(overview: ReturnType<BoardSource['overview']>): void {
    // Another repository is another board, of which the page has nothing.
    if (this.#sentOverview !== null && this.#sentOverview.shown !== overview.shown) this.#feed.startOver();
    if (isSameData(this.#sentOverview, overview)) return;
    this.#sentOverview = overview;
    this.#page.notify('overview', { rows: [...overview.rows], shown: overview.shown });
  }
}

/** A page can send any text; the log gets one line of it. */
function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').slice(0, PROBLEM_LIMIT);
}
