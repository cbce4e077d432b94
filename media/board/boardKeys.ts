import type { BoardStore } from './boardStore';
import { carryKey, pickUp } from './carry';
import { FILTER_ID } from './header';
import type { Intents } from './intents';
import { isStep, stepFrom } from './navigation';
import { keyAt, underHead } from './places';
import { columnAround, toggled } from './selection';
import { t } from './strings';

/** Every key of the board but those of an open menu, which keeps its own. Works without a focus, too. */
export function boardKey(event: KeyboardEvent, store: BoardStore, intents: Intents): void {
  const { carry } = store.state;
  // The overview has no cards; and a list is one of its own: letters choose in it.
  if (store.state.page === 'overview' || event.target instanceof HTMLSelectElement) return;
  if (carry?.by === 'keys' && !isFilter(event.target)) {
    if (carryKey(event.key, carry, store, (held) => intents.put(held))) event.preventDefault();
    return;
  }
  if ((event.ctrlKey || event.metaKey) && event.key === 'a' && selectColumn(event, store)) event.preventDefault();
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
    const next = stepFrom(store.state.view, key, event.key);
    if (event.shiftKey) store.select(new Set([...store.state.selected, key, next]));
    store.focusCard(next);
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
    case ' ':
      if (onCardItself) pickUp(key, store);
      return onCardItself;
    case 'x':
      select(key, store);
      return true;
    case 'Escape':
      if (!onCardItself) store.focusCard(key);
      else store.select(new Set());
      return true;
    case 'ContextMenu':
    case 'F10':
      if (event.key === 'F10' && !event.shiftKey) return false;
      intents.openMenu(card, 'actions', underHead(key));
      return true;
    default:
      return false;
  }
}

function select(key: string, store: BoardStore): void {
  store.rangeFrom = key;
  store.select(toggled(store.state.selected, key));
  const { size } = store.state.selected;
  store.announce(size === 1 ? t('One story is selected.') : t('{0} stories are selected', size));
}

/** All of the column in which the focus is. */
function selectColumn(event: KeyboardEvent, store: BoardStore): boolean {
  const key = isFilter(event.target) ? null : keyAt(event.target);
  if (key === null) return false;
  store.select(new Set(columnAround(store.state.view, key)));
  store.announce(t('{0} stories are selected', store.state.selected.size));
  return true;
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
