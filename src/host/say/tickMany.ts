import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import type { Choice } from './pick';

/** Rows under one heading. */
export interface ChoiceGroup<T> {
  readonly name: string;
  readonly choices: readonly Choice<T>[];
}

/**
 * Lets the person tick any number of rows, each of which can be looked at first; undefined when they leave the box. All
 * words are text.
 */
export function tickMany<T>(
  groups: readonly ChoiceGroup<T>[],
  words: { readonly title: string; readonly placeHolder: string; readonly look: string },
  look: (value: T) => void,
): Promise<readonly T[] | undefined> {
  const box = vscode.window.createQuickPick<Row<T>>();
  const button = { iconPath: new vscode.ThemeIcon('open-preview'), tooltip: plainLine(words.look) };
  box.title = plainLine(words.title);
  box.placeholder = plainLine(words.placeHolder);
  box.canSelectMany = true;
  box.ignoreFocusOut = true;
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.items = groups.flatMap((group) => rowsOf(group, button));
  return new Promise((resolve) => {
    box.onDidTriggerItemButton(({ item }) => {
      if (item.value !== undefined) look(item.value);
    });
    box.onDidAccept(() => {
      resolve(box.selectedItems.flatMap(({ value }) => (value === undefined ? [] : [value])));
      box.hide();
    });
    box.onDidHide(() => {
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

type Row<T> = vscode.QuickPickItem & { readonly value?: T };

function rowsOf<T>({ name, choices }: ChoiceGroup<T>, button: vscode.QuickInputButton): Row<T>[] {
  if (choices.length === 0) return [];
  const heading = { label: plainLine(name), kind: vscode.QuickPickItemKind.Separator };
  return [
    heading,
    ...choices.map(({ label, description, detail, value }) => ({
      label: plainLine(label),
      ...(description === undefined ? {} : { description: plainLine(description) }),
      ...(detail === undefined ? {} : { detail: plainLine(detail) }),
      buttons: [button],
      value,
    })),
  ];
}
