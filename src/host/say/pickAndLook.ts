import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { chosenIn, rowsOf, type Choice } from './pick';

/** A button of each row; the list stays open while it does its work. */
export interface RowButton<T> {
  /** Name of a codicon. */
  readonly icon: string;
  readonly tooltip: string;
  readonly press: (value: T) => Promise<'stays' | 'gone'>;
}

/**
 * Lets the person choose one of several that can be looked at first; undefined when they leave the box. `tell` says more of
 * the row that is in focus, in the title. A row whose button answers `gone` leaves the list.
 */
export function pickAndLook<T>(
  choices: readonly Choice<T>[],
  words: { readonly title: string; readonly placeHolder: string },
  { buttons, tell }: { readonly buttons: readonly RowButton<T>[]; readonly tell: (value: T) => Promise<string> },
): Promise<T | undefined> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  const shown = buttons.map(({ icon, tooltip }) => ({
    iconPath: new vscode.ThemeIcon(icon),
    tooltip: plainLine(tooltip),
  }));
  box.title = plainLine(words.title);
  box.placeholder = plainLine(words.placeHolder);
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.ignoreFocusOut = true;
  box.items = rowsOf(choices).map((row) => ({ ...row, buttons: shown }));
  box.onDidChangeActive(([active]) => {
    if (active === undefined) return;
    void tell(active.value).then((more) => {
      if (box.activeItems[0] === active) box.title = plainLine(`${words.title}${more === '' ? '' : `: ${more}`}`);
    });
  });
  box.onDidTriggerItemButton(({ item, button }) => {
    const pressed = buttons[shown.findIndex((one) => one === button)];
    void pressed?.press(item.value).then((what) => {
      if (what === 'gone') box.items = box.items.filter((one) => one !== item);
    });
  });
  return chosenIn(box);
}
