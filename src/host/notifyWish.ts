import * as vscode from 'vscode';

/** Of what notifications come by themselves; what a person asked for is answered in any case. */
const NOTIFY = ['needsYou', 'landed', 'never'] as const;
type Notify = (typeof NOTIFY)[number];

export function notifyWish(): Notify {
  const value = vscode.workspace.getConfiguration('switchyard').get<unknown>('notify');
  return NOTIFY.find((one) => one === value) ?? 'needsYou';
}
