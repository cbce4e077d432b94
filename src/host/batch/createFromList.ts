import * as vscode from 'vscode';
import { readList, type ListReading } from '../../core/story/readList';
import type { CommandContext } from '../commands/context';
import { inform, warn } from '../say/notify';
import { chooseItems, createBatch } from './createBatch';

/** Makes a story of each item of a list that is selected in an editor, or else was copied from anywhere. */
export async function createFromList(context: CommandContext): Promise<void> {
  if (context.host.session() === null) return;
  const cards = context.host.model()?.cards ?? [];
  const stories = cards.filter(({ stage }) => stage !== 'Archived');
  const selected = readList(selectedText(), stories);
  const reading = selected.items.length > 0 ? selected : readList(await vscode.env.clipboard.readText(), stories);
  if (reading.items.length > 0) await choose(context, reading);
  else void warn(vscode.l10n.t('There is no list. Select one in an editor, or copy one, and run this again: one story a line, or a Markdown list.')); // prettier-ignore
}

async function choose(context: CommandContext, { items, leftOut }: ListReading): Promise<void> {
  const rest =
    leftOut === 0
      ? ''
      : ` · ${vscode.l10n.t('{0} left out', vscode.l10n.t(leftOut === 1 ? '1 other line' : '{0} other lines', leftOut))}`;
  const chosen = await chooseItems(items, { title: `${vscode.l10n.t('Create Stories from List')}${rest}` });
  if (chosen === undefined) return;
  if (chosen.size === 0) void inform(vscode.l10n.t('Nothing was ticked, so no story was created.'));
  else await createBatch(context, items, chosen);
}

/** Whole lines where several are selected: whoever selects a list often begins behind its first mark. */
function selectedText(): string {
  const editor = vscode.window.activeTextEditor;
  if (editor === undefined) return '';
  const { selection, document } = editor;
  if (selection.isEmpty) return '';
  if (selection.isSingleLine) return document.getText(selection);
  const end = selection.end.character === 0 ? selection.end.line - 1 : selection.end.line;
  return document.getText(new vscode.Range(selection.start.line, 0, end, Number.MAX_SAFE_INTEGER));
}
