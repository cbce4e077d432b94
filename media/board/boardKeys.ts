import type { BoardStore } from './boardStore';
import { FILTER_ID } from './header';
import type { Intents } from './intents';
import { isStep, stepFrom } from './navigation';
import { keyAt, underHead } from './places';

/** Every key of the board but those of an open menu, which keeps its own. Works without a focus, too. */
export function boardKey(event: KeyboardEvent, store: BoardStore, intents: Intents): void {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  const handled = isFilter(event.target)
    ? filterKey(event, store)
    : globalKey(event, intents) || enterKey(event, store) || cardKey(event, store, intents);
  if (handled) event.preventDefault();
}

function isFilter(target: EventTarget | null): boolean {
  return target instanceof HTMLInputElement;
}

/** Escape empties the filter, then leaves it; down goes to the cards. */
function filterKey(event: KeyboardEvent, store: BoardStore): boolean {
  const { text, pill, active } = store.state;
  if (event.key === 'Escape' && text !== '') store.filterBy('', pill);
  else if ((event.key === 'Escape' || event.key === 'ArrowDown') && active !== null) store.focusCard(active);
  else return false;
  return true;
}

function globalKey(event: KeyboardEvent, intents: Intents): boolean {
  switch (event.key) {
    case '/':
      document.getElementById(FILTER_ID)?.focus();
      return true;
    case 'n':
      intents.newStory();
      return true;
    default:
      return false;
  }
}

/** Where nothing has the focus, an arrow goes to the card that Tab would reach. */
function enterKey(event: KeyboardEvent, store: BoardStore): boolean {
  const { active } = store.state;
  if (event.target !== document.body || !isStep(event.key) || active === null) return false;
  store.focusCard(active);
  return true;
}

function cardKey(event: KeyboardEvent, store: BoardStore, intents: Intents): boolean {
  const key = keyAt(event.target);
  const card = key === null ? undefined : store.card(key);
  if (key === null || card === undefined) return false;
  if (isStep(event.key)) {
    store.focusCard(stepFrom(store.state.view, key, event.key));
    return true;
  }
  // A focused link of the card answers Enter itself.
  const onCardItself = event.target instanceof HTMLElement && event.target.dataset['key'] === key;
  switch (event.key) {
    case 'Enter':
      if (onCardItself) intents.open(key);
      return onCardItself;
    case 'm':
      intents.openMenu(card, 'moves', underHead(key));
      return true;
    case 'f':
      intents.toggleFrozen(card, underHead(key));
      return true;
    case 'Escape':
      if (!onCardItself) store.focusCard(key);
      return !onCardItself;
    case 'ContextMenu':
    case 'F10':
      if (event.key === 'F10' && !event.shiftKey) return false;
      intents.openMenu(card, 'actions', underHead(key));
      return true;
    default:
      return false;
  }
}

/** Right click, or the system's own key for a context menu. The latter has no pointer position of its own. */
export function cardMenuRequest(event: MouseEvent, store: BoardStore, intents: Intents): void {
  const key = keyAt(event.target);
  const card = key === null ? undefined : store.card(key);
  if (key === null || card === undefined) return;
  event.preventDefault();
  const byPointer = event.button === 2 && event.detail > 0;
  intents.openMenu(card, 'actions', byPointer ? { x: event.clientX, y: event.clientY } : underHead(key));
}
