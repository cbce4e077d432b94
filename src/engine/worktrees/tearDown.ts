import { readCommands } from '../../gates/readCommands';
import { runSetUp } from '../../gates/runSetUp';
import { lookAtTarget } from '../look';
import type { EnginePorts } from '../ports';

/** What was begun for a worktree should not need long to be ended (ms). */
const LONGEST_MS = 5 * 60 * 1000;

/**
 * Runs the configured tear-down in a worktree that is about to be removed. It keeps nothing from being removed: what did
 * not work is returned as a sentence, null where there is nothing to say.
 */
export async function tearDown(
  ports: EnginePorts,
  story: { readonly key: string; readonly number: number },
  folder: string,
): Promise<string | null> {
  const { git, settings, permission, processes, log, newId, onOutput } = ports;
  const target = await lookAtTarget(git, settings().target);
  const { gates, subject } = await readCommands(ports, target.kind === 'found' ? target.tip : null);
  const command = gates.kind === 'invalid' ? null : gates.worktree.tearDown;
  if (command === null) return null;
  if (permission(subject) !== 'granted')
    return `${command.command} did not run before, because you have not approved it.`;
  const outcome = await runSetUp({
    commands: [command],
    folder,
    env: { SWITCHYARD_STORY: String(story.number) },
    processes,
    watchShared: (id) => git.watchShared({ id, folder, mayMove: [], target: null }),
    write: (text) => onOutput(story, text),
    log,
    label: `tear-down of #${story.number}`,
    newRunId: newId,
    signal: new AbortController().signal,
    timeoutMs: LONGEST_MS,
  });
  if (outcome.kind !== 'failed') return null;
  log.warn(`[set-up] tear-down of #${story.number}: ${outcome.detail}`);
  return `Before it was removed, ${outcome.detail}`;
}
