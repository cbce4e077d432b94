import type { Locator, Page } from 'playwright-core';
import { waitFor } from '../waitFor';
import { HOVER_MS } from './statusBar';

export interface TreeRow {
  readonly label: string;
  readonly description: string;
  /** 1 for the roots. */
  readonly level: number;
  /** `undefined` for a row that has no children. */
  readonly expanded: boolean | undefined;
  readonly selected: boolean;
  /** What a screen reader says. */
  readonly spoken: string;
  /** The codicon's name, or the file of a drawn icon; empty where the row has none. */
  readonly icon: string;
}

export type RowMatcher = string | RegExp | ((row: TreeRow) => boolean);

/** A tree view in the side bar. VS Code draws only the rows that fit, about thirty-five. */
export class Tree {
  readonly #pane: Locator;
  readonly #list: Locator;

  constructor(
    private readonly page: Page,
    private readonly view?: string,
  ) {
    const panes = page.locator('.part.sidebar .pane');
    this.#pane = view === undefined ? panes : panes.filter({ has: page.locator(`.pane-header h3:text-is("${view}")`) });
    // Rows that stick to the top are drawn a second time, elsewhere.
    this.#list = this.#pane.locator('.monaco-list-rows > .monaco-list-row');
  }

  /** The rows on screen, from top to bottom. */
  async rows(): Promise<TreeRow[]> {
    return this.#list.evaluateAll((elements) => {
      return elements
        .map((row) => ({ row, top: row.getBoundingClientRect().top }))
        .sort((a, b) => a.top - b.top)
        .map(({ row }) => ({
          label: row.querySelector('.label-name')?.textContent ?? '',
          description: row.querySelector('.label-description')?.textContent ?? '',
          level: Number(row.getAttribute('aria-level')),
          expanded: row.hasAttribute('aria-expanded') ? row.getAttribute('aria-expanded') === 'true' : undefined,
          selected: row.getAttribute('aria-selected') === 'true',
          spoken: row.getAttribute('aria-label') ?? '',
          icon: iconOf(row.querySelector<HTMLElement>('.custom-view-tree-node-item-icon')),
        }));

      function iconOf(icon: HTMLElement | null): string {
        const codicon = [...(icon?.classList ?? [])].find(
          (name) => name.startsWith('codicon-') && !name.includes('modifier'),
        );
        const file = /([\w-]+\.svg)/.exec(decodeURIComponent(icon?.style.backgroundImage ?? ''))?.[1];
        return codicon?.slice('codicon-'.length) ?? file ?? '';
      }
    });
  }

  async waitForRow(matcher: RowMatcher): Promise<TreeRow> {
    return waitFor(`the tree row ${name(matcher)}`, async () => (await this.rows()).find(matches(matcher)), {
      seen: () => this.rows(),
    });
  }

  async waitUntilGone(matcher: RowMatcher): Promise<void> {
    await waitFor(`the tree row ${name(matcher)} to go`, async () => !(await this.rows()).some(matches(matcher)), {
      seen: () => this.rows(),
    });
  }

  /** Waits until the line above the rows holds this text, or no longer does. */
  async waitForMessage(text: string | RegExp, is: 'there' | 'gone' = 'there'): Promise<void> {
    const message = this.#pane.locator('.message', { hasText: text });
    await message.waitFor({ state: is === 'gone' ? 'hidden' : 'visible' });
  }

  /** The text that a view without rows shows in their place. */
  async welcomeText(): Promise<string> {
    const welcome = this.#pane.locator('.welcome-view-content').first();
    await welcome.waitFor();
    return welcome.innerText();
  }

  async clickWelcomeButton(text: string): Promise<void> {
    await this.#pane.locator(`.welcome-view-content .monaco-button:has-text("${text}")`).click();
  }

  /** The text of the tooltip that comes up over a row, once the row stays in its place meanwhile. */
  async tooltip(matcher: RowMatcher): Promise<string> {
    return waitFor(`the tooltip of ${name(matcher)}`, async () => {
      const place = await this.#topOf(matcher);
      const hover = this.page.locator('.monaco-hover:visible').last();
      // The pointer may still lie over another row.
      await this.page.mouse.move(0, 0);
      await hover.waitFor({ state: 'hidden' });
      await (await this.#locate(matcher)).locator('.label-name').hover();
      // A row that is drawn anew meanwhile loses its tooltip: the pointer comes to it again.
      const isUp = hover.waitFor({ timeout: HOVER_MS }).then(
        () => true,
        () => false,
      );
      if (!(await isUp)) {
        await this.page.mouse.move(0, 0);
        return undefined;
      }
      const text = (await hover.innerText()).replaceAll('\u00a0', ' ');
      const isStill = (await this.#topOf(matcher)) === place;
      // Away from the row again, so that it covers nothing that is looked at next.
      await this.page.mouse.move(0, 0);
      await hover.waitFor({ state: 'hidden' });
      return isStill ? text : undefined;
    });
  }

  /** How far down (px) a row is; other rows that come and go move it. */
  async #topOf(matcher: RowMatcher): Promise<number | undefined> {
    return (await (await this.#locate(matcher)).boundingBox())?.y;
  }

  /** `more`: adds the row to those that are selected. */
  async click(matcher: RowMatcher, more?: 'Control'): Promise<void> {
    await (await this.#locate(matcher)).click({ modifiers: more === undefined ? [] : [more] });
  }

  /** Drags a row, with those that are selected with it, onto another, which lights up before it is let go there. */
  async drag(from: RowMatcher, to: RowMatcher): Promise<void> {
    const [row, goal] = [await this.#locate(from), await this.#locate(to)];
    const [start, end] = [await row.boundingBox(), await goal.boundingBox()];
    if (start === null || end === null) throw new Error(`${name(from)} or ${name(to)} is not on screen.`);
    const { mouse } = this.page;
    await mouse.move(start.x + 80, start.y + start.height / 2);
    await mouse.down();
    await mouse.move(start.x + 90, start.y + start.height / 2 + 3, { steps: 4 });
    const over = { x: end.x + 80, y: end.y + end.height / 2 };
    await mouse.move(over.x, over.y, { steps: 8 });
    await waitFor(`${name(to)} to take what is dragged`, async () => {
      // A row is asked while the pointer moves over it.
      await mouse.move(over.x + 2, over.y);
      await mouse.move(over.x, over.y);
      return this.#list.and(this.page.locator('.drop-target')).count();
    });
    await mouse.up();
  }

  /** Opens a row and waits until its children can be there; those that come later need a wait of their own. */
  async expand(matcher: RowMatcher): Promise<void> {
    const row = await this.waitForRow(matcher);
    if (row.expanded === false) await (await this.#locate(matcher)).locator('.monaco-tl-twistie').click();
    await waitFor(`${name(matcher)} to be expanded`, async () => (await this.rows()).find(matches(matcher))?.expanded, {
      seen: () => this.rows(),
    });
  }

  /** Clicks an inline icon of a row, by its tooltip. */
  async clickInlineAction(matcher: RowMatcher, action: string): Promise<void> {
    const row = await this.#locate(matcher);
    await row.hover();
    await row.locator(`.actions [aria-label^="${action}"]`).first().click();
  }

  /** Clicks an icon of the view's title bar, by its tooltip. */
  async clickTitleAction(action: string): Promise<void> {
    await this.#pane.first().hover();
    const scope =
      this.view === undefined ? this.page.locator('.part.sidebar') : this.page.locator('.part.sidebar').first();
    await scope
      .locator(`.title-actions [aria-label^="${action}"], .pane-header [aria-label^="${action}"]`)
      .first()
      .click();
  }

  /** The entries of a row's context menu; the menu is closed again. */
  async contextMenu(matcher: RowMatcher): Promise<string[]> {
    const menu = await this.#openContextMenu(matcher);
    const entries = await menu.locator('.action-label:not(.separator)').allInnerTexts();
    await this.page.keyboard.press('Escape');
    await menu.waitFor({ state: 'hidden' });
    return entries.map((entry) => entry.trim()).filter((entry) => entry !== '');
  }

  async chooseFromContextMenu(matcher: RowMatcher, entry: string): Promise<void> {
    const menu = await this.#openContextMenu(matcher);
    const item = menu.locator(`.action-item:has(.action-label:text-is("${entry}"))`);
    // A menu ignores the mouse at first, so that the click that opened it chooses nothing; keys it takes at once.
    await item.hover();
    await this.page.keyboard.press('Enter');
    await menu.waitFor({ state: 'hidden' });
  }

  async #openContextMenu(matcher: RowMatcher): Promise<Locator> {
    const menu = this.page.locator('.monaco-menu').last();
    await waitFor(`the menu of ${name(matcher)}`, async () => {
      await (await this.#locate(matcher)).click({ button: 'right' });
      // A row that moves away under the pointer has no menu: the pointer comes to it again.
      return menu.waitFor({ timeout: HOVER_MS }).then(
        () => true,
        () => false,
      );
    });
    return menu;
  }

  /** By its label, because what is spoken holds ages; that tells apart only what bears one label. */
  async #locate(matcher: RowMatcher): Promise<Locator> {
    const { label, level, spoken } = await this.waitForRow(matcher);
    const beside = this.#list.and(this.page.locator(`[aria-level="${level}"]`));
    const alike = (await this.rows()).filter((row) => row.label === label && row.level === level);
    if (alike.length > 1) return beside.and(this.page.locator(`[aria-label=${JSON.stringify(spoken)}]`)).first();
    return beside.filter({ has: this.page.getByText(label, { exact: true }) }).first();
  }
}

function matches(matcher: RowMatcher): (row: TreeRow) => boolean {
  if (typeof matcher === 'string') return (row) => row.label === matcher;
  if (matcher instanceof RegExp) return (row) => matcher.test(`${row.label} ${row.description}`);
  return matcher;
}

function name(matcher: RowMatcher): string {
  return typeof matcher === 'string' ? `"${matcher}"` : matcher.toString();
}
