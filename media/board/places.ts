import type { Point } from './boardStore';

/** The story that an element of the page belongs to. */
export function keyAt(target: EventTarget | null): string | null {
  return target instanceof Element ? (target.closest<HTMLElement>('[data-key]')?.dataset['key'] ?? null) : null;
}

/** The card's element, if it is drawn now. */
export function cardElement(key: string): HTMLElement | null {
  return document.querySelector<HTMLElement>(`[data-key="${CSS.escape(key)}"]`);
}

/** Where a menu of this card opens by keyboard: under its number. */
export function underHead(key: string): Point {
  const box = cardElement(key)?.getBoundingClientRect();
  return box === undefined ? { x: 0, y: 0 } : { x: box.left + 12, y: box.top + 28 };
}

/** Below the element that was clicked, or at the pointer itself where there is none. */
export function belowPointer(event: MouseEvent): Point {
  if (!(event.currentTarget instanceof Element)) return { x: event.clientX, y: event.clientY };
  const box = event.currentTarget.getBoundingClientRect();
  return { x: box.left, y: box.bottom + 2 };
}
