import type { NoticeAction } from '../../src/core/board/boardNames';
import type { ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import type { StageName } from '../../src/core/story/stage';
import type { Reply } from '../../src/protocol/messageHandler';
import type { BoardStore, Point } from './boardStore';
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

  constructor(
    private readonly store: BoardStore,
    private readonly host: HostLink,
  ) {}

  newStory(): void {
    this.host.notify('newStory', {});
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

  async #announce(keys: readonly string[], asked: Promise<Reply<string | null>>): Promise<void> {
    this.store.asks(keys);
    const reply = await asked;
    this.store.answered(keys);
    if (reply.kind === 'failed') this.store.announce(t('That did not work. The log of Switchyard says why.'));
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
