import type { BoardModel } from '../../src/core/board/boardModel';
import type { Card } from '../../src/core/board/card';
import type { KeptFilter, Pill } from '../../src/core/board/keptFilters';
import { isSameData } from '../../src/core/board/sameData';
import { activeKey, EMPTY_VIEW, placeOf, viewOf, type BoardView, type ShownColumn } from './boardView';
import type { OverviewRow } from '../../src/core/board/overview';
import type { Statistics } from '../../src/core/statistics/statistics';
import type { Carry } from './drop';
import type { MenuKind } from './menuEntries';
import type { HostState } from './pulse';
import type { Anchor, Page, SavedState } from './savedState';

/** A point of the page, in CSS pixels. */
export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface OpenMenu {
  readonly key: string;
  readonly kind: MenuKind;
  readonly at: Point;
}

/** The times that figures can be of, in days; null for all that is on record. */
export const SPANS = [7, 30, null] as const;
export type Span = (typeof SPANS)[number];

/** The figures in place of the columns; null until they have come. */
export interface ShownFlow {
  readonly span: Span;
  readonly figures: Statistics | null;
}

/** The past in place of now: what happened, oldest first, and after which of it the board is shown. */
export interface ShownPast {
  readonly moments: readonly { readonly at: string; readonly text: string }[];
  readonly index: number;
}

/** All repositories of the window, and which of them the board shows. */
export interface ShownOverview {
  readonly rows: readonly OverviewRow[];
  readonly shown: string;
}

/** All that the page is drawn from. */
export interface BoardState {
  readonly model: BoardModel | null;
  readonly view: BoardView;
  /** Null until the host has said it. */
  readonly overview: ShownOverview | null;
  /** The board of one repository, or the overview of all. */
  readonly page: Page;
  readonly text: string;
  readonly pill: Pill;
  /** The filters that the person keeps. */
  readonly filters: readonly KeptFilter[];
  readonly folded: readonly ShownColumn[];
  readonly flow: ShownFlow | null;
  readonly past: ShownPast | null;
  /** Stories of which something was asked that has no answer yet. */
  readonly asked: ReadonlySet<string>;
  /** Stories that are selected beside the active one. */
  readonly selected: ReadonlySet<string>;
  /** What is held over the board now; null where nothing is. */
  readonly carry: Carry | null;
  /** The card that Tab reaches, null on an empty board. */
  readonly active: string | null;
  readonly menu: OpenMenu | null;
  /** The last announcement; `turn` tells it from an equal one before. */
  readonly said: { readonly text: string; readonly turn: number };
  /** Milliseconds since 1970, for the cards' ages. */
  readonly now: number;
  readonly host: HostState;
}

/** Holds the page's state. `onChange` draws it before it returns, so what follows a change sees the new page. */
export class BoardStore {
  state: BoardState;
  /** Scroll positions by column. Not drawn from, so changing one draws nothing. */
  readonly anchors: Map<string, Anchor>;
  /** The card that gets the focus as soon as it is drawn. */
  focusWanted: string | null = null;
  /** Where a range begins that is selected with Shift. */
  rangeFrom: string | null = null;
  readonly #saved: SavedState;
  #now: BoardModel | null = null;

  constructor(
    saved: SavedState,
    now: number,
    private readonly save: (state: SavedState) => void,
    private readonly onChange: (state: BoardState) => void,
  ) {
    this.#saved = saved;
    this.anchors = new Map(Object.entries(saved.anchors));
    this.state = {
      model: null,
      view: EMPTY_VIEW,
      overview: null,
      page: saved.page ?? 'board',
      text: saved.text,
      pill: saved.pill,
      filters: [],
      folded: saved.folded,
      flow: null,
      past: null,
      asked: new Set(),
      selected: new Set(),
      carry: null,
      active: null,
      menu: null,
      said: { text: '', turn: 0 },
      now,
      host: 'there',
    };
  }

  /** What is now; it is not drawn while the past is shown. */
  showModel(model: BoardModel): void {
    this.#now = model;
    if (this.state.past === null) this.#showBoard(model);
  }

