import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../../support/waitFor';

/** A story that is open in the editor, as a person sees it. */
export class StoryDocument {
  readonly #editor: Locator;
  readonly #tab: Locator;

  constructor(
    private readonly page: Page,
    private readonly number: number,
  ) {
    this.#editor = page
      .locator(
        `.editor-instance[data-uri="switchyard:/${number}.md"], .monaco-editor[data-uri="switchyard:/${number}.md"]`,
      )
      .first();
    this.#tab = page.locator(`.tabs-container .tab[data-resource-name="${number}.md"]`).first();
  }

  /** Waits until it is there, with the cursor where a person begins to write. */
  async waitForOpen(): Promise<void> {
    await this.#editor.waitFor();
    await waitFor('its cursor', async () => (await this.#editor.locator('.cursor').count()) > 0);
  }

  /** Waits until it is shown, whatever has the focus. */
  async waitForRows(): Promise<void> {
    await this.#editor.locator('.view-line').first().waitFor();
  }

  /** The lines on screen. */
  async lines(): Promise<string[]> {
    const lines = await this.#editor.locator('.view-lines .view-line').evaluateAll((all) =>
      all
        .map((line) => ({ top: line.getBoundingClientRect().top, text: line.textContent }))
        .sort((a, b) => a.top - b.top)
        .map(({ text }) => text.replaceAll('\u00a0', ' ')),
    );
    return lines;
  }

  /** Types at the cursor and saves. */
  async type(text: string): Promise<void> {
    await this.#focus();
    await this.page.keyboard.type(text);
    await this.save();
  }

  /** Types at the end and leaves it unsaved. */
  async append(text: string): Promise<void> {
    await this.#focus();
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(text);
  }

  /** Types at the end of the line that holds `mark` and leaves it unsaved. */
  async insert(mark: string, text: string): Promise<void> {
    await this.#editor.locator('.view-line', { hasText: mark }).first().click();
    await this.page.keyboard.press('End');
    await this.page.keyboard.type(text);
  }

  async save(): Promise<void> {
    await this.page.keyboard.press('Control+S');
    await waitFor(`#${this.number} to be saved`, async () => !(await this.isDirty()));
  }

  async isDirty(): Promise<boolean> {
    return ((await this.#tab.getAttribute('class')) ?? '').split(' ').includes('dirty');
  }

  /** Titles of what stands above its text. */
  async lenses(): Promise<string[]> {
    return this.#editor.locator('.codelens-decoration > span, .codelens-decoration > a').allInnerTexts();
  }

  async #focus(): Promise<void> {
    await this.#editor.locator('textarea, .native-edit-context').first().focus();
  }
}
