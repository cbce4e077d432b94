import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { rowsOf, type Choice } from './pick';

/** A row that may be ticked from the start. */
export interface Tick<T> extends Choice<T> {
  readonly ticked: boolean;
}

interface TickOptions<T> {
  /** Reads what was typed: rows that are there, and ones to be made, of which each stays once it is ticked. */
  readonly read?: (typed: string) => Choice<T>[];
  /** A button on each row that shows what it stands for; the list stays open. */
  readonly look?: { readonly tooltip: string; readonly open: (value: T) => void };
}

/** Lets the person change a set, of which some rows are ticked already; undefined when they cancel. */
export function tickSet<T>(
  choices: readonly Tick<T>[],
  words: { readonly title: string; readonly placeHolder?: string },
  { read = () => [], look }: TickOptions<T> = {},
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
  /** What was ticked when something was typed last. */
  let before: ReadonlySet<T> = new Set();
  const ticked = (): Set<T> => new Set(pick.selectedItems.map(({ value }) => value));
  return new Promise((resolve) => {
    pick.onDidTriggerItemButton(({ item }) => look?.open(item.value));
    pick.onDidChangeValue((typed) => {
      const selected = pick.selectedItems;
      const kept = selected.filter((item) => !known.some((one) => one === item));
      const isThere = (value: T): boolean => [...kept, ...known].some((one) => one.value === value);
      // VS Code itself keeps only rows that have all that was typed, commas too.
      const offered = rowsOf(read(typed).filter(({ value }) => !isThere(value))).map((row) => ({ ...row, alwaysShow: true })); // prettier-ignore
      pick.items = [...offered, ...kept, ...known];
      pick.selectedItems = selected;
      before = ticked();
    });
    pick.onDidAccept(() => {
      // Who types some and presses Enter means them, ticked or not; who typed to find a row has ticked one since.
      const now = ticked();
      const isFound = now.size !== before.size || [...now].some((value) => !before.has(value));
      resolve([...new Set([...now, ...(isFound ? [] : read(pick.value).map(({ value }) => value))])]);
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
