import * as vscode from 'vscode';
import { messageOf } from '../../base/messageOf';
import { plainLine } from '../../core/words/plainText';
import { chosenIn, rowsOf, type Choice } from './pick';

/** A part of a long list; null behind the last one. */
export type LoadPart<T> = () => Promise<readonly Choice<T>[] | null>;

/**
 * As `pickOne`, for a list that is read in parts while the person looks at what is there and types. `none` is said where
 * it turns out to be empty. Reading stops when the box is closed.
 */
export function pickPaged<T>(
  load: LoadPart<T>,
  words: { readonly title: string; readonly placeHolder: string; readonly none: string },
): Promise<T | undefined> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value: T }>();
  box.title = plainLine(words.title);
  box.placeholder = plainLine(words.placeHolder);
  box.matchOnDescription = true;
  box.matchOnDetail = true;
  box.ignoreFocusOut = true;
  box.busy = true;
  let open = true;
  const readAll = async (): Promise<void> => {
    for (let part = await load(); part !== null && open; part = await load())
      box.items = [...box.items, ...rowsOf(part)];
    if (open && box.items.length === 0) box.placeholder = plainLine(words.none);
  };
  const chosen = chosenIn(box, () => (open = false));
  void readAll()
    .catch((error: unknown) => {
      if (open) box.placeholder = plainLine(messageOf(error));
    })
    .finally(() => {
      if (open) box.busy = false;
    });
  return chosen;
}
