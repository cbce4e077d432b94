import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { inform, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import { chooseItems, createBatch } from './createBatch';
import { readFolder } from './readFolder';
import { namesOf } from '../say/inWords';

/** Makes stories of Markdown files, after the person has seen what would be made and what is wrong with it. */
export async function importStories(context: CommandContext, given?: unknown): Promise<void> {
  if (context.host.session() === null) return;
  const places = given instanceof vscode.Uri ? [given] : await askPlaces();
  if (places === undefined || places.length === 0) return;
  const title = vscode.l10n.t('Reading stories');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const reading = await vscode.window.withProgress(options, async (_, cancelled) => {
    const read = await readFolder(places, cancelled);
    return cancelled.isCancellationRequested ? null : read;
  });
  if (reading === null) return;
  const { files, leftOut } = reading;
  if (leftOut.length > 0)
    void warn(
      vscode.l10n.t(
        '{0} left out: {1}.',
        vscode.l10n.t(leftOut.length === 1 ? '1 file' : '{0} files', leftOut.length),
        namesOf(leftOut),
      ),
    );
  if (files.length === 0) {
    void warn(vscode.l10n.t('There is no Markdown file there, so there is nothing to import.'));
    return;
  }
  const { readStories } = await import('../../core/story/storyFolder');
  const stories = (context.host.model()?.cards ?? []).filter(({ stage }) => stage !== 'Archived');
  const items = readStories(files, stories);
  const warnings = items.reduce((sum, item) => sum + item.warnings.length, 0);
  const words = [
    vscode.l10n.t(items.length === 1 ? '1 file' : '{0} files', items.length),
    ...(warnings === 0 ? [] : [vscode.l10n.t(warnings === 1 ? '1 warning' : '{0} warnings', warnings)]),
  ].join(', ');
  const chosen = await chooseItems(items, {
    title: vscode.l10n.t('Import Stories ({0})', words),
    look: ({ source, warnings: [first] }) => {
      const file = files.find(({ name }) => name === source);
      if (file !== undefined) void openAt(file.uri, first?.line ?? 1);
    },
  });
  if (chosen === undefined) return;
  if (chosen.size === 0) void inform(vscode.l10n.t('Nothing was ticked, so no story was created.'));
  else await createBatch(context, items, chosen);
}

/** One dialog for both exists on some systems only. */
async function askPlaces(): Promise<vscode.Uri[] | undefined> {
  const what = await pickOne(
    [
      { label: vscode.l10n.t('A Folder…'), icon: 'folder', description: vscode.l10n.t('every Markdown file in it'), value: 'folder' as const },
      { label: vscode.l10n.t('Files…'), icon: 'markdown', value: 'files' as const },
    ],
    { title: vscode.l10n.t('Import stories from where?'), stays: true },
  ); // prettier-ignore
  if (what === undefined) return undefined;
  const folder = vscode.workspace.workspaceFolders?.[0]?.uri;
  return vscode.window.showOpenDialog({
    canSelectFolders: what === 'folder',
    canSelectFiles: what === 'files',
    canSelectMany: true,
    openLabel: vscode.l10n.t('Preview Stories'),
    ...(folder === undefined ? {} : { defaultUri: folder }),
    ...(what === 'files' ? { filters: { Markdown: ['md', 'markdown'] } } : {}),
  });
}

async function openAt(uri: vscode.Uri, line: number): Promise<void> {
  const at = new vscode.Position(line - 1, 0);
  await vscode.window.showTextDocument(uri, {
    selection: new vscode.Range(at, at),
    preview: true,
    preserveFocus: true,
  });
}
