import type { BoardState, BoardStore } from './boardStore';
import { cardsOf } from './carry';
import type { Intents } from './intents';
import { belowPointer } from './places';
import { offeredTogether } from './selection';
import { t } from './strings';

interface SelectionBarProps {
  readonly state: BoardState;
  readonly store: BoardStore;
  readonly intents: Intents;
}

/** What can be done to all that is selected; there while more than nothing is. */
export function SelectionBar({ state, store, intents }: SelectionBarProps) {
  const cards = cardsOf([...state.selected], store);
  const [first] = cards;
  if (first === undefined) return null;
  const { actions, moves } = offeredTogether(cards);
  return (
    <div class="selection" role="toolbar" aria-label={t('What is selected')}>
      <span>
        {cards.length === 1 ? t('#{0} is selected', first.number) : t('{0} stories are selected', cards.length)}
      </span>
      {actions.length > 0 && (
        <button
          class="link"
          aria-haspopup="menu"
          onClick={(event) => intents.openMenu(first, 'actions', belowPointer(event))}
        >
          {t('Actions')}
        </button>
      )}
      {moves.length > 0 && (
        <button
          class="link"
          aria-haspopup="menu"
          onClick={(event) => intents.openMenu(first, 'moves', belowPointer(event))}
        >
          {t('Move to Stage…')}
        </button>
      )}
      <button class="link" onClick={() => store.select(new Set())}>
        {t('Clear Selection')}
      </button>
    </div>
  );
}
