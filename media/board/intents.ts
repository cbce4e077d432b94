import type { NoticeAction } from '../../src/core/board/boardNames';
import type { ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import type { StageName } from '../../src/core/story/stage';
import type { Reply } from '../../src/protocol/messageHandler';
import type { BoardStore, Point } from './boardStore';
import type { HostLink } from './hostLink';
import type { MenuKind } from './menuEntries';
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

  act(card: Card, action: ActionId, at: Point): void {
    if (action === 'moveToStage') {
      this.openMenu(card, 'moves', at);
      return;
    }
    this.follow = card.key;
    this.store.announce(t('{0} requested for #{1}.', actionWord(action), card.number));
    void this.#announce(card.key, this.host.request('action', { key: card.key, action }));
  }

  move(card: Card, to: StageName): void {
    this.follow = card.key;
    this.store.announce(t('Moving #{0} to {1}.', card.number, t(to)));
    void this.#announce(card.key, this.host.request('move', { key: card.key, to }));
  }

  async #announce(key: string, asked: Promise<Reply<string | null>>): Promise<void> {
    this.store.asks(key);
    const reply = await asked;
    this.store.answered(key);
    if (reply.kind === 'failed') this.store.announce(t('That did not work. The log of Switchyard says why.'));
    else if (reply.kind === 'answered' && reply.value !== null) this.store.announce(reply.value);
  }

  /** Freeze or Unfreeze, whichever the story allows. */
  toggleFrozen(card: Card, at: Point): void {
    const action = (['unfreeze', 'freeze'] as const).find((id) => card.actions.includes(id));
    if (action !== undefined) this.act(card, action, at);
    else this.store.announce(t('#{0} cannot be frozen now.', card.number));
  }

  openMenu(card: Card, kind: MenuKind, at: Point): void {
    if (kind === 'moves' && card.moves.length === 0) {
      this.store.announce(t('#{0} cannot be moved now.', card.number));
      return;
    }
    this.store.openMenu({ key: card.key, kind, at });
  }
}