  /** Who chose another repository wants its board. That is not there yet: what was shown is not its. */
  showOverview(overview: ShownOverview): void {
    const isOther = this.state.overview !== null && this.state.overview.shown !== overview.shown;
    const page = overview.rows.length < 2 || isOther ? 'board' : this.state.page;
    this.#draw({
      overview,
      page,
      ...(isOther && { model: null, view: EMPTY_VIEW, flow: null, past: null, menu: null }),
    });
  }

  turnTo(page: Page): void {
    this.#change({ page });
  }

  showFlow(flow: ShownFlow | null): void {
    this.#draw({ flow });
  }

  /** The board after one of these moments, or, with null, the one of now. */
  showPast(past: ShownPast | null, model: BoardModel | null): void {
    this.#draw({ past, carry: null, selected: new Set() });
    const shown = past === null ? this.#now : model;
    if (shown !== null) this.#showBoard(shown);
  }

  #showBoard(model: BoardModel): void {
    const wanted = this.state.model === null ? this.#saved.active : this.state.active;
    const { menu } = this.state;
    const isOnBoard = memberOf(model);
    const selected = new Set([...this.state.selected].filter(isOnBoard));
    const carry = this.state.carry?.keys.every(isOnBoard) === true ? this.state.carry : null;
    this.#show({ model, selected, carry, menu: menu !== null && isOnBoard(menu.key) ? menu : null }, wanted);
  }

  filterBy(text: string, pill: Pill): void {
    this.#show({ text, pill }, this.state.active);
  }

  showFilters(filters: readonly KeptFilter[]): void {
    this.#draw({ filters });
  }

  /** Folds a column to a strip, or opens it again. */
  toggleFold(column: ShownColumn): void {
    const { folded, active } = this.state;
    const others = folded.filter((one) => one !== column);
    this.#show({ folded: others.length === folded.length ? [...folded, column] : others }, active);
  }

  /** Something is asked of these stories: their cards say so until there is an answer. */
  asks(keys: readonly string[]): void {
    this.#draw({ asked: new Set([...this.state.asked, ...keys]) });
  }

  answered(keys: readonly string[]): void {
    this.#draw({ asked: new Set([...this.state.asked].filter((one) => !keys.includes(one))) });
  }

  select(selected: ReadonlySet<string>): void {
    this.#draw({ selected });
  }

  /** Draws only when something else is held, or elsewhere: a pointer moves many times over one place. */
  carry(carry: Carry | null): void {
    if (!isSameData(carry, this.state.carry)) this.#draw({ carry });
  }

  /** The card that has the focus becomes the one that Tab comes back to. */
  activate(key: string): void {
    if (key !== this.state.active) this.#change({ active: key });
  }

  /** Moves the focus to a card, also to one that is not drawn yet. */
  focusCard(key: string): void {
    this.focusWanted = key;
    this.#change({ active: key });
  }

  openMenu(menu: OpenMenu): void {
    this.#change({ menu, active: menu.key });
  }

  closeMenu(): void {
    if (this.state.menu !== null) this.#change({ menu: null });
  }

  announce(text: string): void {
    this.#change({ said: { text, turn: this.state.said.turn + 1 } });
  }

  /** Draws again, with ages as of `now`; those of the past are as they were. */
  tick(now: number): void {
    if (this.state.past === null) this.#draw({ now });
  }

  hostBecame(host: HostState): void {
    this.#draw({ host });
  }

  keepAnchor(column: ShownColumn, anchor: Anchor | null): void {
    if (anchor === null) this.anchors.delete(column);
    else this.anchors.set(column, anchor);
  }

  card(key: string): Card | undefined {
    return this.state.view.cards.get(key);
  }

  persist(): void {
    const { model, text, pill, folded, active, page } = this.state;
    this.save({
      text,
      pill,
      folded: [...folded],
      page,
      active: model === null ? this.#saved.active : active,
      anchors: Object.fromEntries(this.anchors),
    });
  }

  #show(
    change: Partial<Pick<BoardState, 'model' | 'text' | 'pill' | 'folded' | 'menu' | 'selected' | 'carry'>>,
    wanted: string | null,
  ): void {
    const { model, ...choices } = { ...this.state, ...change };
    const view = model === null ? EMPTY_VIEW : viewOf(model, choices);
    const active = activeKey(view, wanted, placeOf(this.state.view, wanted));
    this.#change({ ...change, view, active, now: this.#moment() });
  }

  #moment(): number {
    const { past } = this.state;
    const at = past?.moments[past.index]?.at;
    return at === undefined ? Date.now() : Date.parse(at);
  }

  #change(change: Partial<BoardState>): void {
    this.#draw(change);
    this.persist();
  }

  /** For what is not kept over a reload. */
  #draw(change: Partial<BoardState>): void {
    this.state = { ...this.state, ...change };
    this.onChange(this.state);
  }
}

/** Is there a card of that key? Looked up in one go, and only where something is asked. */
function memberOf({ cards }: BoardModel): (key: string) => boolean {
  let keys: ReadonlySet<string> | undefined;
  return (key) => (keys ??= new Set(cards.map((card) => card.key))).has(key);
}
