import type { BoardPage } from './boardPage';

/**
 * What a person cannot reach or read in the page as it is now: controls that stay hidden when they have the focus, and
 * texts that are cut off with no other way to read them. Moves the focus.
 */
export async function outOfReach({ page }: BoardPage): Promise<string[]> {
  return page.evaluate(() => {
    const found: string[] = [];
    const nameOf = (element: Element): string =>
      `${element.tagName.toLowerCase()}.${element.className}: ${(element.getAttribute('aria-label') ?? element.textContent).slice(0, 60)}`;
    /** The part of an element that is in the window and cut off by nothing around it. */
    const visiblePart = (element: Element) => {
      let { left, right, top, bottom } = element.getBoundingClientRect();
      [left, right, top, bottom] = [Math.max(0, left), Math.min(innerWidth, right), Math.max(0, top), Math.min(innerHeight, bottom)];
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        const { overflow, position } = getComputedStyle(around);
        const box = around.getBoundingClientRect();
        if (overflow !== 'visible') [left, right, top, bottom] = [Math.max(box.left, left), Math.min(box.right, right), Math.max(box.top, top), Math.min(box.bottom, bottom)];
        if (position === 'fixed') break;
      }
      return { width: right - left, height: bottom - top, x: (left + right) / 2, y: (top + bottom) / 2 };
    };
    const isSeen = (element: Element): boolean => {
      const { width, height } = element.getBoundingClientRect();
      const part = visiblePart(element);
      if (part.width < Math.min(width, 120) - 1 || part.height < Math.min(height, 80) - 1) return false;
      const there = document.elementFromPoint(part.x, part.y);
      return there !== null && (element.contains(there) || there.contains(element));
    };
    /** Ends beyond the side of something around it that does not scroll. */
    const isCutByOthers = (element: Element): boolean => {
      const { right } = element.getBoundingClientRect();
      for (let around = element.parentElement; around !== null; around = around.parentElement) {
        const { overflowX } = getComputedStyle(around);
        if (overflowX === 'auto') return false;
        if (overflowX === 'hidden' && right > around.getBoundingClientRect().right + 1) return true;
      }
      return false;
    };
    const menu = document.querySelector('.menu');
    for (const control of (menu ?? document).querySelectorAll<HTMLElement>('button, a[href], input, summary, .card, [tabindex="0"]')) {
      // What is for the mouse alone is hidden from the rest.
      if (control.closest('.spoken, [aria-hidden="true"]') !== null) continue;
      control.focus();
      control.scrollIntoView({ block: 'nearest', inline: 'nearest' });
      if (!isSeen(control)) found.push(`out of reach: ${nameOf(control)}`);
    }
    for (const element of document.querySelectorAll<HTMLElement>('#root *')) {
      const style = getComputedStyle(element);
      const isText = [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim() !== '');
      if (!isText || element.closest('.spoken, [class~="word"]') !== null || style.display === 'inline') continue;
      const isCut = (style.overflowX === 'hidden' && element.scrollWidth > element.clientWidth + 1) || (style.overflowY === 'hidden' && element.scrollHeight > element.clientHeight + 1) || isCutByOthers(element);
      if (isCut && element.closest('[title]') === null && element.closest('[aria-description]') === null) found.push(`cut off: ${nameOf(element)}`);
    }
    if (document.documentElement.scrollWidth > innerWidth) found.push('the page is wider than the window');
    return found;
  }); // prettier-ignore
}
