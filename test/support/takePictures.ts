// Takes the pictures of the documents: real stories on the sample project, in a real workbench. `npm run pictures`.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Page } from 'playwright-core';
import { storeFolderIn } from '../../src/store/storeFolder';
import { TestWindow } from '../integration/engine/harness';
import { sampleAgent } from '../ui/support/settings';
import { Stories } from '../ui/support/stories';
import { StoryDocument } from '../ui/support/storyDocument';
import { projectRoot } from './projectRoot';
import { recordBoard } from './recordBoard';
import { RunScope } from './runScope';
import { makeSampleRepository, type SampleRepository } from './sampleProject';
import { openWorkbench } from './workbench/open';
import type { Workbench } from './workbench/workbench';

const IMAGES = path.join(projectRoot, 'docs', 'images');
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
  const red = await window.must(await window.newStory('Trim names before greeting', 'pace: 600s\n'), 'Start');
  await window.commit(red, { 'src/greet.js': 'export const greet = () => "";\n' });
  await window.must(red, 'GatesStarted');
  await window.waitForCard(red, 'a story with red gates', (card) => card.stage === 'Coding' && card.why !== null);
  const totals = await window.newStory('Totals of greetings by language', TOTALS);
  const { key } = await window.newStory('Invite people by link');
  for (const title of AT_WORK) await window.newStory(title, 'pace: 600s\n');
  await window.session.describe(totals.key, { labels: ['reports'], priority: 1, dependsOn: [red.key] });
  await window.session.describe(key, { labels: ['web'] });
  await window.close();
}

/** Stories on which an agent is at work as long as pictures are taken. */
const AT_WORK = ['Greet in Welsh', 'Say who has birthday'];

const TOTALS = `Who looks after translations wants to know which languages are used.

## Acceptance criteria

- [x] counts each language
- [ ] shows the ten most used
- [ ] says so when nobody has been greeted yet, see #5
`;

async function takePictures(): Promise<void> {
  const scope = new RunScope();
  try {
    const repository = await makeSampleRepository(scope.path('greeter'));
    const { folder } = repository;
    await makeStories(folder);
    const workbench = await openWorkbench({ folder, settings: { 'switchyard.gates': [], ...sampleAgent } });
    await workbench.openActivity('Switchyard');
    await workbench.tree().waitForRow(/Greet in Portuguese/);
    await startAgents(workbench);
    await takeBoard(workbench);
    await takeTree(workbench);
    await takeStory(workbench);
    await takeRestore(workbench, folder);
    await takeDoctor(workbench, repository);
    await workbench.close();
    await writeFile(path.join(IMAGES, 'recording.png'), await recordBoard(scope.path('recorded')));
  } finally {
    await scope.close();
  }
}

async function startAgents(workbench: Workbench): Promise<void> {
  const stories = new Stories(workbench);
  await stories.approve();
  for (const title of AT_WORK) {
    const number = Number(
      /^#(\d+)/.exec((await stories.tree.waitForRow((row) => row.label.endsWith(title))).label)?.[1],
    );
    await stories.run('Start', number);
    await stories.waitInGroup(number, 'Coding', /sample · \d+ s/);
  }
}

async function takeBoard(workbench: Workbench): Promise<void> {
  await workbench.runCommand('Switchyard: Open Board');
  const board = await workbench.webviewFrame('Switchyard Board');
  await board.getByText('Greet in Portuguese').waitFor();
  await paletteGone(workbench);
  await inBothThemes(workbench, 'board');
}

async function takeTree(workbench: Workbench): Promise<void> {
  await workbench.setTheme('dark');
  await workbench.tree().expand(/Greet in Portuguese/);
  await settled(workbench.page);
  await keep(workbench.page, 'tree-dark', { of: '.part.sidebar', height: 500 });
}

async function takeStory(workbench: Workbench): Promise<void> {
  const { quickInput } = workbench;
  await workbench.runCommand('Switchyard: Open Story…');
  await quickInput.waitForPrompt('which story?');
  await quickInput.choose('#6 Totals of greetings by language');
  await new StoryDocument(workbench.page, 6).waitForOpen();
  await workbench.page.locator('.codelens-decoration a:text-is("Show Page")').first().waitFor();
  await paletteGone(workbench);
  await inBothThemes(workbench, 'story', { of: '.part.editor', height: 400 });
}

