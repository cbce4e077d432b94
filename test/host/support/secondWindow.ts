import { systemClock } from '../../../src/base/systemClock';
import { openSession } from '../../../src/session/services';
import type { Session } from '../../../src/session/session';

/** Another window on the repository, as its extension would open it: it follows the extension that runs here. */
export async function secondWindow(folder: string): Promise<Session> {
  const silent = (): void => undefined;
  const opened = await openSession({
    gitBinary: 'git',
    folder,
    wasmPath: '',
    spawner: null,
    clock: systemClock,
    log: { debug: silent, info: silent, warn: silent, error: silent },
    settings: () => ({ target: '', gates: [], agents: [], maxCoders: 1, strategy: 'merge', reviewPaths: [] }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => 'granted',
    onOutput: silent,
    afterLanding: () => Promise.resolve(),
  });
  if (opened.kind !== 'open') throw new Error(`The second window is not open: ${opened.check.kind}`);
  return opened.session;
}
