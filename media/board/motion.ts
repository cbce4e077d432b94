const DURATION_MS = 160;
const EASING = 'cubic-bezier(0.2, 0, 0, 1)';

/** More cards than this are not followed by the eye; they just stand at their new place. */
const MOST = 40;

export type Positions = ReadonlyMap<string, DOMRect>;

/** VS Code says it by a class, the system by the media query. */
function isMotionReduced(): boolean {
  return (
    document.body.classList.contains('vscode-reduce-motion') ||
    window.matchMedia('(prefers-reduced-motion: reduce)').matches
  );
}

/** Where the drawn cards are on the screen; nothing while motion is reduced. */
export function cardPositions(): Positions {
  if (isMotionReduced()) return new Map();
  const cards = [...document.querySelectorAll<HTMLElement>('.card[data-key]')];
  return new Map(cards.map((card) => [card.dataset['key'] ?? '', card.getBoundingClientRect()]));
}

/** Lets the cards that stand elsewhere now travel there from where they were. */
export function playMoves(before: Positions): void {
  const moved = [...cardPositions()].flatMap(([key, now]) => {
    const then = before.get(key);
    const travels = then !== undefined && (Math.abs(then.x - now.x) > 1 || Math.abs(then.y - now.y) > 1);
    return travels && (isOnScreen(then) || isOnScreen(now)) ? [{ key, then, now }] : [];
  });
  if (moved.length > MOST) return;
  for (const { key, then, now } of moved) {
    const card = document.querySelector<HTMLElement>(`.card[data-key="${CSS.escape(key)}"]`);
    if (card === null) continue;
    if (Math.abs(then.x - now.x) > 1) crossColumns(card, then, now);
    else void card.animate([{ transform: `translateY(${then.y - now.y}px)` }, { transform: 'none' }], timing());
  }
}

function timing(): KeyframeAnimationOptions {
  return { duration: DURATION_MS, easing: EASING };
}

function isOnScreen({ top, bottom }: DOMRect): boolean {
  return bottom > 0 && top < window.innerHeight;
}

/** A column clips what it holds, so a picture of the card travels above all columns in its stead. */
function crossColumns(card: HTMLElement, then: DOMRect, now: DOMRect): void {
  const picture = card.cloneNode(true) as HTMLElement;
  for (const name of ['data-key', 'tabindex', 'role', 'aria-label']) picture.removeAttribute(name);
  picture.classList.add('travelling');
  picture.inert = true;
  picture.ariaHidden = 'true';
  Object.assign(picture.style, { left: `${now.x}px`, top: `${now.y}px`, width: `${now.width}px` });
  document.body.append(picture);
  void card.animate([{ opacity: 0 }, { opacity: 0 }], timing());
  const start = `translate(${then.x - now.x}px, ${then.y - now.y}px)`;
  picture.animate([{ transform: start }, { transform: 'none' }], timing()).onfinish = () => picture.remove();
}
