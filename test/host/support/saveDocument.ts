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
  await waitFor(`${document.uri.path} to be saved`, () => !document.isDirty, { seen });
}
