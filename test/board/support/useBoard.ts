import assert from 'node:assert/strict';
import type { BrowserContext } from 'playwright-core';
import { RunScope } from '../../support/runScope';
import { openBrowser } from '../../support/workbench/chromium';
import { BoardPage, type BoardOptions } from './boardPage';

/**
 * Gives the tests of a suite a browser. Every page is closed after its test, and a page that complained, be it of an
 * error or of something its policy forbids, fails the test.
 */
export function useBoard(): (options?: BoardOptions) => Promise<BoardPage> {
  let scope: RunScope;
  let browser: BrowserContext;
  let pages: BoardPage[] = [];
  before(async function () {
    scope = new RunScope();
    browser = await openBrowser(scope);
  });
  after(() => scope.close());
  afterEach(async () => {
    const open = pages;
    pages = [];
    for (const board of open) {
      const complaints = await board.complaints();
      await board.page.close();
      assert.deepEqual(complaints, []);
    }
  });
  return async (options) => {
    const board = await BoardPage.open(browser, options);
    pages.push(board);
    return board;
  };
}
