// Takes the pictures of the documents: real stories on the sample project, in a real workbench. `npm run pictures`.
import { copyFile, mkdir } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { TestWindow } from '../integration/engine/harness';
import { projectRoot } from './projectRoot';
import { RunScope } from './runScope';
import { makeSampleRepository } from './sampleProject';
import { openWorkbench } from './workbench/open';

const RED = [{ name: 'test', command: [process.execPath, '-e', 'console.log("# tests 1"); process.exitCode = 1'] }];

async function makeStories(folder: string): Promise<void> {
  const window = new TestWindow({ path: folder });
  await window.open();
  const conflicting = await window.codedStory('Greet in Portuguese', { 'README.md': '# greeter\n\nOlá.\n' });
  const landed = await window.codedStory('Greet in Finnish', { 'README.md': '# greeter\n\nMoi.\n' });
  await window.must(landed, 'GatesStarted');
  await window.waitForStage(landed, 'Done');
  await window.must(conflicting, 'GatesStarted');
  await window.waitForStage(conflicting, 'MergeFailure');
  const held = await window.codedStory('Simplify the language table', { 'test/languages.test.js': null });
  await window.must(held, 'GatesStarted');
  await window.waitForStage(held, 'ReviewHold');
  const frozen = await window.codedStory('Drop the old command line', { 'src/cli.js': 'export {};\n' });
  await window.must(frozen, 'Freeze');
  window.settings = { ...window.settings, gates: RED };
  const red = await window.codedStory('Trim names before greeting', {
    'src/greet.js': 'export const greet = () => "";\n',
  });
  await window.must(red, 'GatesStarted');
  await window.waitForCard(red, 'a story with red gates', (card) => card.stage === 'Coding' && card.why !== null);
  await window.newStory('Totals of greetings by language', '- [ ] counts each language\n- [ ] shows the ten most used');
  await window.newStory('Invite people by link');
  await window.close();
}

async function takePictures(): Promise<void> {
  const scope = new RunScope();
  try {
    const { folder } = await makeSampleRepository(scope.path('greeter'));
    await makeStories(folder);
    const workbench = await openWorkbench({ folder, settings: { 'switchyard.gates': [] } });
    await workbench.openActivity('Switchyard');
    await workbench.tree().waitForRow(/Greet in Portuguese/);
    await workbench.runCommand('Switchyard: Open Board');
    const board = await workbench.webviewFrame('Switchyard Board');
    await board.getByText('Greet in Portuguese').waitFor();
    for (const theme of ['dark', 'light'] as const) {
      await workbench.setTheme(theme);
      await settled(workbench.page);
      await keep(await workbench.screenshot(`docs-board-${theme}`), `board-${theme}.png`);
    }
    await workbench.setTheme('dark');
    await workbench.tree().expand(/Greet in Portuguese/);
    await settled(workbench.page);
    await keep(await workbench.screenshot('docs-tree-dark'), 'tree-dark.png');
    await workbench.close();
  } finally {
    await scope.close();
  }
}

/** The palette fades away and colours fade over: what has an end is waited for. */
async function settled(page: Page): Promise<void> {
  await page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
  });
}

async function keep(picture: string, name: string): Promise<void> {
  const folder = path.join(projectRoot, 'docs', 'images');
  await mkdir(folder, { recursive: true });
  await copyFile(picture, path.join(folder, name));
}

takePictures().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
