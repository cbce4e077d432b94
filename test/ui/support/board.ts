import type { Frame, Locator } from 'playwright-core';
import { waitFor } from '../../support/waitFor';
import type { Workbench } from '../../support/workbench/workbench';

export interface ShownCard {
  readonly number: number;
  readonly title: string;
  readonly column: string;
  /** What a screen reader says; the tree's rows say the same. */
  readonly spoken: string;
  /** Names of the codicons on the card. */
  readonly icons: readonly string[];
}

/** The board in its webview. VS Code makes a new page whenever it is shown again. */
export class Board {
  private constructor(readonly frame: Frame) {}

  /** The board that is open, or opens soon, with its stories drawn. */
  static async find(workbench: Workbench): Promise<Board> {
    const frame = await workbench.webviewFrame('Switchyard Board');
    await frame.locator('.column').first().waitFor();
    return new Board(frame);
  }

  async cards(): Promise<ShownCard[]> {
    return this.frame.locator('.card').evaluateAll((cards) =>
      cards.map((card) => ({
        number: Number(card.querySelector('.number')?.textContent.slice(1)),
        title: card.querySelector('.open')?.textContent ?? '',
        column: card.closest('[data-column]')?.getAttribute('data-column') ?? '',
        spoken: card.getAttribute('aria-label') ?? '',
        icons: [...card.querySelectorAll('.codicon')].flatMap((icon) =>
          [...icon.classList]
            .filter((name) => name.startsWith('codicon-'))
            .map((name) => name.slice('codicon-'.length)),
        ),
      })),
    );
  }

  card(number: number): Locator {
    return this.frame.locator(`.card[aria-label^="#${number} "]`);
  }

  async waitForColumn(number: number, column: string): Promise<void> {
    await waitFor(
      `#${number} in the column ${column}`,
      async () => (await this.cards()).some((card) => card.number === number && card.column === column),
      { seen: () => this.cards() },
    );
  }

  /** Folds a column to a strip, or opens it. */
  async fold(column: string): Promise<void> {
    await this.frame.locator(`[data-column="${column}"] h2 button`).click();
  }

  /** Gives a card the focus, as Tab and arrows do. */
  async focus(number: number): Promise<void> {
    await this.card(number).focus();
  }

  /** The entries of the menu that is open. */
  async menu(): Promise<string[]> {
    const entries = this.frame.locator('.menu .label');
    await entries.first().waitFor();
    return entries.allTextContents();
  }

  /** Posts to the board as its host does, or as anything else may that got into the page. */
  async receive(message: unknown): Promise<void> {
    await this.frame.evaluate(async (data) => {
      const heard = new Promise((resolve) => window.addEventListener('message', resolve, { once: true }));
      window.postMessage(data);
      await heard;
    }, message);
  }

  /** Posts to the host in the board's name, through the frame in which VS Code keeps it. */
  async send(message: unknown): Promise<void> {
    await this.frame.parentFrame()!.evaluate((data) => {
      type Post = (command: 'onmessage', data: { message: unknown }) => void;
      const { __vscode_post_message__: post } = window as unknown as { __vscode_post_message__: Post };
      post('onmessage', { message: data });
    }, message);
  }
}
