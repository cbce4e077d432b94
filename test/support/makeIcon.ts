// Draws media/icon.png, which the marketplace wants as a picture, from media/icon.svg. `npm run icon`.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from './projectRoot';
import { RunScope } from './runScope';
import { openBrowser } from './workbench/chromium';

const media = (name: string): string => path.join(projectRoot, 'media', name);

async function makeIcon(): Promise<void> {
  const scope = new RunScope();
  try {
    const page = await (await openBrowser(scope)).newPage();
    const drawing = readFileSync(media('icon.svg'), 'utf8');
    await page.setContent(`<style>body { margin: 0; background: transparent }</style>${drawing}`);
    writeFileSync(media('icon.png'), await page.locator('svg').screenshot({ omitBackground: true }));
  } finally {
    await scope.close();
  }
}

void makeIcon();
