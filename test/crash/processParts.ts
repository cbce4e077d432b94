// What the engine processes of the kill tests have in common.
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Engine } from '../../src/engine/engine';
import type { Log } from '../../src/ports/log';
import type { Session } from '../../src/session/session';
import { openBundle, type BundleTask } from '../support/openBundle';

/** What every such process is told. */
export interface ProcessTask extends BundleTask {
  readonly gates: unknown;
}

/** Opens the session that leads. */
export async function openLeader(
  task: ProcessTask,
  settings: Readonly<Record<string, unknown>>,
  log: Log,
  more: Parameters<typeof openBundle>[3] = {},
): Promise<{ session: Session; engine: Engine }> {
  const session = await openBundle(task, { gates: task.gates, ...settings }, log, more);
  const engine = session.engine();
  if (engine === null) throw new Error(`does not lead: ${session.problem()?.message ?? 'another process leads'}`);
  return { session, engine };
}

/** Says on the standard error what a person should know, and nothing else. */
export const problemLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: (message) => void process.stderr.write(`${message}\n`),
  error: (message) => void process.stderr.write(`${message}\n`),
};

/** Makes a story, starts it, and commits one file in its worktree. */
export async function workOnStory(engine: Engine, title: string, file: string, text: string): Promise<void> {
  const created = await engine.createStory({ title, type: 'story', body: '' });
  if (created.kind !== 'created') throw new Error(created.message);
  const { key } = created.story;
  must(await engine.perform(key, { event: 'Start' }));
  const worktree = await engine.worktreeOf(key);
  if (worktree === null) throw new Error('no worktree');
  writeFileSync(join(worktree, file), text);
  execFileSync('git', ['-C', worktree, 'add', '-A']);
  execFileSync('git', ['-C', worktree, 'commit', '-qm', title]);
}

/** Kills this process unless the file says that it was killed there before; false where it was. */
export function killOnceAt(file: string, what: string): boolean {
  const known = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  if (known.includes(what)) return false;
  appendFileSync(file, `${what}\n`);
  process.kill(process.pid, 'SIGKILL');
  return true;
}

export function must(outcome: { kind: string; message?: string }): void {
  if (outcome.kind === 'refused') throw new Error(outcome.message);
}

/** Runs the process's work, and ends with what went wrong. */
export function runProcess(main: () => Promise<void>): void {
  main().catch((error: unknown) => {
    process.stderr.write(`${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    process.exitCode = 1;
  });
}
