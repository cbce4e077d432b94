import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { boardHtml } from '../../../src/host/board/boardHtml';
import type { BoardModel } from '../../../src/core/board/boardModel';
import { ModelFeed } from '../../../src/core/board/modelFeed';
import type { KeptFilter } from '../../../src/core/board/keptFilters';
import type { OverviewRow } from '../../../src/core/board/overview';
import { envelope } from '../../support/envelope';
import { projectRoot } from '../../support/projectRoot';
import { readBundle } from './bundle';
import { fakeVsCode } from './fakeVsCode';
import { NOW } from './sampleModel';
import { themeVariables, THEMES, type ThemeName } from './themes';

/** Answered from disk; nothing listens there. */
const origin = 'http://board.test';
const screenshots = path.join(projectRoot, 'test-results', 'screenshots');
const contentTypes: Readonly<Record<string, string>> = {
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.ttf': 'font/ttf',
};

export interface BoardOptions {
  readonly theme?: ThemeName;
  readonly width?: number;
  readonly height?: number;
  readonly motion?: 'full' | 'reduced';
  /** Tests set the page's clock; what measures needs the real one. */
  readonly clock?: 'set' | 'real';
}

/** What the host can say; a model is sent as it would: whole at first, then what changed. */
type ToBoard =
  | { readonly type: 'model'; readonly model: BoardModel }
  | { readonly type: 'strings'; readonly strings: Readonly<Record<string, string>> }
  | { readonly type: 'filters'; readonly filters: readonly KeptFilter[] }
  | { readonly type: 'announce'; readonly text: string }
  | { readonly type: 'focusStory'; readonly key: string }
  | { readonly type: 'overview'; readonly rows: readonly OverviewRow[]; readonly shown: string }
  | { readonly type: 'turnTo'; readonly page: 'board' | 'overview' };

/** A message of the page by its name, with what it says. */
export type FromBoard = { readonly type: string } & Readonly<Record<string, unknown>>;

/** The built board in a page that has the host's own HTML and policy, and a fake VS Code around it. */
export class BoardPage {
  readonly #feed = new ModelFeed();

