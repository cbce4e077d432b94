import * as vscode from 'vscode';
import { firstLine } from '../../core/words/firstLine';
import { messageOf } from '../../base/messageOf';
import type { CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { fail, inform, mention } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';
import type { GitRepository } from './gitExtension';

/**
 * Brings the target up to what it follows on its remote, with the person's own credentials. It only ever moves forward:
 * where it has commits that the remote lacks, a person has to say how both become one.
 */
export async function pullTarget(context: CommandContext): Promise<void> {
  const { host } = context;
  const [target, repository] = [host.model()?.target?.name, host.repository];
  if (target === undefined || repository === null) return;
  const branch = await repository.getBranch(target);
  if (branch.upstream === undefined) {
    void inform(vscode.l10n.t('{0} follows no branch of a remote, so there is nothing to pull.', target));
    return;
  }
  const { upstream } = branch;
  try {
    const outcome = await unlessCancelled(vscode.l10n.t('Pulling {0}', target), (signal) =>
      pull(repository, target, upstream, signal),
    );
    if (outcome === 'cancelled') return;
  } catch (error) {
    sayWhyNot(context, target, error);
    return;
  }
  host.session()?.poke();
  mention(vscode.l10n.t('{0} is up to date with {1}/{2}.', target, upstream.remote, upstream.name));
}

/** What takes long is asking the remote; where the person cancelled meanwhile, the target stays where it is. */
async function pull(
  repository: GitRepository,
  target: string,
  { remote, name }: Upstream,
  signal: AbortSignal,
): Promise<void> {
  await repository.fetch(remote, name);
  if (signal.aborted) return;
  if (repository.state.HEAD?.name !== target) {
    // Git refuses it where it would not be a step forward, or where a worktree has the branch checked out.
    await repository.fetch(remote, `refs/heads/${name}:refs/heads/${target}`);
    return;
  }
  const { ahead = 0 } = await repository.getBranch(target);
  if (ahead > 0) throw new Error(vscode.l10n.t('{0} has commits that {1}/{2} lacks.', target, remote, name));
  await repository.pull();
}

interface Upstream {
  readonly remote: string;
  readonly name: string;
}

function sayWhyNot(context: CommandContext, target: string, error: unknown): void {
  const output = (error as { stderr?: unknown } | null)?.stderr;
  const why = firstLine(typeof output === 'string' && output.trim() !== '' ? output.trim() : messageOf(error));
  const show = vscode.l10n.t('Show Git Output');
  const said = fail(vscode.l10n.t('{0} could not be pulled: {1}', target, why), show);
  offer(context, 'pullTarget', said, { button: show, run: () => vscode.commands.executeCommand('git.showOutput') });
}
