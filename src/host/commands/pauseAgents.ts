import * as vscode from 'vscode';
import { mention } from '../say/notify';
import { standingSetting } from '../settings';
import type { CommandContext } from './context';

/** Lets no agent start any more, or again, where the setting of it stands. Those at work go on. */
export async function setAgentsPaused({ host }: CommandContext, paused: boolean): Promise<void> {
  const root = host.repository?.rootUri;
  const { target } = standingSetting('agentsPaused', root);
  await vscode.workspace.getConfiguration('switchyard', root).update('agentsPaused', paused, target);
  if (paused) mention(vscode.l10n.t('No agent starts until you resume them. Those at work go on.'));
}
