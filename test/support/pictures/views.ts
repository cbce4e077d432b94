import { Board } from '../../ui/support/board';
import type { Stories } from '../../ui/support/stories';
import { StoryDocument } from '../../ui/support/storyDocument';
import type { SampleRepository } from '../sampleProject';
import { waitFor } from '../waitFor';
import type { Workbench } from '../workbench/workbench';
import { inBothThemes } from './camera';

export interface Project {
  readonly workbench: Workbench;
  readonly stories: Stories;
  readonly repository: SampleRepository;
  readonly numberOf: (title: string) => number;
  /** Lets the gates of stories in QA go on, which run one after another. */
  readonly letGates: () => void;
}

type Take = (project: Project) => Promise<void>;

const EDITOR = '.part.editor';

/** Every view of a repository with agents at work, in the order in which they are taken. */
export const VIEWS: Readonly<Record<string, Take>> = {
  board: async ({ workbench, stories, numberOf }) => {
    await stories.command('Open Board');
    const board = await Board.find(workbench);
    await board.card(numberOf('Greet in Welsh')).getByText('Adding the plural form').waitFor();
    await board.frame.locator('.lane').getByText('test').first().waitFor();
    await board.frame.locator('.radar').first().waitFor();
    await inBothThemes(workbench, 'board');
  },

  tree: async ({ workbench, stories, numberOf }) => {
    await stories.tree.expand(new RegExp(`^#${numberOf('Greet in Welsh')} `));
    await inBothThemes(workbench, 'tree', { of: '.part.sidebar', height: 640 });
  },

  flow: async ({ workbench, stories }) => {
    await stories.command('Open Board');
    const board = await Board.find(workbench);
    await board.frame.getByRole('button', { name: 'Flow' }).click();
    await board.frame.locator('.charts svg').first().waitFor();
    await inBothThemes(workbench, 'flow', { of: EDITOR, height: 560 });
    await board.frame.getByRole('button', { name: 'Back to the Board' }).click();
  },

  story: async ({ workbench, stories, numberOf }) => {
    const number = numberOf('Totals of greetings by language');
    await stories.run('Open Story…', number);
    await new StoryDocument(workbench.page, number).waitForOpen();
    await workbench.page.locator('.codelens-decoration a:text-is("Show Page")').first().waitFor();
    await inBothThemes(workbench, 'story', { of: EDITOR, height: 400 });
  },

  'story-page': async ({ workbench, stories, numberOf }) => {
    const number = numberOf('Simplify the language table');
    await stories.openPage(number);
    const page = await workbench.webviewFrame(`#${number} Simplify the language table`);
    await page.locator('h1').waitFor();
    // What a gate printed is as long as the page.
    await page.locator('details[open] > summary').first().click();
    await inBothThemes(workbench, 'story-page', { of: EDITOR, height: 560 });
  },

  review: async ({ workbench, stories, numberOf }) => {
    const number = numberOf('Simplify the language table');
    await stories.run('Open Diff', number);
    await waitFor('the changes', async () => (await workbench.editorTitles())[0]?.startsWith(`#${number} `));
    await workbench.page.locator('.view-line', { hasText: 'Why' }).first().waitFor();
    await workbench.page.locator('.view-line', { hasText: 'greetingIn' }).first().waitFor();
    await inBothThemes(workbench, 'review', { of: EDITOR });
  },

  race: async ({ workbench, stories, numberOf, letGates }) => {
    letGates();
    const { quickInput } = workbench;
    const number = numberOf('Say goodbye');
    await stories.run('Race Agents…', number);
    await quickInput.waitForPrompt(`Which agents race on #${number}?`);
    await quickInput.waitForRow(/sample/);
    await quickInput.toggle((await quickInput.rows())[0]?.label ?? '');
    await quickInput.accept();
    const beside = await stories.tree.waitForRow(({ label }) => /Say goodbye \(/.test(label));
    await stories.waitInGroup(number, 'Needs you', /It races/);
    await stories.run('Compare Race', Number(/^#(\d+)/.exec(beside.label)?.[1]));
    await workbench.waitForEditor(/^Race of #/);
    await workbench.page.locator('.view-line', { hasText: 'passed' }).first().waitFor();
    await inBothThemes(workbench, 'race', { of: EDITOR, height: 392 });
  },
};
