import { mkdir, readdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { storeFolderIn } from '../../../src/store/storeFolder';
import { away, clearGround, inBothThemes } from './camera';
import type { Project } from './views';

/** Deletes two stories, one with an uncommitted file, and shows what is asked then and what Restore has of them. */
export async function takeRestore({ workbench, repository, numberOf }: Project): Promise<void> {
  const { quickInput, dialog } = workbench;
  const [frozen, invite] = ['Drop the old command line', 'Invite people by link'];
  const worktrees = `${repository.folder}.worktrees`;
  const worktree = (await readdir(worktrees)).find((name) => name.startsWith(`${numberOf(frozen)}-`)) ?? '';
  await writeFile(path.join(worktrees, worktree, 'notes.md'), 'Ask Ada who uses it.\n');
  await clearGround(workbench);
  await workbench.runCommand('Switchyard: Delete…');
  await quickInput.waitForPrompt('Delete: which stories?');
  for (const title of [frozen, invite]) await quickInput.toggle(`#${numberOf(title)} ${title}`);
  await quickInput.accept();
  await dialog.text();
  await inBothThemes(workbench, 'delete', { of: '.monaco-dialog-box', around: 12 });
  await dialog.click('Delete');
  for (const title of [frozen, invite])
    await workbench.tree().waitUntilGone((row) => row.label.startsWith(`#${numberOf(title)} `));
  // By keyboard: a mouse that clicked in the palette would be above the next box and tell of it.
  await away(workbench.page);
  await quickInput.openPalette('Switchyard: Restore…');
  await quickInput.waitForRow('Switchyard: Restore…');
  await quickInput.accept();
  await quickInput.waitForPrompt('Enter brings it back');
  await quickInput.waitForRow(/Invite people by link/);
  await inBothThemes(workbench, 'restore', { of: '.quick-input-widget', around: 2 });
  await quickInput.close();
}

/** Configures what cannot work, leaves a record, and shows what Doctor says of it. */
export async function takeDoctor({ workbench, repository }: Project): Promise<void> {
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
  await inBothThemes(workbench, 'doctor', { of: '.part.editor', height: 640 });
}
