import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import { boxOpens } from './pageTransport';

/** A row of a pick list. `icon` is the name of a codicon of ours; all else is text. */
export interface Choice<T> {
  readonly label: string;
  readonly icon?: string;
  readonly description?: string;
  readonly detail?: string;
  readonly value: T;
}

/**
 * Lets the person choose one; undefined when they do not. What they type finds every word of a row; a step of several `stays`
 * when they look elsewhere. `now`: the row that is chosen already, on which the list begins.
 */
export async function pickOne<T>(
  choices: readonly Choice<T>[],
  words: { readonly title: string; readonly placeHolder?: string; readonly stays?: true },
  now?: Choice<T>,
): Promise<T | undefined> {
  boxOpens();
  const items = rowsOf(choices);
  const active = now === undefined ? undefined : items[choices.indexOf(now)];
  if (active !== undefined) return pickFrom(items, active, words.title);
  const picked = await vscode.window.showQuickPick(items, {
    title: plainLine(words.title),
    ...(words.placeHolder === undefined ? {} : { placeHolder: plainLine(words.placeHolder) }),
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: words.stays ?? false,
  });
  return picked?.value;
}

/** A list of VS Code's own begins on its first row. */
function pickFrom<I extends vscode.QuickPickItem & { readonly value: unknown }>(
  items: readonly I[],
  active: I,
  title: string,
): Promise<I['value'] | undefined> {
  const box = vscode.window.createQuickPick<I>();
  box.title = plainLine(title);
  box.matchOnDescription = true;
  box.items = items;
  box.activeItems = [active];
  return chosenIn(box);
}

/** Shows a box until the person chooses a row of it; undefined when they leave it. */
export function chosenIn<T>(
  box: vscode.QuickPick<vscode.QuickPickItem & { readonly value: T }>,
  onHide: () => void = () => undefined,
): Promise<T | undefined> {
  return new Promise((resolve) => {
    box.onDidAccept(() => {
      resolve(box.selectedItems[0]?.value);
      box.hide();
    });
    box.onDidHide(() => {
      onHide();
      resolve(undefined);
      box.dispose();
    });
    box.show();
  });
}

/** As `pickOne`, for any number of them; undefined when the person chose none of all this. */
export async function pickMany<T>(
  choices: readonly Choice<T>[],
  words: { readonly title: string; readonly placeHolder?: string },
): Promise<readonly T[] | undefined> {
  boxOpens();
  const picked = await vscode.window.showQuickPick(rowsOf(choices), {
    title: plainLine(words.title),
    ...(words.placeHolder === undefined ? {} : { placeHolder: plainLine(words.placeHolder) }),
    canPickMany: true,
    matchOnDescription: true,
    matchOnDetail: true,
    ignoreFocusOut: true,
  });
  return picked?.map(({ value }) => value);
}

/** Lets the person write a line; undefined when they do not. */
export function askLine(words: {
  readonly title: string;
  readonly prompt?: string;
  readonly placeHolder?: string;
  readonly value?: string;
  readonly validateInput?: (text: string) => string | null;
  /** What is typed is not shown. */
  readonly hidden?: true;
}): Thenable<string | undefined> {
  const { title, prompt, placeHolder, value, validateInput, hidden } = words;
  boxOpens();
  return vscode.window.showInputBox({
    title: plainLine(title),
    ...(prompt === undefined ? {} : { prompt: plainLine(prompt) }),
    ...(placeHolder === undefined ? {} : { placeHolder: plainLine(placeHolder) }),
    ...(value === undefined ? {} : { value }),
    ...(validateInput === undefined ? {} : { validateInput: (text) => nullOr(validateInput(text)) }),
    password: hidden ?? false,
    ignoreFocusOut: true,
  });
}

function nullOr(problem: string | null): string | null {
  return problem === null ? null : plainLine(problem);
}

/** Rows as VS Code takes them: all but the icon is text. */
export function rowsOf<T>(choices: readonly Choice<T>[]): (vscode.QuickPickItem & { readonly value: T })[] {
  return choices.map(({ label, icon, description, detail, value }) => ({
    label: icon === undefined ? plainLine(label) : `$(${icon}) ${plainLine(label)}`,
    ...(description === undefined ? {} : { description: plainLine(description) }),
    ...(detail === undefined ? {} : { detail: plainLine(detail) }),
    value,
  }));
}
