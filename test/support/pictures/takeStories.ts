import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Board } from '../../ui/support/board';
import { leaveHalfWritten } from '../halfWritten';
import { waitFor } from '../waitFor';
import { clearGround, inBothThemes } from './camera';
import type { Project } from './views';
import type { Workbench } from '../workbench/workbench';

/** The box that is open, without the title of the window above it. */
async function takeBox(workbench: Workbench, name: string, height = Infinity): Promise<void> {
  await inBothThemes(workbench, name, { of: '.quick-input-widget', around: 2, height });
  await workbench.quickInput.close();
}

/** Files that somebody wrote elsewhere: one names what it depends on, one has a type that is none. */
const PLANS: Readonly<Record<string, string>> = {
  '1-formal.md': '---\nname: Greet formally\nlabels: [words]\n---\n\nSome people want to be called by their title.\n',
  '2-titles.md':
    '---\nname: Know titles\ndepends_on: [1]\npriority: 1\n---\n\nDr, Prof., and what comes before them.\n',
  '3-letters.md': '---\nname: Greet in letters\ntype: epic\n---\n\nA letter begins in another way than a talk.\n',
};

/** How stories come to be, go and come back, in the order in which they are taken. */
export const STORY_VIEWS: Readonly<Record<string, (project: Project) => Promise<void>>> = {
  past: async ({ workbench, stories, numberOf }) => {
    await stories.command('Open Board');
    const { frame } = await Board.find(workbench);
    await frame.getByRole('button', { name: 'Past' }).click();
    const [slider, moment] = [frame.getByRole('slider', { name: 'Moment' }), frame.locator('.past .moment')];
    await slider.focus();
    // Before any agent was started.
    const last = `#${numberOf('Shout when it is loud')} `;
    await waitFor(`the moment of ${last}`, async () => {
      if ((await moment.innerText()).includes(last)) return true;
      await workbench.page.keyboard.press('ArrowLeft');
      return false;
    });
    await frame.locator('.card[aria-label^="#"]').first().waitFor();
    await inBothThemes(workbench, 'past', { of: '.part.editor', height: 560 });
    await frame.getByRole('button', { name: 'Back to Now' }).click();
  },

  'new-story': async ({ workbench, stories }) => {
    const { quickInput } = workbench;
    await clearGround(workbench);
    await stories.command('New Story…');
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill('Greet in the language of the browser');
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.waitForRow(/^\s*story$/);
    await takeBox(workbench, 'new-story');
  },

  import: async ({ workbench, stories, repository }) => {
    const { quickInput } = workbench;
    const folder = `${repository.folder}-plans`;
    await mkdir(folder);
    for (const [name, text] of Object.entries(PLANS)) await writeFile(path.join(folder, name), text);
    await clearGround(workbench);
    await stories.command('Import Stories…');
    await quickInput.waitForPrompt('Import stories from where?');
    await quickInput.fill('A Folder');
    await quickInput.waitForRow(/A Folder…/);
    await quickInput.accept();
    await quickInput.chooseFolder(folder, 'Preview Stories');
    await quickInput.waitForPrompt('Import Stories (3 files');
    await takeBox(workbench, 'import');
  },

  adopt: async ({ workbench, stories, repository }) => {
    const { quickInput } = workbench;
    const other = `${repository.folder}-other-tool`;
    await repository.git('worktree', 'add', '--quiet', '-b', 'fix/greeting-twice', other, 'main');
    await writeFile(path.join(other, 'notes.md'), 'It greets twice when the name has a space.\n');
    const idea = await repository.git('commit-tree', '-p', 'HEAD', '-m', 'Greet with a wave', 'HEAD^{tree}');
    await repository.git('branch', 'wave', idea);
    await clearGround(workbench);
    await stories.command('Adopt Branch or Worktree…');
    await quickInput.waitForPrompt('Adopt Branch or Worktree');
    await quickInput.waitForRow(/fix\/greeting-twice/);
    await takeBox(workbench, 'adopt');
  },

  recover: async ({ workbench, stories, repository }) => {
    const { quickInput } = workbench;
    leaveHalfWritten(repository.folder, 901, '# Greet whole teams\n\n- [ ] one line for each\n');
    leaveHalfWritten(repository.folder, 902, 'Say good night after ten in the evening\n');
    await clearGround(workbench);
    await stories.command('Recover Half-Written Stories…');
    await quickInput.waitForPrompt('Which numbers?');
    await quickInput.accept();
    await quickInput.waitForPrompt('2 found');
    await takeBox(workbench, 'recover');
  },

  worktrees: async ({ workbench, stories, numberOf }) => {
    const { quickInput } = workbench;
    const landed = await stories.worktree(numberOf('Greet in Danish'));
    await writeFile(path.join(landed, 'words.txt'), 'hei, moi, terve\n');
    await clearGround(workbench);
    await stories.command('Remove Worktrees of Landed Stories…');
    await quickInput.waitForPrompt('Remove Worktrees of Landed Stories: ');
    await takeBox(workbench, 'worktrees', 192);
  },
};
