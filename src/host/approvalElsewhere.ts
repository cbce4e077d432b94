import type { Disposable } from '../base/disposable';
import { systemClock } from '../base/systemClock';
import type { Approval } from './approval';
import type { RepositoryHost } from './repositoryHost';

/** How often (ms) the approval that is waited for is looked up. */
const LOOK_MS = 2000;

/**
 * VS Code carries an approval that was given in another window into this one and tells nobody: while the engine waits for
 * one, it is looked up.
 */
export function noticeApprovalsElsewhere(host: RepositoryHost, approval: Approval): Disposable {
  let timer: Disposable | null = null;
  const look = (): void => {
    timer = null;
    if (!isWaiting(host)) return;
    const subject = host.session()?.commands()?.subject;
    if (subject !== undefined && approval.permission(subject) === 'granted') host.session()?.poke();
    timer = systemClock.after(LOOK_MS, look);
  };
  const subscription = host.onDidChange(() => {
    if (isWaiting(host)) timer ??= systemClock.after(LOOK_MS, look);
  });
  return {
    dispose: () => {
      subscription.dispose();
      timer?.dispose();
    },
  };
}

function isWaiting(host: RepositoryHost): boolean {
  const model = host.model();
  return model?.mode === 'leading' && model.notices.some((notice) => notice.action?.id === 'approveCommands');
}
