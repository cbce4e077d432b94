// Takes a picture of every state of the board in four themes at two sizes, and puts them together on contact sheets, one for
// each theme and size, in test-results/contact-sheets. `npm run sheets`; look at each.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { BrowserContext } from 'playwright-core';
import { BoardPage } from '../board/support/boardPage';
import { BOARD_STATES, busyAfternoon } from '../board/support/boardStates';
import { projectRoot } from './projectRoot';
import { RunScope } from './runScope';
import { openBrowser } from './workbench/chromium';

const FOLDER = path.join(projectRoot, 'test-results', 'contact-sheets');
const THEMES = ['dark', 'light', 'hcDark', 'hcLight'] as const;
const SIZES = [
  { width: 1400, height: 900 },
  { width: 900, height: 700 },
] as const;

interface Shot {
  readonly state: string;
  readonly png: Buffer;
}

async function makeSheets(): Promise<void> {
  const scope = new RunScope();
  try {
    const browser = await openBrowser(scope);
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    const sheets = new Map<string, Shot[]>();
    const board = await BoardPage.open(browser);
    for (const [state, show] of Object.entries(BOARD_STATES)) {
      await board.page.setViewportSize(SIZES[0]);
      await board.startOver();
      await show(board, busyAfternoon());
      await board.page.evaluate(() => document.fonts.ready);
      for (const size of SIZES) {
        await board.page.setViewportSize(size);
        for (const theme of THEMES) {
          await board.setTheme(theme);
          await board.nextFrames();
          const png = await board.page.screenshot({ animations: 'disabled' });
          const sheet = `board-${theme}-${size.width}`;
          sheets.set(sheet, [...(sheets.get(sheet) ?? []), { state, png }]);
        }
      }
    }
    for (const [name, shots] of sheets)
      await writeFile(path.join(FOLDER, `${name}.png`), await sheetOf(browser, shots));
    process.stdout.write(`${sheets.size} sheets in ${path.relative(process.cwd(), FOLDER)}\n`);
  } finally {
    await scope.close();
  }
}

/** Drawn by the browser: each picture with the name of its state, three beside each other. */
async function sheetOf(browser: BrowserContext, shots: readonly Shot[]): Promise<Buffer> {
  const page = await browser.newPage();
  const figures = shots.map(
    ({ state, png }) =>
      `<figure><figcaption>${state}</figcaption><img src="data:image/png;base64,${png.toString('base64')}"></figure>`,
  );
  const style =
    'body{display:grid;grid-template-columns:repeat(3,1fr);gap:12px;margin:12px;font:16px sans-serif}figure{margin:0}img{width:100%;border:1px solid #888}';
  await page.setViewportSize({ width: 2000, height: 1000 });
  await page.setContent(`<style>${style}</style>${figures.join('')}`);
  const sheet = await page.screenshot({ fullPage: true });
  await page.close();
  return sheet;
}

makeSheets().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
