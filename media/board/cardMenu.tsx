import type { BoardStore, OpenMenu } from './boardStore';
import { named } from './carry';
import type { Intents } from './intents';
import { Menu, type Leaving } from './menu';
import { menuEntries, type Choice } from './menuEntries';
import { t } from './strings';

interface CardMenuProps {
  readonly menu: OpenMenu;
  readonly store: BoardStore;
  readonly intents: Intents;
}

/** The menu of one card: everything it offers, or where it can move to. */
export function CardMenu({ menu, store, intents }: CardMenuProps) {
  const card = store.card(menu.key);
  if (card === undefined) return null;
  const cards = intents.together(card);
  const leave = (how: Leaving): void => {
    store.closeMenu();
    if (how === 'dismissed') store.focusCard(menu.key);
  };
  const choose = (choice: Choice): void => {
    if (choice.kind === 'chooseStage') {
      intents.openMenu(card, 'moves', menu.at);
      return;
    }
    leave('dismissed');
    if (choice.kind === 'open') intents.open(card.key);
    else if (choice.kind === 'move') intents.move(cards, choice.to);
    else intents.act(cards, choice.action, menu.at);
  };
  const name = named(
    cards.map(({ key }) => key),
    card,
  );
  const label = menu.kind === 'moves' ? t('Move {0} to', name) : t('Actions for {0}', name);
  return <Menu label={label} entries={menuEntries(cards, menu.kind)} at={menu.at} onChoose={choose} onLeave={leave} />;
}
