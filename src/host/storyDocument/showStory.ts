import * as vscode from 'vscode';
import type { CommandContext } from '../commands/context';
import { storyUri, tabLabel } from './storyUri';

interface HowToShow {
  /** `row`: looked at beside the list that it was chosen in, which keeps the focus. */
  readonly from?: 'row';
  readonly select?: (document: vscode.TextDocument) => vscode.Position;
}

/** Opens a story of a repository as a document. */
export async function showStory(
  { repositories, host }: Pick<CommandContext, 'repositories' | 'host'>,
  number: number,
  { from, select }: HowToShow = {},
): Promise<void> {
  const uri = storyUri({ number, repository: repositories.label(host) });
  const document = await vscode.workspace.openTextDocument(uri);
  const place = select?.(document);
  // Whoever types as soon as the editor is there types at that place: it opens with it.
  const how = {
    preview: from === 'row',
    preserveFocus: from === 'row',
    ...(place !== undefined && { selection: new vscode.Range(place, place) }),
  };
  const card = host.model()?.cards.find((one) => one.number === number);
  await vscode.commands.executeCommand('vscode.open', uri, how, card && tabLabel(card));
  const editor = vscode.window.visibleTextEditors.find((one) => one.document === document);
  if (place !== undefined) editor?.revealRange(new vscode.Range(0, 0, place.line, 0));
}

/** Where the body of a new story begins. */
export function bodyStart(document: vscode.TextDocument): vscode.Position {
  for (let line = 1; line < document.lineCount; line += 1) {
    if (document.lineAt(line).text === '---') return new vscode.Position(Math.min(line + 2, document.lineCount - 1), 0);
  }
  return new vscode.Position(0, 0);
}
