import * as vscode from 'vscode';
import { targetOf } from './chooseRepository';
import type { CommandContext } from './context';
import { offer } from './offer';
import { guarded } from './showBug';
import { readableApproval } from '../../core/agents/readableApproval';
import { approvalIsHeard, askedToApprove } from '../approvalElsewhere';
import { isThere } from '../git/openFolders';
import { choose, inform, warn } from '../say/notify';
import { pickOne } from '../say/pick';
import { openSettingsOf, standingSetting } from '../settings';

/** Shows every configured command and lets the person approve the whole list once. */
export async function approveCommands(context: CommandContext): Promise<void> {
  const session = context.host.session();
  await session?.settle();
  const commands = session?.commands();
  const criteria = commands?.criteria ?? [];
  if (criteria.length > 0) {
    await approveCriteria(context, criteria);
    return;
  }
  if (!commands || commands.text === '') {
    void inform(vscode.l10n.t('No gate and no agent is configured, so there is nothing to approve.'));
    return;
  }
  const asked = askedToApprove(context.host);
  if (context.approval.permission(commands.subject) !== 'granted') await approveList(context, commands);
  else if (await approvalIsHeard(context.host, asked)) sayApproved(context, commands.text);
  else sayUnheard(context, commands.text);
}

interface Approvable {
  readonly text: string;
  readonly subject: string;
}

async function approveList(context: CommandContext, commands: Approvable): Promise<void> {
  const where = context.repositories.label(context.host);
  const question =
    where === null
      ? vscode.l10n.t('May Switchyard run these commands in this repository?')
      : vscode.l10n.t('May Switchyard run these commands in {0}?', where);
  const what = vscode.l10n.t(
    'They run in worktrees beside the repository. You are asked again when one of them changes.',
  );
  if (!(await mayRun(context, question, commands.text, what))) return;
  // The first of them is that of the list.
  await approve(context, [commands], askedToApprove(context.host).slice(0, 1));
}

/** Approves them. Where that does not reach the window that runs them it is said once that is known; nothing waits for it. */
async function approve(context: CommandContext, list: readonly Approvable[], asked: readonly string[]): Promise<void> {
  for (const { subject } of list) await context.approval.approve(subject);
  void guarded(context, 'approveCommands', async () => {
    if (!(await approvalIsHeard(context.host, asked))) sayUnheard(context, list.map(({ text }) => text).join(''));
  });
}

function sayUnheard(context: CommandContext, text: string): void {
  const said = vscode.l10n.t(
    'Nothing runs yet: the window that runs Switchyard for this repository does not see your approval, because it has another profile or is another VS Code. Choose Review Commands… in that window.',
  );
  offerToShow(context, text, (show) => warn(said, show));
}

/**
 * Asks in a dialog that shows every command. Its first button, which Enter presses, only reads: it shows them in an editor,
 * where long ones have room.
 */
async function mayRun(context: CommandContext, question: string, text: string, what: string): Promise<boolean> {
  const [read, allow] = [vscode.l10n.t('Read in Editor'), vscode.l10n.t('Allow')];
  const shown = readableApproval(text);
  const pressed = await choose(question, `${shown}${what === '' ? '' : `\n\n${what}`}`, [read, allow]);
  if (pressed === read) await showCommands(context, shown, vscode.l10n.t('Approve…'));
  return pressed === allow;
}

async function showCommands(context: CommandContext, shown: string, again: string | null): Promise<void> {
  const ask = async (): Promise<void> => {
    await vscode.commands.executeCommand('switchyard.approveCommands', targetOf(context.host));
  };
  await context.texts.show(
    `${vscode.l10n.t('Commands')}.txt`,
    `${shown}\n`,
    again === null ? [] : [{ label: again, run: ask }],
  );
}

function sayApproved(context: CommandContext, text: string): void {
  const said = vscode.l10n.t('You have approved the commands that are configured.');
  offerToShow(context, text, (show) => inform(said, show));
}

function offerToShow(context: CommandContext, text: string, say: (show: string) => Thenable<string | undefined>): void {
  const show = vscode.l10n.t('Show');
  const run = () => showCommands(context, readableApproval(text), null);
  offer(context, 'approveCommands', say(show), { button: show, run });
}

/** Commands that stories' criteria name: each is approved by itself, and exactly so. The configured ones come first. */
async function approveCriteria(context: CommandContext, criteria: readonly Approvable[]): Promise<void> {
  const commands = context.host.session()?.commands();
  if (commands && commands.text !== '' && context.approval.permission(commands.subject) !== 'granted') {
    await approveList(context, commands);
    return;
  }
  const question = vscode.l10n.t(
    'May Switchyard run these commands, which criteria of stories name, on what has landed?',
  );
  if (!(await mayRun(context, question, criteria.map(({ text }) => text).join(''), ''))) return;
  await approve(context, criteria, askedToApprove(context.host));
}

/** Opens the file that holds the gates: the committed one where there is one, else the settings. */
export async function editGates(context: CommandContext): Promise<void> {
  const root = context.host.repository?.rootUri;
  if (root !== undefined) {
    const file = vscode.Uri.joinPath(root, '.switchyard', 'config.yaml');
    if (await isThere(file)) {
      await vscode.window.showTextDocument(file);
      return;
    }
  }
  await openSetting(context, 'gates');
}

export async function editAgents(context: CommandContext): Promise<void> {
  await openSetting(context, 'agents');
}

/** Opens a setting where its value stands. */
async function openSetting(context: CommandContext, name: 'gates' | 'agents'): Promise<void> {
  await openSettingsOf(standingSetting(name, context.host.repository?.rootUri).target, `switchyard.${name}`);
}

/** Lets the person choose the branch that stories land on. */
export async function setTarget(context: CommandContext): Promise<void> {
  const branches = (await context.host.session()?.branches()) ?? [];
  const picked = await pickOne(
    branches.map((label) => ({ label, value: label })),
    { title: vscode.l10n.t('Which branch do stories land on?') },
  );
  if (picked !== undefined) await context.host.session()?.setTarget(picked);
}

/** Says how git is told who the person is; a terminal stands ready for it. */
export function setIdentity(context: CommandContext): void {
  const terminal = vscode.l10n.t('Open Terminal');
  const text = vscode.l10n.t(
    'Git does not know who you are. Run: git config --global user.name "Your Name" and git config --global user.email "you@example.com"',
  );
  const run = (): void => {
    const cwd = context.host.repository?.rootUri;
    vscode.window.createTerminal({ name: 'git', ...(cwd === undefined ? {} : { cwd }) }).show();
  };
  offer(context, 'setIdentity', inform(text, terminal), { button: terminal, run });
}
