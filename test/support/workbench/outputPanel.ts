import type { Page } from 'playwright-core';
import { waitFor } from '../waitFor';

/** The Output panel. VS Code draws only the lines that fit. */
export class OutputPanel {
  constructor(private readonly page: Page) {}

  /** The name of the channel on screen; empty while the panel is closed. */
  async channel(): Promise<string> {
    const choice = this.page.locator('.part.panel .title-actions select').first();
    return (await choice.count()) === 0 ? '' : choice.inputValue();
  }

  /** VS Code can draw the text of a channel a moment before it says whose it is. */
  async waitForChannel(name: string): Promise<void> {
    await waitFor(`the channel ${name}`, async () => (await this.channel()) === name, { seen: () => this.channel() });
  }

  /** The lines on screen. */
  async lines(): Promise<string[]> {
    const lines = await this.page.locator('.part.panel .view-line').evaluateAll((all) =>
      all
        .map((line) => ({ text: line.textContent, top: line.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text),
    );
    return lines.map((line) => line.replaceAll('\u00a0', ' ').trimEnd());
  }

  /** Scrolls to where the output begins, and stays there whatever comes. */
  async toTop(): Promise<void> {
    await this.page.locator('.part.panel .monaco-editor').first().click();
    await this.page.keyboard.press('Control+Home');
  }

  /** Waits until a line on screen holds this. */
  async waitForLine(text: string | RegExp): Promise<string> {
    const holds = (line: string): boolean => (typeof text === 'string' ? line.includes(text) : text.test(line));
    return waitFor(`a line of output ${text}`, async () => (await this.lines()).find(holds), {
      seen: async () => ({ channel: await this.channel(), lines: await this.lines() }),
    });
  }
}
