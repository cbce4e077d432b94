import * as vscode from 'vscode';
import { localFiles, setUpOffers } from '../../core/setUp/offers';
import type { CommandContext } from './context';
import { offer } from './offer';
import { inform } from '../say/notify';
import { pickMany, type Choice } from '../say/pick';

type Offer = { readonly kind: 'command'; readonly command: string } | { readonly kind: 'file'; readonly name: string };

/** Offers what makes a story's worktree ready, by what the repository holds, and writes what is ticked into the workspace's settings. */
export async function setUpWorktrees(context: CommandContext): Promise<void> {
  const root = context.host.repository?.rootUri;
  if (root === undefined) return;
  const names = (await vscode.workspace.fs.readDirectory(root)).map(([name]) => name);
  const items: Choice<Offer>[] = [
    ...setUpOffers(names).map(({ command, file }) => ({
      label: command,
      description: vscode.l10n.t('because of {0}', file),
      value: { kind: 'command' as const, command },
    })),
    ...localFiles(names).map((name) => ({
      label: name,
      description: vscode.l10n.t('copied from here, where git ignores it'),
      value: { kind: 'file' as const, name },
    })),
  ];
  if (items.length === 0) {
    const open = vscode.l10n.t('Open Settings');
    const text = vscode.l10n.t(
      'Nothing here says how a worktree is made ready. You can write commands into the settings.',
    );
    const run = () =>
      vscode.commands.executeCommand('workbench.action.openWorkspaceSettings', { query: 'switchyard.worktrees' });
    offer(context, 'setUpWorktrees', inform(text, open), { button: open, run });
    return;
  }
  const title = vscode.l10n.t('What should a new worktree get?');
  const picked = await pickMany<Offer>(items, { title });
  if (picked === undefined) return;
  const configuration = vscode.workspace.getConfiguration('switchyard', root);
  const commands = picked.flatMap((one) => (one.kind === 'command' ? [one.command] : []));
  const files = picked.flatMap((one) => (one.kind === 'file' ? [`/${one.name}`] : []));
  await configuration.update('worktrees.setUp', commands, vscode.ConfigurationTarget.Workspace);
  await configuration.update('worktrees.copy', files, vscode.ConfigurationTarget.Workspace);
}
