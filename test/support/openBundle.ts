import { createRequire } from 'node:module';
import { systemClock } from '../../src/base/systemClock';
import type * as services from '../../src/session/services';
import type { Session } from '../../src/session/session';

type Options = Parameters<typeof services.openSession>[0];

/** What a process is told that runs an engine of its own: files, all absolute. */
export interface BundleTask {
  readonly repository: string;
  readonly bundle: string;
  readonly wasmPath: string;
}

/** Opens a session by the engine's own bundle, which has no VS Code in it. `settings` beside those of a quiet engine. */
export async function openBundle(
  { repository, bundle, wasmPath }: BundleTask,
  settings: { readonly gates: unknown } & Readonly<Record<string, unknown>>,
  log: Options['log'],
  more: Partial<Options> = {},
): Promise<Session> {
  const { openSession } = createRequire(__filename)(bundle) as typeof services;
  const opened = await openSession({
    gitBinary: 'git',
    folder: repository,
    wasmPath,
    clock: systemClock,
    log,
    settings: () => ({ target: 'main', agents: [], maxCoders: 1, strategy: 'merge', reviewPaths: [], ...settings }),
    worktreesFolder: (main) => `${main}.worktrees`,
    permission: () => 'granted',
    onOutput: () => undefined,
    afterLanding: () => Promise.resolve(),
    ...more,
  });
  if (opened.kind !== 'open') throw new Error(`It does not open: ${opened.check.kind}`);
  return opened.session;
}
