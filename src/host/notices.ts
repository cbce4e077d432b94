import type { NoticeAction } from '../core/board/boardNames';
import type { Notice } from '../core/board/notices';
import * as vscode from 'vscode';
import type { RepositoryHost } from './repositoryHost';
import { notifyWish } from './notifyWish';
import { targetOf } from './commands/chooseRepository';
import { inform, warn } from './say/notify';

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
const TIMED: readonly NoticeAction[] = ['showLog', 'stopWaiting', 'removeLocks', 'pushTarget'];

function aboutOf({ once, action, text }: Notice): { readonly about: string; readonly passes: boolean } {
  const timed = once ?? TIMED.find((id) => id === action?.id);
  return { about: timed ?? text, passes: timed !== undefined };
}

/** What these tell of is said in the views alone. */
const QUIET: readonly NoticeAction[] = ['runDoctor', 'repairWorktrees'];

/**
 * Notifies of what needs an answer before anything can go on, and that it is over: once for each text, and only while
 * there are stories. The rest stays in the views. `label` names the repository in a window of several.
 */
export function askForApproval(host: RepositoryHost, label: () => string | null): vscode.Disposable {
  const asked = new Map<string, boolean>();
  return host.onDidChange(() => {
    const model = host.model();
    // The window that leads asks; the others show what it asks in their views.
    if (model === null || model.mode === 'following' || model.cards.length === 0) return;
    // What comes back after it was gone is said again.
    const now = new Set(model.notices.map((one) => aboutOf(one).about));
    for (const [about, passes] of asked) if (passes && !now.has(about)) asked.delete(about);
    for (const notice of model.notices) {
      const { text, action, severity, once } = notice;
      const { about, passes } = aboutOf(notice);
      if (notifyWish() === 'never' || asked.has(about)) continue;
      if (once === undefined && (action === null || QUIET.includes(action.id) || severity === 'info')) continue;
      asked.set(about, passes);
      const where = label();
      const words = where === null ? text : `${where}: ${text}`;
      if (action === null) {
        void inform(words);
        continue;
      }
      // No error: VS Code keeps one with a button on the screen until it is closed, and nobody can take it back once it is over.
      void warn(words, vscode.l10n.t(action.label)).then((pressed) => {
        if (pressed !== undefined) void vscode.commands.executeCommand(NOTICE_COMMANDS[action.id], targetOf(host));
      });
    }
  });
}
