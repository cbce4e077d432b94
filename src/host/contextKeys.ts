import type * as vscode from 'vscode';
import { ACTION_IDS, type ActionId } from '../core/board/actions';
import type { NoticeAction } from '../core/board/boardNames';
import type { RepositoryHost } from './repositoryHost';
import type { Repositories } from './repositories';
import { setContext } from './setContext';

/** Set while a notice with this action stands: its command has something to act on. */
const NOTICED: Readonly<Record<string, NoticeAction>> = {
  hasLosses: 'acknowledgeLoss',
  hasRunChanges: 'reviewRunChanges',
  targetIsRed: 'redTarget',
  gitWaits: 'stopWaiting',
  hasLeftLock: 'removeLocks',
};

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
  const update = () => {
    const possible = new Set<ActionId>();
    const boards = repositories.all().flatMap((host) => host.model() ?? []);
    for (const { cards } of boards) for (const { actions } of cards) for (const action of actions) possible.add(action);
    for (const id of ACTION_IDS) setContext(`switchyard.can.${id}`, possible.has(id));
    const notices = boards.flatMap((board) => board.notices);
    for (const [key, about] of Object.entries(NOTICED))
      setContext(
        `switchyard.${key}`,
        notices.some(({ action }) => action?.id === about),
      );
    for (const [step, done] of Object.entries(firstSteps(repositories.shown())))
      setContext(`switchyard.done.${step}`, done);
    setContext(
      'switchyard.hasCommands',
      repositories.all().some((host) => (host.session()?.commands()?.text ?? '') !== ''),
    );
  };
  update();
  return repositories.onDidChange(update);
}
