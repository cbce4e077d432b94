import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';

export interface ShownNotification {
  readonly severity: 'error' | 'warning' | 'info';
  readonly message: string;
  readonly buttons: readonly string[];
}

const items = '.notifications-toasts .notification-list-item, .notifications-center.visible .notification-list-item';

/** The notifications on screen: the toasts, or the centre while it is open. */
export class Notifications {
  constructor(private readonly page: Page) {}

  async shown(): Promise<ShownNotification[]> {
    return this.page.locator(items).evaluateAll((elements) =>
      elements.map((element) => {
        const icon = element.querySelector('.notification-list-item-icon');
        const severity = (['error', 'warning', 'info'] as const).find((name) =>
          icon?.classList.contains(`codicon-${name}`),
        );
        return {
          severity: severity ?? 'info',
          message: element.querySelector('.notification-list-item-message')?.textContent ?? '',
          buttons: [...element.querySelectorAll('.notification-list-item-buttons-container .monaco-button')]
            .map((button) => button.textContent)
            .filter((text) => text !== ''),
        };
      }),
    );
  }

  /** Waits for one whose message holds this text. */
  async waitFor(text: string | RegExp): Promise<ShownNotification> {
    return waitFor(`a notification ${text}`, async () => (await this.shown()).find((one) => holds(one.message, text)), {
      seen: () => this.shown(),
    });
  }

  async clickButton(text: string | RegExp, button: string): Promise<void> {
    await this.waitFor(text);
    const item = await this.#find(text);
    await item.locator(`.monaco-button:text-is("${button}")`).click();
  }

  /** Shows those that have already slid away. */
  async openCentre(): Promise<void> {
    await this.page.locator('.statusbar-item[id="status.notifications"]').click();
    await this.page.locator('.notifications-center.visible').waitFor();
    // Away from the bell, whose tooltip would cover what is pressed next.
    await this.page.mouse.move(0, 0);
  }

  async #find(text: string | RegExp): Promise<Locator> {
    const index = (await this.shown()).findIndex((one) => holds(one.message, text));
    return this.page.locator(items).nth(index);
  }
}

function holds(message: string, text: string | RegExp): boolean {
  return typeof text === 'string' ? message.includes(text) : text.test(message);
}
