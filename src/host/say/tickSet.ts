import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { rowsOf, type Choice } from './pick';

/** A row that may be ticked from the start. */
export interface Tick<T> extends Choice<T> {
  readonly ticked: boolean;
}

/**
 * Lets the person change a set, of which some rows are ticked already; undefined when they cancel. `fresh` makes a row of what was typed and is not there yet;
 * it stays once it is ticked.
 */
export function tickSet<T>(
  choices: readonly Tick<T>[],
  words: { readonly title: string; readonly placeHolder?: string },
  fresh: (typed: string) => Choice<T> | null = () => null,
): Promise<T[] | undefined> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  const known = rowsOf(choices);
  pick.title = plainLine(words.title);
  pick.placeholder = plainLine(words.placeHolder ?? '');
  pick.canSelectMany = true;
  pick.matchOnDescription = true;
  pick.matchOnDetail = true;
  pick.ignoreFocusOut = true;
  pick.items = known;
  pick.selectedItems = known.filter((_, place) => choices[place]?.ticked === true);
  return new Promise((resolve) => {
    pick.onDidChangeValue((typed) => {
      const selected = pick.selectedItems;
      const made = typed.trim() === '' ? null : fresh(typed);
      const kept = selected.filter((item) => !known.includes(item));
      const offered = rowsOf(made === null ? [] : [made]).filter(
        ({ label }) => !kept.some((one) => one.label === label),
      );
      pick.items = [...offered, ...kept, ...known];
      pick.selectedItems = selected;
    });
    pick.onDidAccept(() => {
      resolve(pick.selectedItems.map(({ value }) => value));
      pick.hide();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}
