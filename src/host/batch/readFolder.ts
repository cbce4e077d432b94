import * as vscode from 'vscode';
import { messageOf } from '../../base/messageOf';
import type { SourceFile } from '../../core/story/storyFolder';

/** Files that were read, and those that were not, each with why. */
export interface FolderReading {
  readonly files: readonly (SourceFile & { readonly uri: vscode.Uri })[];
  readonly leftOut: readonly string[];
}

/** Most files of one import, and the largest one (bytes). */
const MOST_FILES = 2000;
const LARGEST = 1024 * 1024;
const MARKDOWN = /\.(?:md|markdown)$/i;
/** Folders that hold no story of anybody's. */
const SKIPPED = /^(?:\.git|node_modules)$/;

/** Reads the Markdown files among these files and folders, and below them. Links to folders are not followed. */
export async function readFolder(
  places: readonly vscode.Uri[],
  cancelled: vscode.CancellationToken,
): Promise<FolderReading> {
  const found: { uri: vscode.Uri; name: string }[] = [];
  const leftOut: string[] = [];
  /** One that vanished meanwhile, or may not be read, keeps no other back. */
  const orLeaveOut = async <T>(work: Thenable<T>, name: string): Promise<T | null> => {
    try {
      return await work;
    } catch (error) {
      leftOut.push(`${name}: ${messageOf(error)}`);
      return null;
    }
  };
  const look = async (uri: vscode.Uri, name: string, type: vscode.FileType): Promise<void> => {
    if (cancelled.isCancellationRequested || found.length > MOST_FILES) return;
    if (type === vscode.FileType.Directory) {
      const entries = await orLeaveOut(vscode.workspace.fs.readDirectory(uri), name || lastOf(uri));
      for (const [entry, kind] of (entries ?? []).sort(([a], [b]) => byName(a, b))) {
        if (SKIPPED.test(entry)) continue;
        await look(vscode.Uri.joinPath(uri, entry), name === '' ? entry : `${name}/${entry}`, kind);
      }
    } else if ((type & vscode.FileType.File) !== 0 && MARKDOWN.test(name)) found.push({ uri, name });
  };
  for (const place of places) {
    const type = (await orLeaveOut(vscode.workspace.fs.stat(place), lastOf(place)))?.type;
    if (type !== undefined) await look(place, type === vscode.FileType.Directory ? '' : lastOf(place), type);
  }
  if (found.length > MOST_FILES)
    leftOut.push(vscode.l10n.t('more than {0} files: only the first are read', MOST_FILES));
  const files: (SourceFile & { uri: vscode.Uri })[] = [];
  for (const { uri, name } of found.slice(0, MOST_FILES)) {
    if (cancelled.isCancellationRequested) break;
    const read = await readText(uri);
    if (read.kind === 'text') files.push({ uri, name, text: read.text });
    else leftOut.push(`${name}: ${read.why}`);
  }
  return { files, leftOut };
}

async function readText(uri: vscode.Uri): Promise<{ kind: 'text'; text: string } | { kind: 'none'; why: string }> {
  try {
    const { size } = await vscode.workspace.fs.stat(uri);
    if (size > LARGEST) return { kind: 'none', why: vscode.l10n.t('larger than 1 MB') };
    const bytes = await vscode.workspace.fs.readFile(uri);
    return { kind: 'text', text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (error) {
    return { kind: 'none', why: error instanceof TypeError ? vscode.l10n.t('no UTF-8 text') : messageOf(error) };
  }
}

function lastOf({ path }: vscode.Uri): string {
  return path.split('/').at(-1) ?? '';
}

/** 2-a.md before 10-b.md, as people read them. */
function byName(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
