import type { Frame, Page } from 'playwright-core';

/** Attributes that a person reads or hears. */
const SPOKEN = ['aria-label', 'title', 'placeholder', 'aria-description', 'aria-roledescription'];

/** Every text within what a selector finds that can be seen or is read aloud, each once. */
export async function shownTexts(page: Page | Frame, selector: string): Promise<string[]> {
  return page.locator(selector).evaluateAll((roots, attributes) => {
    const found = new Set<string>();
    for (const root of roots) visit(root);
    return [...found];

    function visit(element: Element): void {
      if (!element.checkVisibility()) return;
      for (const name of attributes) add(element.getAttribute(name));
      for (const node of element.childNodes) {
        if (node instanceof Element) visit(node);
        else if (node.nodeType === Node.TEXT_NODE) add(node.textContent);
      }
    }

    function add(text: string | null): void {
      const plain = text?.replaceAll('\u00a0', ' ').trim() ?? '';
      if (plain !== '') found.add(plain);
    }
  }, SPOKEN);
}
