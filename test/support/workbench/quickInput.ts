import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';

export interface QuickPickRow {
  readonly label: string;
  readonly description: string;
  readonly detail: string;
  /** Whether its box is ticked, in a pick that has boxes. */
  readonly checked: boolean;
}

/** A palette is there, and takes a text, within this time; where not, the key was lost or something else closed it. */
const OPEN_MS = 5000;

/** VS Code's one box at the top of the window: palette, quick pick or input box. */
export class QuickInput {
  readonly #widget: Locator;

  constructor(private readonly page: Page) {
    this.#widget = page.locator('.quick-input-widget');
  }

  /**
   * Opens the palette with a text in it. A dialog that gives back the focus late takes the key, or closes what it opened:
   * then it is pressed again, as a person does.
   */
  async openPalette(text = ''): Promise<void> {
    await waitFor('the palette to open, and stay open', async () => {
      // A box that is still closing would swallow the key.
      await this.#widget.waitFor({ state: 'hidden' });
      await this.page.keyboard.press('F1');
      try {
        await this.#input().waitFor({ timeout: OPEN_MS });
        await this.#input().fill(`>${text}`, { timeout: OPEN_MS });
        return true;
      } catch {
        await this.close();
        return false;
      }
    });
  }

  /**
   * Opens the palette where it offers this command. It lists what could be run when it was opened: a command that can be run
   * a moment later stands there when it is opened again, as a person does.
   */
  async #openPaletteOn(command: string): Promise<void> {
    const offers = async (): Promise<boolean> => (await this.rows()).some(({ label }) => label === command);
    await waitFor(`the palette to offer "${command}"`, async () => {
      await this.openPalette(command);
      const isOffered = await waitFor('it in the list', offers, { deadlineMs: 3000 }).catch(() => false);
      if (!isOffered) await this.close();
      return isOffered;
    });
  }

  /** The heading that the extension gave the box. */
  async title(): Promise<string> {
    return this.#text('.quick-input-title');
  }

  async placeholder(): Promise<string> {
    return (await this.#input().getAttribute('placeholder')) ?? '';
  }

  /** Waits until the box holds a text that ends so. */
  async waitForText(end: string): Promise<void> {
    const text = (): Promise<string> => this.#input().inputValue();
    await waitFor(`a quick input with ${end}`, async () => (await text()).endsWith(end), { seen: text });
  }

  /** The prompt or error below the input. */
  async message(): Promise<string> {
    return this.#text('.quick-input-message');
  }

  /** Types into the box that is open, or that opens soon, in place of what it holds. */
  async fill(text: string): Promise<void> {
    await this.#input().waitFor();
    await this.#input().fill(text);
  }

  /**
   * Types a path into VS Code's own dialog about files. It comes up with a folder of its own, and once that is listed its path
   * takes the place of whatever was typed before.
   */
  async fillPath(place: string): Promise<void> {
    await this.waitForRow('..');
    await this.fill(place);
  }

  /** Takes a folder that holds none, in VS Code's own dialog in a browser: a box with a path, and a button that agrees. */
  async chooseFolder(place: string, agree: string): Promise<void> {
    await this.fillPath(`${place}/`);
    // It goes to a folder while one types, and agrees to the one it has come to.
    const labels = async (): Promise<string[]> => (await this.rows()).map(({ label }) => label);
    await waitFor(`the dialog to be at ${place}`, async () => (await labels()).join() === '..', { seen: labels });
    await this.#widget.locator('.monaco-button', { hasText: agree }).click();
  }

  /** Confirms, and does not wait: the next box may open at once. The rows of a list can come after its heading. */
  async accept(): Promise<void> {
    const list = this.#widget.locator('.quick-input-list');
    const isReady = async (): Promise<boolean> => !(await list.isVisible()) || (await this.rows()).length > 0;
    await waitFor('something to confirm', isReady, { seen: () => this.title() });
    await this.#input().press('Enter');
  }

  /** Goes back to the question before, by the button beside the heading. */
  async back(): Promise<void> {
    await this.#widget.locator('.quick-input-titlebar [aria-label^="Back"]').click();
  }

  async close(): Promise<void> {
    await this.page.keyboard.press('Escape');
    await this.#widget.waitFor({ state: 'hidden' });
  }

  /** Waits for the box to be open with a heading, placeholder or message that holds this text. */
  async waitForPrompt(text: string): Promise<void> {
    const shown = async (): Promise<string[]> => [await this.title(), await this.placeholder(), await this.message()];
    await waitFor(
      `a quick input that says "${text}"`,
      async () => (await shown()).some((part) => part.includes(text)),
      {
        seen: shown,
      },
    );
  }

  /** The rows on screen. */
  async rows(): Promise<QuickPickRow[]> {
    return this.#widget.locator('.monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => {
        // Rows are used again for other picks, and keep hidden what those had.
        const text = (selector: string): string => row.querySelector<HTMLElement>(selector)?.innerText ?? '';
        return {
          label: text('.quick-input-list-row .label-name'),
          description: text('.quick-input-list-row .label-description'),
          detail: text('.quick-input-list-label-meta'),
          checked: row.getAttribute('aria-checked') === 'true',
        };
      }),
    );
  }

  /** The labels of all rows, also of those that one has to scroll to. */
  async allLabels(): Promise<string[]> {
    const labels = new Map<number, string>();
    let total = -1;
    await waitFor(
      'every row to have been on screen',
      async () => {
        const rows = await this.#indexedLabels();
        // The box filters a while after one typed: another number of rows is another list.
        const size = rows[0]?.size ?? 0;
        if (size !== total) labels.clear();
        total = size;
        for (const { index, label } of rows) labels.set(index, label);
        if (labels.size < total) await this.#input().press('PageDown');
        return labels.size >= total;
      },
      { seen: () => ({ total, rows: [...labels] }) },
    );
    return [...labels].sort(([a], [b]) => a - b).map(([, label]) => label);
  }

  /** Picks the row with exactly this label. */
  async choose(label: string): Promise<void> {
    const row = await this.#findRow(label);
    await row.click();
  }

  /** Ticks or unticks the row's box in a pick that allows many; `accept()` then confirms. */
  async toggle(label: string): Promise<void> {
    const row = await this.#findRow(label);
    await row.locator('.monaco-checkbox').click();
  }

  /** Presses a button of the row, by what its tooltip says. */
  async press(label: string, button: string): Promise<void> {
    const row = await this.#findRow(label);
    await row.hover();
    await row.locator(`.action-label[aria-label^="${button}"]`).click();
  }

  /** Accepts the row with this label by keyboard, wherever it stands among those that fit as well. */
  async acceptRow(label: string | RegExp): Promise<void> {
    await waitFor(`the row "${label}" to be the one that Enter takes`, () => this.#step(label), {
      seen: () => this.rows(),
    });
    await this.accept();
  }

  /**
   * Runs a command from the palette by keyboard. What gets its focus late, after a dialog or a view that was shown, closes the
   * palette at any moment; where Enter did not reach the command, it is opened again, as a person does.
   */
  async runCommand(command: string): Promise<void> {
    await waitFor(`the palette to run "${command}"`, async () => {
      await this.#openPaletteOn(command);
      const isLit = await waitFor('it to be lit', () => this.#step(command), { deadlineMs: 3000 }).catch(() => false);
      if (isLit && (await this.#enterOn(command))) return true;
      if (await this.#widget.isVisible()) await this.close();
      return false;
    });
  }

  /** Whether the row is the one that Enter takes; where another is, the next one is after this. */
  async #step(label: string | RegExp): Promise<boolean> {
    const isIt = (one: string): boolean => (typeof label === 'string' ? one === label : label.test(one));
    if (!(await this.rows()).some((row) => isIt(row.label))) return false;
    const lit = this.#widget.locator('.monaco-list-row.focused .quick-input-list-row .label-name').first();
    if (isIt(await lit.innerText({ timeout: OPEN_MS }).catch(() => ''))) return true;
    await this.#input().press('ArrowDown', { timeout: OPEN_MS });
    return false;
  }

  /** Presses Enter; whether this row took it. Whatever else has the focus by then does not get the key. */
  async #enterOn(label: string): Promise<boolean> {
    const key = await this.#widget.evaluateHandle((widget, wanted) => {
      const key = { isTaken: false, listening: new AbortController() };
      const take = (event: Event): void => {
        const lit = widget.querySelector<HTMLElement>('.monaco-list-row.focused .quick-input-list-row .label-name');
        key.isTaken = widget.contains(document.activeElement) && lit?.innerText === wanted;
        if (key.isTaken) return;
        event.preventDefault();
        event.stopImmediatePropagation();
      };
      addEventListener('keydown', take, { capture: true, signal: key.listening.signal });
      return key;
    }, label);
    await this.#input().press('Enter');
    return key.evaluate(({ isTaken, listening }) => {
      listening.abort();
      return isTaken;
    });
  }

  /** Waits for a row whose label is this, or holds it. */
  async waitForRow(label: string | RegExp): Promise<void> {
    const holds = (row: QuickPickRow): boolean =>
      typeof label === 'string' ? row.label === label : label.test(row.label);
    await waitFor(`the row ${label}`, async () => (await this.rows()).some(holds), { seen: () => this.rows() });
  }

  async #findRow(label: string): Promise<Locator> {
    const rows = this.#widget.locator('.monaco-list-row');
    const index = await waitFor(
      `the row "${label}"`,
      async () => {
        const found = (await this.rows()).findIndex((row) => row.label === label);
        return found < 0 ? undefined : { found };
      },
      { seen: () => this.rows() },
    );
    return rows.nth(index.found);
  }

  async #indexedLabels(): Promise<{ index: number; size: number; label: string }[]> {
    return this.#widget.locator('.monaco-list-row').evaluateAll((rows) =>
      rows.map((row) => ({
        index: Number(row.getAttribute('data-index')),
        size: Number(row.getAttribute('aria-setsize')),
        label: row.querySelector('.quick-input-list-row .label-name')?.textContent ?? '',
      })),
    );
  }

  #input(): Locator {
    return this.#widget.locator('.quick-input-box input').first();
  }

  async #text(selector: string): Promise<string> {
    const found = this.#widget.locator(selector).first();
    return (await found.isVisible()) ? ((await found.textContent()) ?? '') : '';
  }
}
