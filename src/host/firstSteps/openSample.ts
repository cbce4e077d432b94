import * as vscode from 'vscode';
import { findGitApi } from '../git/gitExtension';
import { isThere } from '../git/openFolders';
import { confirm, fail } from '../say/notify';
import { SAMPLE_FILES } from './sampleFiles';

const NAME = 'switchyard-sample';

/** Makes the sample project in a folder that the person chooses, and opens it in a window of its own. */
export async function openSample(): Promise<void> {
  const place = await vscode.window.showOpenDialog({
    title: vscode.l10n.t('Where should the sample project be made?'),
    openLabel: vscode.l10n.t('Make It Here'),
    canSelectFiles: false,
    canSelectFolders: true,
    canSelectMany: false,
  });
  const [parent] = place ?? [];
  if (parent === undefined) return;
  const folder = vscode.Uri.joinPath(parent, NAME);
  if (await isThere(folder)) {
    const question = vscode.l10n.t('There is a folder {0} already.', NAME);
    if (!(await confirm(question, folder.fsPath, vscode.l10n.t('Open It')))) return;
  } else if (!(await makeSample(folder))) return;
  await vscode.commands.executeCommand('vscode.openFolder', folder, { forceNewWindow: true });
}

/**
 * Writes the files and commits them through VS Code's Git extension; false, after saying why, where there is none. A person
 * whom git does not know yet commits under a name that counts in this folder alone.
 */
async function makeSample(folder: vscode.Uri): Promise<boolean> {
  const found = await findGitApi(folder);
  if (found.kind !== 'ready') {
    void fail(vscode.l10n.t('The sample project needs git. Install it, or switch VS Code’s Git extension on.'));
    return false;
  }
  for (const [name, text] of Object.entries(SAMPLE_FILES))
    await vscode.workspace.fs.writeFile(
      vscode.Uri.joinPath(folder, ...name.split('/')),
      new TextEncoder().encode(text),
    );
  const repository = await found.api.init(folder, { defaultBranch: 'main' });
  if (repository === null) {
    void fail(vscode.l10n.t('Git could not make a repository in {0}.', folder.fsPath));
    return false;
  }
  for (const [key, value] of [
    ['user.name', 'Sample Person'],
    ['user.email', 'sample@example.com'],
  ] as const)
    // prettier-ignore
    if ((await repository.getGlobalConfig(key).catch(() => '')) === '') await repository.setConfig(key, value);
  await repository.add(Object.keys(SAMPLE_FILES).map((name) => vscode.Uri.joinPath(folder, ...name.split('/')).fsPath));
  await repository.commit('Greet in English');
  return true;
}
