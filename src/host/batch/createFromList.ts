import * as vscode from 'vscode';
import { readList, type ListReading } from '../../core/story/readList';
import { count } from '../../core/words/durations';
import type { CommandContext } from '../commands/context';
import { inform, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import { chooseItems, createBatch } from './createBatch';

/** Makes a story of each item of a list that is selected in an editor, or was copied from anywhere. */
export async function createFromList(context: CommandContext): Promise<void> {
  const cards = context.host.model()?.cards ?? [];
  const stories = cards.filter(({ stage }) => stage !== 'Archived');
  const selection = selectedText();
  const copied = await vscode.env.clipboard.readText();
  const sources = [
    { label: vscode.l10n.t('From the Selection'), icon: 'selection', reading: readList(selection, stories) },
    { label: vscode.l10n.t('From the Clipboard'), icon: 'clippy', reading: readList(copied, stories) },
  ].filter(({ reading }) => reading.items.length > 0);
  const [only, ...others] = sources;
  if (only === undefined) {
    void warn(vscode.l10n.t('There is no list. Select one in an editor, or copy one, and run this again: one story a line, or a Markdown list.')); // prettier-ignore
    return;
  }
  const reading =
    others.length === 0
      ? only.reading
      : await pickOne(
          sources.map(({ label, icon, reading: one }) => ({
            label,
            icon,
            description: count(one.items.length, 'item'),
            detail: one.items.slice(0, 3).map(({ title }) => title).join(' · '),
            value: one,
          })),
          { title: vscode.l10n.t('Create Stories from List'), stays: true },
        ); // prettier-ignore
  if (reading !== undefined) await choose(context, reading);
}

async function choose(context: CommandContext, { items, leftOut }: ListReading): Promise<void> {
  const rest = leftOut === 0 ? '' : ` · ${vscode.l10n.t('{0} of no item left out', count(leftOut, 'line'))}`;
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
