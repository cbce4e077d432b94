import * as vscode from 'vscode';
import { messageOf } from '../../base/messageOf';
import { plainLine } from '../../core/words/plainText';
import { rowsOf, type Choice } from './pick';

/** What was found for a text; `more` says what is not in the list, `soon` that asking again will find more. */
export interface FoundRows<T> {
  readonly rows: readonly Choice<T>[];
  readonly more: string | null;
  readonly soon: boolean;
}

/** How long (ms) nothing must be typed before it is searched, and until what is not complete is asked for again. */
const TYPING_MS = 150;
const AGAIN_MS = 700;

/** As `pickOne`, for rows that are searched for what is typed. */
export function pickFound<T>(
  find: (text: string) => Promise<FoundRows<T>>,
  words: { readonly title: string; readonly placeHolder: string; readonly none: string },
): Promise<T | undefined> {
  const box = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly value?: T }>();
  box.title = plainLine(words.title);
  box.placeholder = plainLine(words.placeHolder);
  box.ignoreFocusOut = true;
  let timer: NodeJS.Timeout | undefined;
  let open = true;
  const note = (text: string): vscode.QuickPickItem => ({ label: plainLine(text), alwaysShow: true });
  const search = async (): Promise<void> => {
    const text = box.value;
    box.busy = true;
    const found = await find(text).catch((error: unknown) => ({ rows: [], more: messageOf(error), soon: false }));
    if (!open || box.value !== text) return; // what was typed since is searched already
    box.busy = found.soon;
    // VS Code itself keeps only rows whose label has what was typed; here it may stand in a text.
    const rows = rowsOf(found.rows).map((row) => ({ ...row, alwaysShow: true }));
    // Before anything is typed an empty list says nothing of what is not there.
    const none = rows.length === 0 && found.more === null && text !== '' ? [note(words.none)] : [];
    box.items = [...rows, ...none, ...(found.more === null ? [] : [note(found.more)])];
    if (found.soon) later(AGAIN_MS);
  };
  const later = (ms: number): void => {
    clearTimeout(timer);
    timer = setTimeout(() => void search(), ms);
  };
  return new Promise((resolve) => {
    box.onDidChangeValue(() => later(TYPING_MS));
    box.onDidAccept(() => {
      const value = box.selectedItems[0]?.value;
      if (value === undefined) return;
      resolve(value);
      box.hide();
    });
    box.onDidHide(() => {
      open = false;
      clearTimeout(timer);
      resolve(undefined);
      box.dispose();
    });
    box.show();
    void search();
  });
}
