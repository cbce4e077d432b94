import * as vscode from 'vscode';
import { reportDocument, whatOf, type ReportAction } from '../../core/doctor/reportDocument';
import type { DoctorReport, Opening, ShownFinding } from '../../core/doctor/report';
import { PLAIN_COMMANDS } from '../commands/commandList';
import { targetOf } from '../commands/chooseRepository';
import { inRepository, type CommandContext } from '../commands/context';
import { offer } from '../commands/offer';
import { confirm, inform, mention, warn } from '../say/notify';
import { showIfLong, unlessCancelled } from '../say/showIfLong';
import { inWords, wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** Looks at everything and shows what was found as a document. */
export async function runDoctor(context: CommandContext): Promise<void> {
  const report = await examine(context);
  if (report === 'cancelled') return;
  if (report === null) return void inform(vscode.l10n.t('Open a folder first: Doctor looks at its repository.'));
  const findings = report.findings.map((one) => ({ ...one, opens: isKnown(one.opens) ? one.opens : null }));
  await context.doctor.show(
    reportDocument({ ...report, findings }, context.host.folderName(), translate),
    context.host,
  );
}

/** Does what a line of the report says. */
export async function actOnFinding(context: CommandContext, link: unknown): Promise<void> {
  const action = context.doctor.actionOf(link);
  const { about } = context.doctor;
  if (action !== null && about !== null) await act(inRepository(context, about), action);
}

/** Offers to link worktrees again that were moved: the one repair that a notice leads to by itself. */
export async function repairWorktrees(context: CommandContext): Promise<void> {
  const report = await examine(context);
  if (report === 'cancelled') return;
  const moved = (report?.findings ?? []).filter(({ id, repair }) => id === 'worktrees.moved' && repair !== null);
  if (moved.length === 0)
    return void inform(vscode.l10n.t('No worktree of this repository was found at another place.'));
  const repair = vscode.l10n.t('Repair');
  const question = vscode.l10n.t('Link these worktrees with the repository again?');
  const does = moved
    .map((one) => [whatOf(one, translate), one.repair === null ? '' : inWords([one.repair.does])].join(' '))
    .join('\n\n');
  if (!(await confirm(question, does, repair))) return;
  for (const finding of moved) await perform(context, finding);
  await examine(context); // the notice goes with its cause
}

/** It only looks, so that whoever does not want to wait leaves nothing half done. */
function examine({ host }: CommandContext): Promise<DoctorReport | null | 'cancelled'> {
  return unlessCancelled(vscode.l10n.t('Switchyard Doctor is looking'), () => host.examine());
}

async function act(context: CommandContext, action: ReportAction): Promise<void> {
  switch (action.kind) {
    case 'again':
      return runDoctor(context);
    case 'open':
      return open(context, action.opening);
    case 'repair':
      return repairOne(context, action.finding);
    default:
      return action satisfies never;
  }
}

async function repairOne(context: CommandContext, finding: ShownFinding): Promise<void> {
  const { repair } = finding;
  if (repair === null) return;
  const label = vscode.l10n.t(repair.label);
  const detail = `${whatOf(finding, translate)}\n\n${inWords([repair.does])}`;
  if (!(await confirm(`${label}?`, detail, label))) return;
  await perform(context, finding);
  await runDoctor(context);
}

async function perform({ host }: CommandContext, { key, repair }: ShownFinding): Promise<void> {
  const session = host.session();
  if (session === null) return;
  const outcome = await showIfLong(vscode.l10n.t(repair?.label ?? ''), session.repair(key), null);
  if (outcome.kind === 'repaired') mention(wordsOf(outcome));
  else void warn(wordsOf(outcome));
}

async function open(context: CommandContext, opening: Opening): Promise<void> {
  switch (opening.kind) {
    case 'file':
      await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(opening.path));
      return;
    case 'folder':
      return showFolder(context, opening.path);
    case 'command':
      if (isKnown(opening)) await vscode.commands.executeCommand(opening.command, targetOf(context.host));
      return;
    default:
      return opening satisfies never;
  }
}

/** A report can come from a window of another version, and must not be able to name any command there is. */
function isKnown(opening: Opening | null): boolean {
  if (opening?.kind !== 'command') return true;
  return Object.keys(PLAIN_COMMANDS).some((id) => `switchyard.${id}` === opening.command);
}

/** A browser has no file manager to show it in. */
async function showFolder(context: CommandContext, path: string): Promise<void> {
  if (vscode.env.uiKind === vscode.UIKind.Desktop && vscode.env.remoteName === undefined) {
    await vscode.commands.executeCommand('revealFileInOS', vscode.Uri.file(path));
    return;
  }
  const copy = vscode.l10n.t('Copy Path');
  const run = () => vscode.env.clipboard.writeText(path);
  offer(context, 'runDoctor', inform(path, copy), { button: copy, run });
}
