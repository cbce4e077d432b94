import type { Locator, Page } from 'playwright-core';

/** VS Code's own modal box, drawn inside the page. */
export class Dialog {
  readonly #box: Locator;

  constructor(page: Page) {
    this.#box = page.locator('.monaco-dialog-box');
  }

  /** Waits for the box and reads its message and detail. */
  async text(): Promise<string> {
    await this.#box.waitFor();
    return this.#box.locator('.dialog-message-container').innerText();
  }

  async buttons(): Promise<string[]> {
    await this.#box.waitFor();
    return this.#box.locator('.dialog-buttons .monaco-button').allInnerTexts();
  }

  async click(button: string): Promise<void> {
    await this.#box.locator(`.dialog-buttons .monaco-button:text-is("${button}")`).click();
    await this.#box.waitFor({ state: 'detached' });
  }
}
