import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';

/** How long (ms) a tooltip may take to come up before the pointer comes again. */
export const HOVER_MS = 5000;

export interface StatusItem {
  readonly text: string;
  /** What a screen reader says. */
  readonly spoken: string;
}

export class StatusBar {
  constructor(private readonly page: Page) {}

  async items(): Promise<StatusItem[]> {
    return this.page.locator('.statusbar-item').evaluateAll((items) =>
      items.map((item) => ({
        text: item.textContent.trim(),
        spoken: item.getAttribute('aria-label') ?? item.querySelector('[aria-label]')?.getAttribute('aria-label') ?? '',
      })),
    );
  }

  /** Waits for an item whose text or spoken label holds this. */
  async waitFor(text: string | RegExp): Promise<StatusItem> {
    return waitFor(
      `a status bar item ${text}`,
      async () => (await this.items()).find((item) => holds(item.text, text) || holds(item.spoken, text)),
      { seen: () => this.items() },
    );
  }

  async click(text: string): Promise<void> {
    await this.#item(text).click();
  }

  /** The text of the tooltip that comes up over an item. One that is drawn anew meanwhile loses its tooltip: the pointer comes to it again. */
  async tooltip(text: string): Promise<string> {
    const hover = this.page.locator('.monaco-hover:visible').last();
    return waitFor(`the tooltip of the status bar item ${text}`, async () => {
      await this.page.mouse.move(0, 0);
      await this.#item(text).hover();
      const isUp = hover.waitFor({ timeout: HOVER_MS }).then(
        () => true,
        () => false,
      );
      const shown = (await isUp) ? (await hover.innerText()).replaceAll('\u00a0', ' ') : undefined;
      // A pointer that stays there brings it up again while something else has the focus.
      await this.page.mouse.move(0, 0);
      return shown;
    });
  }

  #item(text: string): Locator {
    return this.page.locator(`.statusbar-item:has-text("${text}") a`).first();
  }
}

function holds(shown: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? shown.includes(text) : text.test(shown);
}
