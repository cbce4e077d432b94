import type { ProcessPort } from '../../../ports/processes';

/** How long (ms) a program may take to say its version. */
const PATIENCE_MS = 20_000;

/** The version of Node that a program would be run with which begins with `#!/usr/bin/env node`; null where there is none. */
export async function nodeVersion(
  processes: Pick<ProcessPort, 'run'>,
  where: {
    readonly id: string;
    readonly cwd: string;
    readonly env: Readonly<Record<string, string>>;
    readonly signal: AbortSignal;
  },
): Promise<string | null> {
  let said = '';
  const run = processes.run({
    ...where,
    command: ['node', '--version'],
    timeoutMs: PATIENCE_MS,
    silenceMs: null,
    label: 'node --version',
    onTakenOut: () => undefined,
    onOutput: (text) => (said += text),
  });
  const ended = await run.catch(() => null);
  return ended?.outcome.kind === 'exited' ? (/^v(\d+(?:\.\d+)*)/.exec(said.trim())?.[1] ?? null) : null;
}
