import type { NoticeAction } from '../core/board/boardNames';
import * as vscode from 'vscode';
import type { RepositoryHost } from './repositoryHost';
import { notifyWish } from './notifyWish';
import { targetOf } from './commands/chooseRepository';
import { warn } from './say/notify';

/** The command behind each notice's action. */
export const NOTICE_COMMANDS: Readonly<Record<NoticeAction, string>> = {
  manageTrust: 'workbench.trust.manage',
  approveCommands: 'switchyard.approveCommands',
  setTarget: 'switchyard.setTarget',
  pullTarget: 'switchyard.pullTarget',
  editGates: 'switchyard.editGates',
  editAgents: 'switchyard.editAgents',
  setIdentity: 'switchyard.setIdentity',
  acknowledgeLoss: 'switchyard.acknowledgeLoss',
  stopWaiting: 'switchyard.stopWaiting',
  removeLocks: 'switchyard.removeLocks',
  showLog: 'switchyard.showLog',
  reviewRunChanges: 'switchyard.reviewRunChanges',
  quarantineGate: 'switchyard.quarantineGate',
  redTarget: 'switchyard.redTarget',
  runDoctor: 'switchyard.runDoctor',
  repairWorktrees: 'switchyard.repairWorktrees',
  pushTarget: 'switchyard.pushTarget',
  shareStories: 'switchyard.shareStories',
};

/** Notices whose text changes while they tell of the same thing: how long it has been so, or what was found out since. */
const TIMED: readonly NoticeAction[] = ['showLog', 'stopWaiting', 'removeLocks', 'pushTarget', 'redTarget'];

/** What these tell of is said in the views alone. */
const QUIET: readonly NoticeAction[] = ['runDoctor', 'repairWorktrees'];

/**
 * Notifies of what needs an answer before anything can go on: once for each text, and only while a story waits for it.
 * The rest stays in the views. `label` names the repository in a window of several.
 */
export function askForApproval(host: RepositoryHost, label: () => string | null): vscode.Disposable {
  const asked = new Set<string>();
  return host.onDidChange(() => {
    const model = host.model();
    // The window that leads asks; the others show what it asks in their views.
    if (model === null || model.mode === 'following' || model.cards.length === 0) return;
    // What comes back after it was gone is said again.
    for (const id of TIMED) if (!model.notices.some(({ action }) => action?.id === id)) asked.delete(id);
    for (const { text, action, severity } of model.notices) {
      const about = TIMED.find((id) => id === action?.id) ?? text;
      if (notifyWish() === 'never') continue;
      if (action === null || QUIET.includes(action.id) || severity === 'info' || asked.has(about)) continue;
      asked.add(about);
      const where = label();
      // No error: VS Code keeps one with a button on the screen until it is closed, and nobody can take it back once it is over.
      void warn(where === null ? text : `${where}: ${text}`, vscode.l10n.t(action.label)).then((pressed) => {
        if (pressed !== undefined) void vscode.commands.executeCommand(NOTICE_COMMANDS[action.id], targetOf(host));
      });
    }
  });
}
