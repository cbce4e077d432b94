import { execFile } from 'node:child_process';
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { waitFor } from '../../support/waitFor';
import { StoryDocument } from './storyDocument';
import type { Tree, TreeRow } from '../../support/workbench/tree';
import type { Workbench } from '../../support/workbench/workbench';

const execute = promisify(execFile);

export interface Wanted {
  readonly title: string;
  readonly type?: 'story' | 'bug' | 'spike' | 'refactor';
  /** Written into its document at the beginning of the body, and saved. */
  readonly details?: string;
}

/** What a person does with stories in a window, by palette, tree and dialogs. */
export class Stories {
  readonly tree: Tree;

  /** `folder`: the repository that the window has open, where that is not its sample. */
  constructor(
    private readonly workbench: Workbench,
    private readonly folder = workbench.repository.folder,
  ) {
    this.tree = workbench.tree('Stories');
  }

  /** Shows the view of a window whose repository has no story yet. */
  async open(): Promise<void> {
    await this.workbench.extensionHost.waitForActivation('switchyard.switchyard');
    await this.workbench.openActivity('Switchyard');
    await waitFor('the welcome of a ready repository', async () => /No story yet/.test(await this.tree.welcomeText()));
  }

  /** Makes a story from the palette without the mouse; returns its row in the tree. */
  async create({ title, type = 'story', details = '' }: Wanted): Promise<TreeRow> {
    const { quickInput } = this.workbench;
    await this.command('New Story…');
    await quickInput.waitForPrompt('New Story (1/2)');
    await quickInput.fill(title);
    await quickInput.accept();
    await quickInput.waitForPrompt('New Story (2/2)');
    await quickInput.fill(type);
    await quickInput.waitForRow(new RegExp(`^\\s*${type}$`));
    await quickInput.accept();
    const row = await this.tree.waitForRow((one) => one.label.endsWith(` ${title}`));
    const number = Number(/^#(\d+)/.exec(row.label)?.[1]);
    await this.document(number).waitForOpen();
    if (details !== '') await this.document(number).type(details);
    return row;
  }

  /** A story's document in the editor. */
  document(number: number): StoryDocument {
    return new StoryDocument(this.workbench.page, number);
  }

  /** Looks at the configured commands and allows them; returns what was asked. */
  async approve(): Promise<string> {
    await this.command('Review Commands…');
    const question = await this.workbench.dialog.text();
    await this.workbench.dialog.click('Allow');
    return question;
  }

  /** The row of a story, as it is now. */
  async row(number: number): Promise<TreeRow | undefined> {
    return (await this.tree.rows()).find(isRowOf(number));
  }

  /** Runs a command from the palette by keyboard alone. */
  async command(title: string): Promise<void> {
    await this.workbench.runCommand(`Switchyard: ${title}`);
  }

  /** Runs a command of the palette on one story, which it then asks for; by keyboard alone. */
  async run(command: string, number: number): Promise<void> {
    const { quickInput } = this.workbench;
    await this.command(command);
    await quickInput.waitForPrompt('which story?');
    await quickInput.fill(`#${number} `);
    await quickInput.acceptRow(new RegExp(`^#${number} `));
  }

  /** Shows the page of a story; by keyboard alone. */
  async openPage(number: number): Promise<void> {
    await this.run('Show Story Page…', number);
  }

  /** Waits until a story's row stands below a group of the tree, and says what is wanted. */
  async waitInGroup(number: number, group: string, says: RegExp = /(?:)/, deadlineMs = 120_000): Promise<TreeRow> {
    return waitFor(
      `#${number} below ${group}, saying ${says}`,
      async () => {
        const rows = await this.tree.rows();
        const index = rows.findIndex(isRowOf(number));
        const above = rows.slice(0, Math.max(index, 0)).findLast((row) => row.level === 1);
        return above?.label === group && says.test(rows[index]!.spoken) ? rows[index] : undefined;
      },
      { deadlineMs, seen: () => this.tree.rows() },
    );
  }

  /** The worktree of a story, beside the repository. */
  async worktree(number: number): Promise<string> {
    const folder = `${this.folder}.worktrees`;
    const name = (await readdir(folder)).find((one) => one.startsWith(`${number}-`));
    if (name === undefined) throw new Error(`#${number} has no worktree in ${folder}`);
    return path.join(folder, name);
  }

  /** Writes and commits files in a story's worktree, as a person who codes there. */
  async work(number: number, files: Readonly<Record<string, string>>): Promise<void> {
    const worktree = await this.worktree(number);
    for (const [name, text] of Object.entries(files)) {
      const file = path.join(worktree, ...name.split('/'));
      await mkdir(path.dirname(file), { recursive: true });
      await writeFile(file, text);
    }
    await execute('git', ['add', '--all'], { cwd: worktree });
    await execute('git', ['commit', '--quiet', '--message', `Work on #${number}`], { cwd: worktree });
  }
}

export function isRowOf(number: number): (row: TreeRow) => boolean {
  return (row) => row.label.startsWith(`#${number} `);
}
