import { TestWindow } from '../../integration/engine/harness';
import { sampleAgent, testGate } from '../../ui/support/settings';
import { Board } from '../../ui/support/board';
import { Stories } from '../../ui/support/stories';
import { keepFrames, pixelsOf } from './camera';
import type { Frame, Size } from './pictureInFewColours';
import { makeSampleRepository } from '../sampleProject';
import { openWorkbench } from '../workbench/open';

const SIZE: Size = { width: 960, height: 460 };
/** How often (ms) it is looked, and how many pictures are kept at most. */
const EVERY_MS = 600;
const MOST = 18;
/** So long (ms) the beginning and the end can be looked at. */
const REST_MS = 2500;
const TITLES = ['Greet in Welsh', 'Greet in Basque', 'Greet in Maltese'];

/** Three stories from Start to landed, as the board shows it, with agents and gates that are really at work. */
export async function recordBoard(folder: string): Promise<void> {
  await makeSampleRepository(folder);
  await makeStories(folder);
  const workbench = await openWorkbench({ folder, settings: { ...testGate, ...sampleAgent } });
  const { page } = workbench;
  const stories = new Stories(workbench);
  await workbench.openActivity('Switchyard');
  await stories.tree.waitForRow((row) => row.label.endsWith(TITLES[0] ?? ''));
  await stories.approve();
  await workbench.runCommand('Notifications: Clear All Notifications');
  await stories.command('Open Board');
  const board = await Board.find(workbench);
  await workbench.runCommand('View: Toggle Primary Side Bar Visibility');
  await page.setViewportSize(SIZE);
  await workbench.setTheme('dark');
  const shots = [await page.screenshot()];
  for (const at of TITLES.keys()) {
    await board
      .card(at + 1)
      .getByRole('button', { name: `Start #${at + 1}` })
      .click();
    shots.push(await page.screenshot());
  }
  while ((await board.frame.locator('[data-column="Done"] .card').count()) < TITLES.length) {
    await page.waitForTimeout(EVERY_MS);
    shots.push(await page.screenshot());
  }
  // The last card has come to rest by then.
  await page.waitForTimeout(2 * EVERY_MS);
  shots.push(await page.screenshot());
  const frames: Frame[] = [];
  const kept = thinned(shots.filter((shot, at) => at === 0 || !shot.equals(shots[at - 1] ?? shot)));
  for (const [at, shot] of kept.entries()) {
    const rests = at === 0 || at === kept.length - 1;
    frames.push({ pixels: (await pixelsOf(page, shot)).pixels, ms: rests ? REST_MS : EVERY_MS });
  }
  await workbench.close();
  await keepFrames('recording', frames, SIZE);
}

/** Each in a file of its own, so that none is in the way of another. */
async function makeStories(folder: string): Promise<void> {
  const window = new TestWindow({ path: folder });
  await window.open();
  for (const title of TITLES) {
    const name = title.split(' ').at(-1)?.toLowerCase() ?? '';
    await window.newStory(title, `pace: 1500ms\n\n\`\`\`file src/${name}.js\nexport const ${name} = true;\n\`\`\`\n`);
  }
  await window.close();
}

/** The first and the last are always kept. */
function thinned<T>(all: readonly T[]): T[] {
  const step = Math.max(1, (all.length - 1) / (MOST - 1));
  return all.filter((_, at) => at === all.length - 1 || Math.floor(at / step) !== Math.floor((at - 1) / step));
}
