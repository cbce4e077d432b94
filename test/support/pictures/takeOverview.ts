import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { TestWindow } from '../../integration/engine/harness';
import { makeSampleRepository } from '../sampleProject';
import { inBothThemes } from './camera';
import type { Project } from './views';

/** Opens a second repository beside the first in the same window, and shows where both stand. */
export async function takeOverview({ workbench, repository }: Project, folder: string): Promise<void> {
  await makeSampleRepository(folder);
  const window = new TestWindow({ path: folder });
  await window.open();
  await window.newStory('Totals by month');
  const landed = await window.codedStory('Print a table', { 'src/table.js': 'export const table = true;\n' });
  await window.must(landed, 'GatesStarted');
  await window.waitForStage(landed, 'Done');
  await window.close();
  const workspace = path.join(path.dirname(folder), 'team.code-workspace');
  const folders = [repository.folder, folder].map((one) => ({ path: one }));
  await writeFile(workspace, JSON.stringify({ folders, settings: {} }));
  await workbench.openFolder(workspace);
  await workbench.openActivity('Switchyard');
  for (const name of ['greeter', 'reports']) await workbench.tree().waitForRow((row) => row.label === name);
  await workbench.runCommand('Switchyard: Show Overview of Repositories');
  const board = await workbench.webviewFrame('Switchyard Board');
  await board.locator('[data-repository="reports"]').getByText('Nothing needs you.').waitFor();
  await board.locator('[data-repository="greeter"]').getByText('Greet in Portuguese').waitFor();
  await inBothThemes(workbench, 'overview', { of: '.part.editor', height: 400 });
}
