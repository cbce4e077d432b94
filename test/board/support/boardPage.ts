import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext, Locator, Page } from 'playwright-core';
import { boardHtml } from '../../../src/host/board/boardHtml';
import type { FromBoard, ToBoard } from '../../../src/protocol/boardMessages';
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
}

/** The built board in a page that has the host's own HTML and policy, and a fake VS Code around it. */
export class BoardPage {
  private constructor(readonly page: Page) {}

  static async open(browser: BrowserContext, options: BoardOptions = {}): Promise<BoardPage> {
    const { theme = 'dark', width = 1210, height = 820, motion = 'full' } = options;
    const bundle = readBundle();
    const page = await browser.newPage();
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ reducedMotion: motion === 'reduced' ? 'reduce' : 'no-preference' });
    await page.clock.install({ time: NOW });
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
    await this.sendAnything(message);
  }

  async sendAnything(message: unknown): Promise<void> {
    // As text, because Playwright takes seconds for ten thousand stories.
    await this.page.evaluate(async (text) => {
      const heard = new Promise((resolve) => window.addEventListener('message', resolve, { once: true }));
      window.postMessage(JSON.parse(text));
      await heard;
    }, JSON.stringify(message));
  }

  /** What the board has posted since it was loaded. */
  async sent(): Promise<FromBoard[]> {
    return this.page.evaluate(() => window.boardTest.sent as FromBoard[]);
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
