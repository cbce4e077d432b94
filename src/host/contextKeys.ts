import * as vscode from 'vscode';
import { ACTION_IDS, type ActionId } from '../core/board/actions';
import type { RepositoryHost } from './repositoryHost';

/** Tells VS Code which actions apply to any story now, so that the palette hides the others. */
export function keepContextKeys(host: RepositoryHost): vscode.Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = () => {
    const possible = new Set<ActionId>();
    for (const { actions } of host.model()?.cards ?? []) for (const action of actions) possible.add(action);
    for (const id of ACTION_IDS) set(`switchyard.can.${id}`, possible.has(id));
    const notices = host.model()?.notices ?? [];
    set(
      'switchyard.hasLosses',
      notices.some((notice) => notice.action?.id === 'acknowledgeLoss'),
    );
    set(
      'switchyard.hasRunChanges',
      notices.some((notice) => notice.action?.id === 'reviewRunChanges'),
    );
    set(
      'switchyard.targetIsRed',
      notices.some((notice) => notice.action?.id === 'redTarget'),
    );
    set(
      'switchyard.gitWaits',
      notices.some((notice) => notice.action?.id === 'stopWaiting'),
    );
    set(
      'switchyard.hasLeftLock',
      notices.some((notice) => notice.action?.id === 'removeLocks'),
    );
    set('switchyard.hasCommands', (host.session()?.commands()?.text ?? '') !== '');
  };
  update();
  return host.onDidChange(update);
}
