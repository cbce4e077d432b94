import { arrangeCards } from '../../src/core/board/arrangeCards';
import type { NoticeAction } from '../../src/core/board/boardNames';
import type { ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import { toggleFilter } from '../../src/core/board/keptFilters';
import type { StageName } from '../../src/core/story/stage';
import type { Reply } from '../../src/protocol/messageHandler';
import type { BoardStore, Point, ShownPast, Span } from './boardStore';
import { cardsOf, heldWith, named } from './carry';
import type { Carry } from './drop';
import type { HostLink } from './hostLink';
import type { MenuKind } from './menuEntries';
import { offeredTogether } from './selection';
import { t } from './strings';
import { actionWord } from './words';

/** What a person asks for by key, click or menu. The host decides; the board only asks. */
export class Intents {
  /** The story that was sent to another column from here; the view follows it there. */
  follow: string | null = null;
  #moments: ShownPast['moments'] = [];
  /** The moment that is asked for and not shown yet. */
  #wanted: number | null = null;

  constructor(
    private readonly store: BoardStore,
    private readonly host: HostLink,
  ) {}

  newStory(): void {
    this.host.notify('newStory', {});
  }

  /** Keeps the filter that is shown, or forgets it; the host remembers it beyond this page. */
  toggleFilter(): void {
    const { text, pill, filters } = this.store.state;
    const kept = toggleFilter(filters, { text, pill });
    if (kept === filters) return;
    this.host.notify('keepFilters', { filters: [...kept] });
    this.store.showFilters(kept);
    this.store.announce(kept.length > filters.length ? t('The filter is kept.') : t('The filter is forgotten.'));
  }

  /** Shows the board of another repository. What was selected, filtered or looked back at is of this one. */
  showRepository(repository: string): void {
    this.#wanted = null;
    this.store.turnTo('board');
    this.host.notify('showRepository', { repository });
  }

  showOverview(): void {
    this.store.turnTo('overview');
    this.store.announce(t('Overview of repositories'));
  }

  openFirst(repository: string): void {
    this.host.notify('openFirst', { repository });
  }

  open(key: string): void {
    this.host.notify('open', { key });
  }

  notice(action: NoticeAction): void {
    this.host.notify('notice', { action });
  }

  act(cards: readonly Card[], action: ActionId, at: Point): void {
    const [first] = cards;
    if (first === undefined) return;
    if (action === 'moveToStage') {
      this.openMenu(first, 'moves', at);
      return;
    }
    const keys = this.#follow(cards);
    this.store.announce(t('{0} requested for {1}.', actionWord(action), named(keys, first)));
    void this.#announce(keys, this.host.request('action', { keys, action }));
  }

  move(cards: readonly Card[], to: StageName): void {
    const [first] = cards;
    if (first === undefined) return;
    const keys = this.#follow(cards);
    this.store.announce(t('Moving {0} to {1}.', named(keys, first), t(to)));
    void this.#announce(keys, this.host.request('move', { keys, to }));
  }

  /** Lets go of what is held, where it is held. */
  put({ drop, keys }: Carry): void {
    this.store.carry(null);
    const cards = cardsOf(keys, this.store);
    switch (drop.kind) {
      case 'move':
        for (const to of new Set(drop.moves.map((move) => move.to))) {
          const going = drop.moves.filter((move) => move.to === to);
          this.move(cards.filter(({ key }) => going.some((move) => move.key === key)), to); // prettier-ignore
        }
        return;
      case 'prioritise':
        this.#follow(cards);
        this.store.announce(t('Priority P{0}', drop.priority));
        void this.#announce(keys, this.host.request('prioritise', { keys: [...keys], priority: drop.priority }));
        return;
      case 'stays':
      case 'illegal':
        this.store.announce(drop.why);
        return;
    }
  }

  /** What the card is selected with, else the card alone. */
  together(card: Card): readonly Card[] {
    return cardsOf(heldWith(card.key, this.store.state.selected), this.store);
  }

  #follow(cards: readonly Card[]): string[] {
    this.follow = cards[0]?.key ?? null;
    return cards.map(({ key }) => key);
  }

  /** Shows the figures of this time. */
  readFlow(span: Span): void {
    const before = this.store.state.flow;
    this.store.showFlow({ span, figures: before?.figures ?? null });
    void this.host.request('statistics', { days: span }).then((reply) => {
      // Another time may have been asked for, or the board, since then.
      if (this.store.state.flow?.span !== span) return;
      if (reply.kind === 'answered') this.store.showFlow({ span, figures: reply.value });
      else this.#failed();
    });
  }

  /** Goes back to the latest change. */
  async openPast(): Promise<void> {
    const reply = await this.host.request('moments', {});
    if (reply.kind !== 'answered') {
      this.#failed();
      return;
    }
    this.#moments = reply.value;
    this.showPast(reply.value.length - 1);
  }

  leavePast(): void {
    this.#wanted = null;
    this.store.showPast(null, null);
    this.store.announce(t('The board is as it is now.'));
  }

  /** The board after this change. While one is on its way the latest wish waits: a slider has many. */
  showPast(index: number): void {
    const isBusy = this.#wanted !== null;
    this.#wanted = index;
    this.store.showPast({ moments: this.#moments, index }, null);
    if (!isBusy) void this.#bringPast(index);
  }

  async #bringPast(index: number): Promise<void> {
    const time = this.#moments[index]?.at;
    if (time !== undefined) {
      const reply = await this.host.request('boardAt', { time });
      const { past } = this.store.state;
      if (past === null) return;
      if (reply.kind === 'answered') {
        this.store.showPast(past, arrangeCards(reply.value.head, reply.value.cards));
      } else this.#failed();
    }
    const wanted = this.#wanted;
    this.#wanted = null;
    if (wanted !== null && wanted !== index) this.showPast(wanted);
  }

  #failed(): void {
    this.store.announce(t('That did not work. The log of Switchyard says why.'));
  }

  async #announce(keys: readonly string[], asked: Promise<Reply<string | null>>): Promise<void> {
    this.store.asks(keys);
    const reply = await asked;
    this.store.answered(keys);
    if (reply.kind === 'failed') this.#failed();
    else if (reply.kind === 'answered' && reply.value !== null) this.store.announce(reply.value);
  }

  /** Freeze or Unfreeze, whichever the story allows. */
  toggleFrozen(card: Card, at: Point): void {
    const action = (['unfreeze', 'freeze'] as const).find((id) => card.actions.includes(id));
    if (action !== undefined) this.act([card], action, at);
    else this.store.announce(t('#{0} cannot be frozen now.', card.number));
  }

  openMenu(card: Card, kind: MenuKind, at: Point): void {
    if (kind === 'moves' && offeredTogether(this.together(card)).moves.length === 0) {
      this.store.announce(t('#{0} cannot be moved now.', card.number));
      return;
    }
    this.store.openMenu({ key: card.key, kind, at });
  }
}
