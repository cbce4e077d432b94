import { useEffect, useLayoutEffect, useRef } from 'preact/hooks';
import type { Point } from './boardStore';
import { Icon } from './icons';
import { typeAhead, type Choice, type MenuEntry } from './menuEntries';

/** Why a menu closes: `left` when the person went elsewhere, so that the focus is not pulled back. */
export type Leaving = 'dismissed' | 'left';

interface MenuProps {
  readonly label: string;
  readonly entries: readonly MenuEntry[];
  readonly at: Point;
  readonly onChoose: (choice: Choice) => void;
  readonly onLeave: (how: Leaving) => void;
}

/** A menu as the ARIA practices describe it: arrows, Home, End, first letters, Enter, Escape. */
export function Menu({ label, entries, at, onChoose, onLeave }: MenuProps) {
  const element = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => keepInside(element.current, at), [at.x, at.y, label]);
  useLayoutEffect(() => itemsOf(element.current)[0]?.focus({ preventScroll: true }), [label]);
  useLeave(element, onLeave);
  return (
    <div
      ref={element}
      class="menu"
      role="menu"
      aria-label={label}
      onKeyDown={(event) => onMenuKey(event, element.current, onLeave)}
      onContextMenu={(event) => event.preventDefault()}
    >
      {entries.map(({ label: text, icon, hint, choice, group }, index) => (
        <>
          {index > 0 && entries[index - 1]?.group !== group && <div class="separator" role="separator" />}
          <button
            key={text}
            role="menuitem"
            tabIndex={-1}
            aria-label={text}
            aria-description={hint === '' ? undefined : hint}
            aria-haspopup={choice.kind === 'chooseStage' ? 'menu' : undefined}
            onMouseEnter={(event) => event.currentTarget.focus({ preventScroll: true })}
            onClick={() => onChoose(choice)}
          >
            {icon === null ? <span class="icon" /> : <Icon icon={icon} />}
            <span class="label">{text}</span>
            {hint !== '' && <span class="hint">{hint}</span>}
          </button>
        </>
      ))}
    </div>
  );
}

function itemsOf(menu: HTMLElement | null): HTMLElement[] {
  return [...(menu?.querySelectorAll<HTMLElement>('[role="menuitem"]') ?? [])];
}

/** Also in a window that becomes smaller, or a page that is zoomed. */
function keepInside(menu: HTMLElement | null, at: Point): () => void {
  const again = (): void => place(menu, at);
  again();
  window.addEventListener('resize', again);
  return () => window.removeEventListener('resize', again);
}

/** Keeps the whole menu inside the page. Set through the style object: the page's policy forbids style attributes. */
function place(menu: HTMLElement | null, at: Point): void {
  if (menu === null) return;
  const box = menu.getBoundingClientRect();
  const inside = (wanted: number, size: number, room: number) => Math.max(4, Math.min(wanted, room - size - 4));
  menu.style.left = `${inside(at.x, box.width, window.innerWidth)}px`;
  menu.style.top = `${inside(at.y, box.height, window.innerHeight)}px`;
}

function onMenuKey(event: KeyboardEvent, menu: HTMLElement | null, onLeave: (how: Leaving) => void): void {
  const items = itemsOf(menu);
  const now = items.findIndex((item) => item === document.activeElement);
  const next = nextItem(event.key, items, now);
  event.stopPropagation();
  if (event.key === 'Escape' || event.key === 'Tab') {
    event.preventDefault();
    onLeave('dismissed');
  } else if (next !== null) {
    event.preventDefault();
    items[next]?.focus({ preventScroll: true });
  }
}

function nextItem(key: string, items: readonly HTMLElement[], now: number): number | null {
  const count = items.length;
  switch (key) {
    case 'ArrowDown':
      return (now + 1) % count;
    case 'ArrowUp':
      return (now - 1 + count) % count;
    case 'Home':
      return 0;
    case 'End':
      return count - 1;
    default:
      if (key.length !== 1 || key === ' ') return null;
      return typeAhead(
        items.map((item) => item.textContent),
        now,
        key,
      );
  }
}

/** A press outside, or the focus going elsewhere, closes the menu. */
function useLeave(element: { current: HTMLElement | null }, onLeave: (how: Leaving) => void): void {
  useEffect(() => {
    const away = (event: Event): void => {
      if (event.target instanceof Node && !element.current?.contains(event.target)) onLeave('left');
    };
    const blur = (): void => onLeave('left');
    document.addEventListener('pointerdown', away, true);
    window.addEventListener('blur', blur);
    return () => {
      document.removeEventListener('pointerdown', away, true);
      window.removeEventListener('blur', blur);
    };
  });
}
