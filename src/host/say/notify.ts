import * as vscode from 'vscode';
import { plainLine, visible } from '../../core/words/plainText';
import { focusPageAgain } from './pageTransport';

/**
 * The only way to VS Code's notifications and dialogs, as `pick.ts` is to its lists and `markdown.ts` to its tooltips:
 * what is said may hold words of a repository, an agent or a person, and here they become text. The linter keeps
 * everything else from asking VS Code itself.
 */

/** Says something; the button that was pressed, if any. */
export function inform<T extends string>(text: string, ...buttons: T[]): Thenable<T | undefined> {
  return vscode.window.showInformationMessage(plainLine(text), ...buttons);
}

/** Says what keeps something from being done. */
export function warn<T extends string>(text: string, ...buttons: T[]): Thenable<T | undefined> {
  return vscode.window.showWarningMessage(plainLine(text), ...buttons);
}

/** Says what went wrong. */
export function fail<T extends string>(text: string, ...buttons: T[]): Thenable<T | undefined> {
  return vscode.window.showErrorMessage(plainLine(text), ...buttons);
}

/** Asks in a dialog that has to be answered; true when the person agreed. VS Code shows its words as they are. */
export async function confirm(question: string, detail: string, agree: string): Promise<boolean> {
  return (await choose(question, detail, [agree])) === agree;
}

/** Says in the status bar, for a moment, what was done. */
export function mention(text: string): void {
  vscode.window.setStatusBarMessage(plainLine(text), 5000);
}

/** As `confirm`, where there is more than one answer; undefined when the person gave none. */
export async function choose(question: string, detail: string, answers: string[]): Promise<string | undefined> {
  const options = { modal: true, detail: visible(detail) };
  const since = Date.now();
  const answer = await vscode.window.showWarningMessage(visible(question), options, ...answers);
  focusPageAgain(since);
  return answer;
}
