import * as vscode from 'vscode';
import { setUpChoices, type SetUpChoice } from '../../core/setUp/setUpChoices';
import { worktreeSchema } from '../../core/setUp/worktreeConfig';
import type { CommandContext } from './context';
import { offer } from './offer';
import { inform } from '../say/notify';
import { tickSet, type Tick } from '../say/tickSet';
import { openSettingsOf, settingsTarget } from '../settings';

/**
 * Offers what makes a story's worktree ready, by what the repository holds, and writes what is ticked into the repository's
 * settings. What is configured already is ticked, so that nothing of it goes unasked.
 */
export async function setUpWorktrees(context: CommandContext): Promise<void> {
  const root = context.host.repository?.rootUri;
  if (root === undefined) return;
  const file = vscode.Uri.joinPath(root, '.switchyard', 'config.yaml');
  if (await decides(file)) {
    offerFile(context, file);
    return;
  }
  const look = await context.host.session()?.lookAtTop();
  if (look === undefined) return;
  const configuration = vscode.workspace.getConfiguration('switchyard', root);
  const choices = setUpChoices(look, configuredIn(configuration));
  if (choices.length === 0) {
    offerSettings(context, root);
    return;
  }
  const title = vscode.l10n.t('What should a new worktree get?');
  const picked = await tickSet<SetUpChoice>(choices.map(rowOf), { title });
  if (picked === undefined) return;
  const commands = picked.flatMap((one) => (one.kind === 'command' ? [one.command] : []));
  const files = picked.flatMap((one) => (one.kind === 'copy' ? [one.pattern] : []));
  await configuration.update('worktrees.setUp', commands, settingsTarget(root));
  await configuration.update('worktrees.copy', files, settingsTarget(root));
}

function rowOf(choice: SetUpChoice): Tick<SetUpChoice> {
  const label = choice.kind === 'command' ? choice.shown : (choice.file ?? choice.pattern);
  const row = { label, value: choice, ticked: choice.isConfigured };
  if (choice.isConfigured) return { ...row, description: vscode.l10n.t('configured now') };
  const description =
    choice.kind === 'command'
      ? vscode.l10n.t('because of {0}', choice.file ?? '')
      : vscode.l10n.t('copied from here, where git ignores it');
  return { ...row, description };
}

/** What is no list of commands or patterns is a problem that is told elsewhere. */
function configuredIn(configuration: vscode.WorkspaceConfiguration): Parameters<typeof setUpChoices>[1] {
  const given = { setUp: configuration.get<unknown>('worktrees.setUp'), copy: configuration.get<unknown>('worktrees.copy') }; // prettier-ignore
  const read = worktreeSchema.safeParse(given);
  return { setUp: read.data?.setUp ?? [], copy: read.data?.copy ?? [] };
}

/** What the repository's own file says of worktrees counts before the settings. */
async function decides(file: vscode.Uri): Promise<boolean> {
  const bytes = await vscode.workspace.fs.readFile(file).then(
    (found) => found,
    () => null,
  );
  if (bytes === null) return false;
  const [{ configSchema }, { readConfigFile }] = await Promise.all([
    import('../../core/gates/gateConfig'),
    import('../../core/gates/configFile'),
  ]);
  const read = readConfigFile(new TextDecoder().decode(bytes), configSchema);
  const worktree = read.kind === 'ok' ? read.config.worktree : undefined;
  return worktree?.setUp !== undefined || worktree?.copy !== undefined;
}

function offerFile(context: CommandContext, file: vscode.Uri): void {
  const open = vscode.l10n.t('Open File');
  const text = vscode.l10n.t(
    '{0} says how worktrees are made ready, and counts before the settings. Change it there; it holds once it has landed.',
    '.switchyard/config.yaml',
  );
  const run = () => vscode.window.showTextDocument(file);
  offer(context, 'setUpWorktrees', inform(text, open), { button: open, run });
}

function offerSettings(context: CommandContext, root: vscode.Uri): void {
  const open = vscode.l10n.t('Open Settings');
  const text = vscode.l10n.t(
    'Nothing here says how a worktree is made ready. You can write commands into the settings.',
  );
  const run = () => openSettingsOf(settingsTarget(root), 'switchyard.worktrees');
  offer(context, 'setUpWorktrees', inform(text, open), { button: open, run });
}