/** Deletes two stories, one with an uncommitted file, and shows what Restore has of them. */
async function takeRestore(workbench: Workbench, folder: string): Promise<void> {
  const { quickInput, dialog } = workbench;
  await writeFile(
    path.join(`${folder}.worktrees`, '4-drop-the-old-command-line', 'notes.md'),
    'Ask Ada who uses it.\n',
  );
  await workbench.runCommand('Switchyard: Delete…');
  await quickInput.waitForPrompt('Delete: which stories?');
  for (const row of ['#4 Drop the old command line', '#7 Invite people by link']) await quickInput.toggle(row);
  await quickInput.accept();
  await dialog.click('Delete');
  for (const number of [4, 7]) await workbench.tree().waitUntilGone((row) => row.label.startsWith(`#${number} `));
  // By keyboard: a mouse that clicked in the palette would be above the next box and tell of it.
  await away(workbench.page);
  await quickInput.openPalette('Switchyard: Restore…');
  await quickInput.waitForRow('Switchyard: Restore…');
  await quickInput.accept();
  await quickInput.waitForPrompt('Enter brings it back');
  await quickInput.waitForRow(/Invite people by link/);
  await inBothThemes(workbench, 'restore', { of: '.quick-input-widget', around: 12 });
  await quickInput.close();
}

/** Configures what cannot work, leaves a record, and shows what Doctor says of it. */
async function takeDoctor(workbench: Workbench, repository: SampleRepository): Promise<void> {
  await repository.git('config', 'commit.gpgsign', 'true');
  await repository.git('config', 'gpg.program', 'gpg-of-another-machine');
  await repository.git('config', 'core.ignorecase', 'true');
  const runs = path.join(storeFolderIn(path.join(repository.folder, '.git')), 'runs');
  await mkdir(runs, { recursive: true });
  const left = {
    id: 'left-1',
    label: 'gate test of #5',
    command: ['node'],
    startedAt: '2026-01-01T00:00:00.000Z',
    main: null,
  };
  await writeFile(path.join(runs, 'left-1.json'), JSON.stringify(left));
  await workbench.runCommand('Switchyard: Run Doctor');
  await workbench.waitForEditor(/^Switchyard Doctor/);
  await workbench.page.locator('.codelens-decoration a:text-is("Repair: Remove This Record")').waitFor();
  await paletteGone(workbench);
  await inBothThemes(workbench, 'doctor', { of: '.part.editor', height: 640 });
}

type Clip = NonNullable<NonNullable<Parameters<Page['screenshot']>[0]>['clip']>;

/** A part of the window: an element, at most so many pixels of its height, and as much of what is around it. */
interface Part {
  readonly of: string;
  readonly height?: number;
  readonly around?: number;
}

/** The whole window, or the part that a picture is about. */
async function inBothThemes(workbench: Workbench, name: string, part?: Part): Promise<void> {
  for (const theme of ['dark', 'light'] as const) {
    await workbench.setTheme(theme);
    await settled(workbench.page);
    await keep(workbench.page, `${name}-${theme}`, part);
  }
}

function paletteGone({ page }: Workbench): Promise<void> {
  return page.locator('.quick-input-widget').waitFor({ state: 'hidden' });
}

/** Nothing is under the mouse, and what fades has faded. */
async function settled(page: Page): Promise<void> {
  await away(page);
  await page.locator('.monaco-hover >> visible=true').first().waitFor({ state: 'hidden' });
  await page.evaluate(async () => {
    const ending = document.getAnimations().filter((one) => one.effect?.getComputedTiming().endTime !== Infinity);
    await Promise.all(ending.map((one) => one.finished.catch(() => undefined)));
  });
}

function away(page: Page): Promise<void> {
  return page.mouse.move(900, 800);
}

async function keep(page: Page, name: string, part?: Part): Promise<void> {
  await mkdir(IMAGES, { recursive: true });
  const file = path.join(IMAGES, `${name}.png`);
  await page.screenshot({ path: file, ...(part === undefined ? {} : { clip: await placeOf(page, part) }) });
}

async function placeOf(page: Page, { of, height, around = 0 }: Part): Promise<Clip> {
  const box = await page.locator(of).first().boundingBox();
  if (box === null) throw new Error(`${of} is not shown`);
  const [x, y] = [Math.max(0, box.x - around), Math.max(0, box.y - around)];
  return { x, y, width: box.width + 2 * around, height: height ?? box.height + 2 * around };
}

takePictures().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