  private constructor(readonly page: Page) {
    // A page that is loaded again says that it is ready, and the host starts over.
    page.on('load', () => this.#feed.startOver());
  }

  static async open(browser: BrowserContext, options: BoardOptions = {}): Promise<BoardPage> {
    const { theme = 'dark', width = 1210, height = 820, motion = 'full', clock = 'set' } = options;
    const bundle = readBundle();
    const page = await browser.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: motion === 'reduced' ? 'reduce' : 'no-preference' });
    if (clock === 'set') await page.clock.install({ time: NOW });
    await page.route(`${origin}/**`, async (route) => {
      const name = new URL(route.request().url()).pathname.slice(1);
      if (name === '') return route.fulfill({ contentType: 'text/html', body: pageSource() });
      const contentType = contentTypes[path.extname(name)];
      const body = bundle.get(name);
      return contentType === undefined || body === undefined ? route.abort() : route.fulfill({ contentType, body });
    });
    await page.addInitScript(fakeVsCode, { variables: themeVariables(theme), bodyClass: THEMES[theme].bodyClass });
    await page.goto(`${origin}/`);
    return new BoardPage(page);
  }

  /** Posts as the host does, and returns when the board has taken it in. */
  async send(message: ToBoard): Promise<void> {
    const { type, ...rest } = message;
    const value = message.type === 'model' ? this.#feed.next(message.model) : rest;
    if (value !== null) await this.sendAnything(envelope(type, value));
  }

  /** As `send`; gives the size of the message in bytes. */
  async sendModel(model: BoardModel): Promise<number> {
    const message = envelope('model', this.#feed.next(model));
    await this.sendAnything(message);
    return Buffer.byteLength(JSON.stringify(message));
  }

  async sendAnything(message: unknown): Promise<void> {
    // As text, because Playwright takes seconds for ten thousand stories.
    await this.page.evaluate(async (text) => {
      const heard = new Promise<void>((resolve) => {
        const take = ({ data }: MessageEvent<{ i?: unknown } | null>): void => {
          if (window.boardTest.pings.has(data?.i)) return;
          window.removeEventListener('message', take);
          resolve();
        };
        window.addEventListener('message', take);
      });
      window.postMessage(JSON.parse(text));
      await heard;
      // A message is taken in a few turns after it was heard.
      await new Promise<void>((resolve) => window.boardTest.frame(resolve));
    }, JSON.stringify(message));
  }

  /** The page as it is when it is opened for the first time. */
  async startOver(): Promise<void> {
    await this.page.evaluate(() => sessionStorage.clear());
    await this.page.reload();
  }

  /** As a person changes the theme: VS Code sets other colours in the same page. */
  async setTheme(theme: ThemeName): Promise<void> {
    const look = { variables: themeVariables(theme), bodyClass: THEMES[theme].bodyClass };
    await this.page.evaluate(({ variables, bodyClass }) => {
      document.documentElement.style.cssText = '';
      for (const [name, value] of Object.entries(variables)) document.documentElement.style.setProperty(name, value);
      document.body.className = bodyClass;
    }, look);
  }

  /** A colour in the middle of a fade is nobody's choice. */
  async whenStill(): Promise<void> {
    await this.page.evaluate(async () => {
      const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
      await Promise.allSettled(ending.map((one) => one.finished));
    });
  }

  /** What the board has told or asked the host since it was loaded. */
  async sent(): Promise<FromBoard[]> {
    const sent = (await this.page.evaluate(() => window.boardTest.sent)) as { t: string; m: string; a: [object] }[];
    return sent.filter(({ t, m }) => t === 'q' && m !== 'ping').map(({ m, a }) => ({ type: m, ...a[0] }));
  }

  /** Answers the latest request of that name. */
  async answer(name: string, value: unknown): Promise<void> {
    await this.#reply(name, { kind: 'answered', value });
  }

  async fail(name: string, message: string): Promise<void> {
    await this.#reply(name, { kind: 'failed', message });
  }

  async #reply(name: string, result: unknown): Promise<void> {
    const sent = (await this.page.evaluate(() => window.boardTest.sent)) as { m?: string; i?: string }[];
    const id = sent.findLast(({ m, i }) => m === name && i !== undefined)?.i;
    if (id === undefined) throw new Error(`The board has not asked for ${name}.`);
    await this.sendAnything({ t: 's', i: id, r: result });
  }

  /** Errors, refused resources and violations of the page's policy. */
  async complaints(): Promise<string[]> {
    return this.page.evaluate(() => window.boardTest.complaints);
  }

  card(number: number): Locator {
    return this.page.locator(`.card[data-key="key-${number}"]`);
  }

  column(name: string): Locator {
    return this.page.locator(`[data-column="${name}"]`);
  }

  /** The numbers of the drawn cards of a column, from top to bottom. */
  async numbersIn(name: string): Promise<string[]> {
    return this.column(name).locator('.card .number').allTextContents();
  }

  /** The key of the focused card, null when the focus is elsewhere. */
  async focusedKey(): Promise<string | null> {
    return this.page.evaluate(() => document.activeElement?.getAttribute('data-key') ?? null);
  }

  /** What a screen reader was told last. */
  async announced(): Promise<string> {
    return (await this.page.locator('[role="log"]').textContent()) ?? '';
  }

  /** Waits for what the browser does with its next two frames: scroll events, motion. */
  async nextFrames(): Promise<void> {
    await this.page.evaluate(
      () => new Promise<void>((resolve) => window.boardTest.frame(() => window.boardTest.frame(resolve))),
    );
  }

  async screenshot(name: string): Promise<void> {
    await mkdir(screenshots, { recursive: true });
    await this.page.evaluate(() => document.fonts.ready);
    await this.page.screenshot({ path: path.join(screenshots, `board-${name}.png`), animations: 'disabled' });
  }
}

function pageSource(): string {
  return boardHtml({
    cspSource: origin,
    nonce: 'bm9uY2U',
    script: `${origin}/board.js`,
    styles: [`${origin}/codicon.css`, `${origin}/board.css`],
    title: 'Switchyard Board',
    language: 'en',
  });
}
