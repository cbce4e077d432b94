import type { Disposable } from '../base/disposable';
import { pause } from '../base/pause';
import { systemClock } from '../base/systemClock';
import type { Approval } from './approval';
import type { RepositoryHost } from './repositoryHost';

/** How often (ms) the approval that is waited for is looked up. */
const LOOK_MS = 2000;

/** How long (ms), and how often, an approval that was given here may take to reach the window that leads. */
export const APPROVAL_REACHES = { eachMs: 1000, times: 15 };

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

/** What of this repository is asked to be approved now, in the words of its notices. */
export function askedToApprove(host: RepositoryHost): readonly string[] {
  const notices = host.model()?.notices ?? [];
  return notices.filter(({ action }) => action?.id === 'approveCommands').map(({ text }) => text);
}

/**
 * True once the window that leads no longer asks for something of `asked`, which was approved here. It never hears of that
 * where it keeps its approvals in another place: it has another profile, or is another VS Code.
 */
export async function approvalIsHeard(host: RepositoryHost, asked: readonly string[]): Promise<boolean> {
  const isAsked = (): boolean => {
    const now = askedToApprove(host);
    return host.model()?.mode === 'following' && asked.length > 0 && asked.every((text) => now.includes(text));
  };
  for (let times = 0; isAsked() && times < APPROVAL_REACHES.times; times += 1)
    await pause(systemClock, APPROVAL_REACHES.eachMs);
  return !isAsked();
}

function isWaiting(host: RepositoryHost): boolean {
  return host.model()?.mode === 'leading' && askedToApprove(host).length > 0;
}
