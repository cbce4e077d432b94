import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { rowsOf, type Choice } from './pick';

/** A row with buttons of its own. */
export interface LiveRow<T> extends Choice<T> {
  readonly buttons: readonly {
    /** Name of a codicon. */
    readonly icon: string;
    readonly label: string;
    readonly press: () => unknown;
  }[];
}

/** Rows under a heading; an empty one is left out. */
export interface LivePart<T> {
  readonly heading: string;
  readonly rows: readonly LiveRow<T>[];
}

type Item<T> = vscode.QuickPickItem & { readonly value?: T; readonly press?: readonly (() => unknown)[] };

/**
 * As `pickOne`, for rows that change while the person looks and whose buttons act at once: what is done leaves the list by
 * itself, and the box stays for the rest.
 */
export function pickLive<T>(
  parts: () => readonly LivePart<T>[],
  onDidChange: vscode.Event<void>,
  words: { readonly title: string; readonly placeHolder: string },
): Promise<T | undefined> {
  const box = vscode.window.createQuickPick<Item<T>>();
  box.title = plainLine(words.title);
  box.placeholder = plainLine(words.placeHolder);
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  let shown = '';
  const show = (): void => {
    const items = parts().flatMap(itemsOf);
    // Drawing rows anew moves the focus, so it is done only where they say something else.
    const says = JSON.stringify(items.map(({ label, description, detail }) => [label, description, detail]));
    if (says === shown) return;
    shown = says;
    const active = box.activeItems[0]?.label;
    box.items = items;
    const same = items.find(({ label }) => label === active);
    if (same !== undefined) box.activeItems = [same];
  };
  show();
  const subscription = onDidChange(show);
  return new Promise((resolve) => {
    box.onDidTriggerItemButton(({ item, button }) => void item.press?.[item.buttons?.indexOf(button) ?? -1]?.());
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]?.value);
      box.hide();
    });
    box.onDidHide(() => {
      subscription.dispose();
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

function itemsOf<T>({ heading, rows }: LivePart<T>): Item<T>[] {
  if (rows.length === 0) return [];
  const items = rowsOf(rows).map((row, index): Item<T> => {
    const buttons = rows[index]?.buttons ?? [];
    return {
      ...row,
      buttons: buttons.map(({ icon, label }) => ({
        iconPath: new vscode.ThemeIcon(icon),
        tooltip: plainLine(label),
      })),
      press: buttons.map(({ press }) => press),
    };
  });
  return [{ label: plainLine(heading), kind: vscode.QuickPickItemKind.Separator }, ...items];
}
