import * as vscode from 'vscode';
import { waitFor } from '../../support/waitFor';

/**
 * Saves what an editor holds, and resolves once nothing of it is unsaved. VS Code saves by itself after a second: where that
 * comes while this save is under way, it ends it and takes its place.
 */
export async function saveDocument(document: vscode.TextDocument): Promise<void> {
  await document.save();
  const seen = async (): Promise<unknown> => {
    const stored = await vscode.workspace.fs.readFile(document.uri);
    return { editor: document.getText(), stored: Buffer.from(stored).toString() };
  };
  await waitFor(`${document.uri.path} to be saved`, () => !hasUnsaved(document), { seen });
}

/**
 * Whether the document or its tab says that there is something to save. An extension is told that a document is saved also
 * where somebody wrote in it during the save; only the tab tells then that it is not.
 */
export function hasUnsaved(document: vscode.TextDocument): boolean {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
  const isShown = ({ input }: vscode.Tab): boolean =>
    input instanceof vscode.TabInputText && input.uri.toString() === document.uri.toString();
  return document.isDirty || tabs.some((tab) => tab.isDirty && isShown(tab));
}
