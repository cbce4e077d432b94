import { STEP_WORDS } from '../../core/landing/stepWords';
import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { age } from '../../core/words/durations';
import type { CommandContext } from './context';
import { warn } from '../say/notify';
import { pickOne } from '../say/pick';
import { translate } from '../say/translate';

/** Opens a story's worktree in a window or a terminal of its own. */
export async function openWorktree(context: CommandContext, card: Card): Promise<void> {
  const path = await context.host.session()?.worktreeOf(card.key);
  if (path === undefined || path === null) {
    void warn(
      card.stage === 'Done' || card.stage === 'Archived'
        ? vscode.l10n.t('#{0} has no worktree any more; its branch is kept. Open Diff shows what it changed.', card.number)
        : vscode.l10n.t('#{0} has no worktree. Move it to the backlog and start it again; its branch is kept.', card.number), // prettier-ignore
    );
    return;
  }
  const inWindow = { label: vscode.l10n.t('Open in New Window'), icon: 'empty-window', value: 'window' as const };
  const inTerminal = { label: vscode.l10n.t('Open in Terminal'), icon: 'terminal', value: 'terminal' as const };
  const inExplorer = { label: vscode.l10n.t('Add to This Window'), icon: 'root-folder', value: 'folder' as const };
  const title = vscode.l10n.t('Worktree of #{0}', card.number);
  const places = canTakeFolders() ? [inWindow, inTerminal, inExplorer] : [inWindow, inTerminal];
  const picked = await pickOne(places, { title, placeHolder: path });
  const uri = vscode.Uri.file(path);
  switch (picked) {
    case 'window':
      await vscode.commands.executeCommand('vscode.openFolder', uri, { forceNewWindow: true });
      return;
    case 'terminal':
      vscode.window.createTerminal({ name: `#${card.number}`, cwd: path }).show();
      return;
    case 'folder':
      vscode.workspace.updateWorkspaceFolders(vscode.workspace.workspaceFolders?.length ?? 0, 0, {
        uri,
        name: `#${card.number}`,
      });
      return;
    case undefined:
      return;
  }
}

/**
 * VS Code starts every extension anew, and so ends what runs here, when a window of one folder gets a second one. A
 * window of several takes one more without.
 */
function canTakeFolders(): boolean {
  return vscode.workspace.workspaceFile !== undefined && (vscode.workspace.workspaceFolders?.length ?? 0) > 0;
}

/** Shows what a story's runs said: live while they run, else what was kept. */
export async function showOutput(context: CommandContext, card: Card): Promise<void> {
  const ask = async () => {
    const kept = (await context.host.session()?.outputsOf(card.key)) ?? [];
    return kept.length === 0 ? vscode.l10n.t('Nothing has run for #{0} yet.', card.number) + '\n' : kept.join('\n');
  };
  const story = { ...card, repository: context.repositories.label(context.host) };
  // A window that follows hears what is said from the moment it asks, of the leader that it asked.
  if (context.host.model()?.mode === 'following') await context.outputs.showAnew(story, ask);
  else await context.outputs.show(story, ask);
}

/** Says where a story's merge stands, and how the queue lands where it is in it, or why it does not. */
export async function mergeStatusText(context: CommandContext, card: Card): Promise<string> {
  const queue = context.host.model()?.queue ?? null;
  const said = await statusText(context, card);
  // What has not come to the queue is held up where it is.
  const held = card.stage === 'Merge' ? queue?.stopped : card.stage === 'Done' ? null : card.why;
  if (held != null) return `${said} ${held}`;
  if (queue === null || card.stage !== 'Merge') return said;
  return `${said} ${vscode.l10n.t('The queue lands in this way: {0}, because {1}.', queue.policy, queue.why)}`;
}

async function statusText(context: CommandContext, card: Card): Promise<string> {
  const status = (await context.host.session()?.mergeStatusOf(card.key)) ?? { kind: 'none' as const };
  switch (status.kind) {
    case 'none':
      return vscode.l10n.t('#{0} has not been in the merge queue.', card.number);
    case 'queued':
      if (status.ahead === 0) return vscode.l10n.t('#{0} is next in the merge queue.', card.number);
      if (status.ahead === 1) return vscode.l10n.t('#{0} is in the merge queue behind one other.', card.number);
      return vscode.l10n.t('#{0} is in the merge queue behind {1} others.', card.number, status.ahead);
    case 'running':
      return vscode.l10n.t('#{0} is merging: {1}.', card.number, translate(STEP_WORDS[status.step]));
    case 'waiting':
      // As its card says it: the files first, for the folder that the rest names is long.
      return `#${card.number}: ${card.why ?? translate(status.why)}`;
    case 'done':
      return vscode.l10n
        .t(
          '#{0} landed as {1}, {2} ago. {3}',
          card.number,
          status.commit.slice(0, 8),
          age(status.at, Date.now()),
          translate(status.proof),
        )
        .trimEnd();
    case 'failed':
      return vscode.l10n.t('The last merge of #{0} ended: {1}.', card.number, translate(status.reason));
  }
}
