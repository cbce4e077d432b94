import * as vscode from 'vscode';
import { ACTION_IDS, type ActionId } from '../core/board/actions';
import type { RepositoryHost } from './repositoryHost';
import type { Repositories } from './repositories';

/** The four steps of setting up, and which of them are done. */
export function firstSteps(host: RepositoryHost): Record<'gates' | 'agent' | 'approval' | 'story', boolean> {
  const model = host.model();
  const text = host.session()?.commands()?.text ?? '';
  const isAsked = model?.notices.some(({ action }) => action?.id === 'approveCommands') ?? false;
  return {
    gates: /^gate /m.test(text),
    agent: /^agent /m.test(text),
    approval: text !== '' && !isAsked,
    story: (model?.cards.length ?? 0) > 0,
  };
}

/** Tells VS Code which actions apply to any story now, so that the palette hides the others. */
export function keepContextKeys(repositories: Repositories): vscode.Disposable {
  const shown = new Map<string, boolean>();
  const set = (key: string, value: boolean) => {
    if (shown.get(key) === value) return;
    shown.set(key, value);
    void vscode.commands.executeCommand('setContext', key, value);
  };
  const update = () => {
    const possible = new Set<ActionId>();
    const boards = repositories.all().flatMap((host) => host.model() ?? []);
    for (const { cards } of boards) for (const { actions } of cards) for (const action of actions) possible.add(action);
    for (const id of ACTION_IDS) set(`switchyard.can.${id}`, possible.has(id));
    const notices = boards.flatMap((board) => board.notices);
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
    for (const [step, done] of Object.entries(firstSteps(repositories.shown()))) set(`switchyard.done.${step}`, done);
    set(
      'switchyard.hasCommands',
      repositories.all().some((host) => (host.session()?.commands()?.text ?? '') !== ''),
    );
  };
  update();
  return repositories.onDidChange(update);
}
