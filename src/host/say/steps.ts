import * as vscode from 'vscode';
import { plainLine } from '../../core/words/plainText';
import type { Choice } from './pick';

/** A question that is one of several: answered, gone back from, or closed with what was typed so far. */
export type StepOutcome<T> =
  | { readonly kind: 'next'; readonly value: T }
  | { readonly kind: 'back' }
  | { readonly kind: 'closed'; readonly typed: string };

interface StepWords {
  readonly title: string;
  /** From 1. */
  readonly step: number;
  readonly steps: number;
  readonly placeHolder: string;
}

/** Asks for a line. What cannot be taken is said below it, once there is something to say it of. */
export function askStep(
  words: StepWords & { readonly value: string; readonly problem: (text: string) => string | null },
): Promise<StepOutcome<string>> {
  const box = vscode.window.createInputBox();
  prepare(box, words);
  box.value = words.value;
  const say = (problem: string | null): void =>
    void (box.validationMessage = problem === null ? '' : plainLine(problem));
  return new Promise((resolve) => {
    const end = ending(box, resolve);
    box.onDidChangeValue((text) => say(text === '' ? null : words.problem(text)));
    box.onDidAccept(() => {
      const problem = words.problem(box.value);
      if (problem === null) end({ kind: 'next', value: box.value });
      else say(problem);
    });
    box.onDidHide(() => end({ kind: 'closed', typed: box.value }));
    box.show();
  });
}

/** Lets the person choose one; each row has a button of its own, which stands for `other`. */
export function pickStep<T>(
  words: StepWords & { readonly other: { readonly icon: string; readonly label: string } | null },
  choices: readonly Choice<T>[],
): Promise<StepOutcome<{ readonly chosen: T; readonly by: 'row' | 'other' }>> {
  type Item = vscode.QuickPickItem & { readonly value: T };
  const pick = vscode.window.createQuickPick<Item>();
  prepare(pick, words);
  const { other } = words;
  const buttons =
    other === null ? [] : [{ iconPath: new vscode.ThemeIcon(other.icon), tooltip: plainLine(other.label) }];
  pick.items = choices.map(({ label, icon, description, value }) => ({
    label: icon === undefined ? plainLine(label) : `$(${icon}) ${plainLine(label)}`,
    ...(description === undefined ? {} : { description: plainLine(description) }),
    buttons,
    value,
  }));
  pick.matchOnDescription = true;
  return new Promise((resolve) => {
    const end = ending(pick, resolve);
    pick.onDidAccept(() => {
      const [chosen] = pick.activeItems;
      if (chosen !== undefined) end({ kind: 'next', value: { chosen: chosen.value, by: 'row' } });
    });
    pick.onDidTriggerItemButton(({ item }) => end({ kind: 'next', value: { chosen: item.value, by: 'other' } }));
    pick.onDidHide(() => end({ kind: 'closed', typed: '' }));
    pick.show();
  });
}

function prepare(input: vscode.InputBox | vscode.QuickPick<vscode.QuickPickItem>, words: StepWords): void {
  input.title = plainLine(words.title);
  input.step = words.step;
  input.totalSteps = words.steps;
  input.placeholder = plainLine(words.placeHolder);
  input.ignoreFocusOut = true;
  if (words.step > 1) input.buttons = [vscode.QuickInputButtons.Back];
}

/** Ends a step once; the button that goes back is the same for all. */
function ending<T, I extends vscode.QuickPickItem>(
  input: vscode.InputBox | vscode.QuickPick<I>,
  resolve: (outcome: StepOutcome<T>) => void,
): (outcome: StepOutcome<T>) => void {
  let isOver = false;
  const end = (outcome: StepOutcome<T>): void => {
    if (isOver) return;
    isOver = true;
    resolve(outcome);
    input.dispose();
  };
  input.onDidTriggerButton((button) => {
    if (button === vscode.QuickInputButtons.Back) end({ kind: 'back' });
  });
  return end;
}
