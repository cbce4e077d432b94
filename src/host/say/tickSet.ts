import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { rowsOf, type Choice } from './pick';

/** A row that may be ticked from the start. */
export interface Tick<T> extends Choice<T> {
  readonly ticked: boolean;
}

interface TickOptions<T> {
  /** Makes rows of what was typed and is not there yet; each stays once it is ticked. */
  readonly fresh?: (typed: string) => Choice<T>[];
  /** A button on each row that shows what it stands for; the list stays open. */
  readonly look?: { readonly tooltip: string; readonly open: (value: T) => void };
}

/** Lets the person change a set, of which some rows are ticked already; undefined when they cancel. */
export function tickSet<T>(
  choices: readonly Tick<T>[],
  words: { readonly title: string; readonly placeHolder?: string },
  { fresh = () => [], look }: TickOptions<T> = {},
): Promise<T[] | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  const buttons =
    look === undefined ? [] : [{ iconPath: new vscode.ThemeIcon('go-to-file'), tooltip: plainLine(look.tooltip) }];
  const known = rowsOf(choices).map((row) => ({ ...row, buttons }));
  pick.title = plainLine(words.title);
  pick.placeholder = plainLine(words.placeHolder ?? '');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.items = known;
  pick.selectedItems = known.filter((_, place) => choices[place]?.ticked === true);
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => look?.open(item.value));
    pick.onDidChangeValue((typed) => {
      const selected = pick.selectedItems;
      const made = typed.trim() === '' ? [] : fresh(typed);
      const kept = selected.filter((item) => !known.some((one) => one === item));
      const offered = rowsOf(made).filter(({ label }) => !kept.some((one) => one.label === label));
      pick.items = [...offered, ...kept, ...known];
      pick.selectedItems = selected;
    });
    pick.onDidAccept(() => {
      // Who types new ones and presses Enter means them, ticked or not.
      const made = pick.value.trim() === '' ? [] : fresh(pick.value);
      const ticked = pick.selectedItems.map(({ value }) => value);
      resolve([...new Set([...ticked, ...made.map(({ value }) => value)])]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
