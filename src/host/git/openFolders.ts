import { pathWithin } from '../../base/pathWithin';
import { realpath } from 'node:fs/promises';
import * as vscode from 'vscode';
import type { GitApi, GitRepository } from './gitExtension';

/**
 * A folder is looked at where it is in a repository that the Git extension has, or is one itself; repositories of folders above
 * are opened by a person alone. A folder of several stands for those in it.
 */
export async function foldersToLookAt(api: GitApi, folders: readonly vscode.WorkspaceFolder[]): Promise<string[]> {
  const found: string[] = [];
  for (const { uri } of folders) {
    if (uri.scheme !== 'file') continue;
    const inside = api.repositories
      .map(({ rootUri }) => rootUri.fsPath)
      .filter((root) => pathWithin(uri.fsPath, root) !== null);
    const isOne = api.getRepository(uri) !== null || (await isThere(vscode.Uri.joinPath(uri, '.git')));
    found.push(...(isOne ? [uri.fsPath] : inside));
  }
  const [other] = api.repositories;
  return found.length > 0 || other === undefined ? [...new Set(found)] : [other.rootUri.fsPath];
}

/** The very repository whose top this is: one that lies in another is not that other. */
export async function repositoryAt(api: GitApi, topLevel: string): Promise<GitRepository | null> {
  const top = await real(topLevel);
  const uri = vscode.Uri.file(topLevel);
  for (const one of [api.getRepository(uri), ...api.repositories])
    if (one !== null && (await real(one.rootUri.fsPath)) === top) return one;
  return api.openRepository(uri);
}

function real(folder: string): Promise<string> {
  return realpath(folder).catch(() => folder);
}

/** Whether something is there, on whatever disk the folder lies. */
export function isThere(uri: vscode.Uri): Thenable<boolean> {
  return vscode.workspace.fs.stat(uri).then(
    () => true,
    () => false,
  );
}
