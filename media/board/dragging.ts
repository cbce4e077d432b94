import type { BoardStore } from './boardStore';
import { SHOWN_COLUMNS, type ShownColumn } from './boardView';
import { cardsOf, heldWith } from './carry';
import { dropOver, type Carry } from './drop';
import { cardElement, keyAt } from './places';

/** A press that moves less than this (CSS pixels) is a click. */
const SLACK = 6;
/** So near to an edge (CSS pixels) what lies beyond comes in, by so much for each move of the pointer. */
const EDGE = 36;
const STEP = 18;

/** Lets a person take cards with the pointer and put them elsewhere. Touch scrolls, so it does not take them. */
export function watchDragging(store: BoardStore, put: (carry: Carry) => void): void {
  let pressed: { readonly key: string; readonly x: number; readonly y: number } | null = null;
  let picture: HTMLElement | null = null;
  const end = (): void => {
    pressed = null;
    picture?.remove();
    picture = null;
  };
  const cancel = (): void => {
    if (picture !== null) store.carry(null);
    end();
  };
  document.addEventListener('pointerdown', (event) => {
    const key = keyAt(event.target);
    const isButton = event.target instanceof Element && event.target.closest('button, a') !== null;
    if (key === null || isButton || event.button !== 0 || event.pointerType === 'touch') return;
    pressed = { key, x: event.clientX, y: event.clientY };
  });
  document.addEventListener('pointermove', (event) => {
    if (pressed === null) return;
    if (picture === null) {
      if (Math.hypot(event.clientX - pressed.x, event.clientY - pressed.y) < SLACK) return;
      picture = pictureOf(pressed.key, store);
    }
    follow(event, pressed.key, picture, store);
  });
  document.addEventListener('pointerup', () => {
    const { carry } = store.state;
    const held = picture !== null;
    end();
    if (!held) return;
    ignoreNextClick();
    if (carry !== null) put(carry);
  });
  document.addEventListener('pointercancel', cancel);
  window.addEventListener('blur', cancel);
  document.addEventListener(
    'keydown',
    (event) => {
      if (picture === null || event.key !== 'Escape') return;
      event.stopPropagation();
      cancel();
    },
    true,
  );
}

/** What is under the pointer says what letting go would do. */
function follow(event: PointerEvent, key: string, picture: HTMLElement, store: BoardStore): void {
  picture.style.transform = `translate(${event.clientX + 8}px, ${event.clientY + 8}px)`;
  const under = document.elementFromPoint(event.clientX, event.clientY);
  const column = under?.closest<HTMLElement>('[data-column]') ?? null;
  bringIn(event, column);
  const over = SHOWN_COLUMNS.find((name) => name === column?.dataset['column']);
  const keys = heldWith(key, store.state.selected);
  const cards = cardsOf(keys, store);
  const [first] = cards;
  if (first === undefined) return;
  const here: ShownColumn = over ?? first.column ?? 'Archived';
  const above = column === null ? key : cardBelow(column, event.clientY);
  const drop = column === null ? ({ kind: 'stays', why: '' } as const) : dropOver(store.state.view, cards, here, above);
  store.carry({ keys, by: 'pointer', over: here, drop });
}

/** The first card of a column whose middle lies below the pointer. */
function cardBelow(column: HTMLElement, y: number): string | null {
  for (const card of column.querySelectorAll<HTMLElement>('.card[data-key]')) {
    const box = card.getBoundingClientRect();
    if (box.top + box.height / 2 > y) return card.dataset['key'] ?? null;
  }
  return null;
}

/** At an edge the list goes on. */
function bringIn({ clientX, clientY }: PointerEvent, column: HTMLElement | null): void {
  const columns = document.querySelector('.columns');
  if (columns !== null) {
    if (clientX > window.innerWidth - EDGE) columns.scrollLeft += STEP;
    else if (clientX < EDGE) columns.scrollLeft -= STEP;
  }
  const list = column?.querySelector('.cards');
  if (!list) return;
  const { top, bottom } = list.getBoundingClientRect();
  if (clientY > bottom - EDGE) list.scrollTop += STEP;
  else if (clientY < top + EDGE) list.scrollTop -= STEP;
}

/** The card as it travels under the pointer, with how many go with it. */
function pictureOf(key: string, store: BoardStore): HTMLElement {
  const card = cardElement(key);
  const picture = card === null ? document.createElement('div') : (card.cloneNode(true) as HTMLElement);
  for (const name of ['data-key', 'tabindex', 'role', 'aria-label']) picture.removeAttribute(name);
  picture.classList.add('travelling', 'held');
  picture.inert = true;
  picture.ariaHidden = 'true';
  Object.assign(picture.style, { left: '0', top: '0', width: `${card?.offsetWidth ?? 200}px` });
  const { size } = new Set(heldWith(key, store.state.selected));
  if (size > 1) picture.dataset['count'] = String(size);
  document.getSelection()?.removeAllRanges();
  document.body.append(picture);
  return picture;
}

/** The click that ends a drag means nothing. */
function ignoreNextClick(): void {
  const stop = (event: Event): void => event.stopPropagation();
  document.addEventListener('click', stop, { capture: true, once: true });
  setTimeout(() => document.removeEventListener('click', stop, true), 0);
}
