import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { ResolveOutcome } from '../../core/landing/resolving';
import { BOTH_SIDES } from '../git/gitExtension';
import { confirm, inform, warn } from '../say/notify';
import { workingOn } from '../say/showIfLong';
import type { CommandContext } from './context';
import { wordsOf, namesOf } from '../say/inWords';

/** Of more files than this only the first ones are opened; the source control view lists all. */
const OPENED = 8;

/** Puts the story's worktree into the middle of its merge and opens what conflicts in VS Code's merge editor. */
export async function resolveConflicts(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  let outcome = await workingOn(card, session.resolveConflicts(card.key, 'refuse'));
  if (outcome.kind === 'dirty') {
    if (!(await mayKeepAside(card, outcome))) return null;
    outcome = await workingOn(card, session.resolveConflicts(card.key, 'keepAside'));
  }
  switch (outcome.kind) {
    case 'conflicted':
      await openConflicts(context, outcome);
      return howTo(card, outcome);
    case 'noConflict':
      void offerRetry(context, card, wordsOf(outcome));
      return null;
    case 'dirty':
      void warn(vscode.l10n.t('Files in {0} are being changed. Try again.', outcome.folder));
      return null;
    case 'refused':
      void warn(wordsOf(outcome));
      return null;
    default:
      return outcome satisfies never;
  }
}

/** Brings the worktree back to what it was before Resolve Conflicts. */
export async function takeBackMerge(context: CommandContext, card: Card): Promise<string | null> {
  const session = context.host.session();
  if (session === null) return null;
  const takeBack = vscode.l10n.t('Take Back');
  const question = vscode.l10n.t('Take back the merge in the worktree of #{0}?', card.number);
  const detail = vscode.l10n.t(
    'Its branch and files are as they were before Resolve Conflicts, uncommitted work of yours included. What you resolved so far is kept: Restore finds it.',
  );
  if (!(await confirm(question, detail, takeBack))) return null;
  const outcome = await workingOn(card, session.takeBackMerge(card.key));
  if (outcome.kind === 'takenBack') return vscode.l10n.t('The merge of #{0} is taken back.', card.number);
  void warn(wordsOf(outcome));
  return null;
}

function mayKeepAside(card: Card, { folder, paths }: Extract<ResolveOutcome, { kind: 'dirty' }>): Promise<boolean> {
  const question = vscode.l10n.t(
    'The worktree of #{0} has {1}.',
    card.number,
    vscode.l10n.t(paths.length === 1 ? '1 uncommitted file' : '{0} uncommitted files', paths.length),
  );
  const detail = vscode.l10n.t(
    '{0} in {1}. They are kept first, byte for byte, and taken out of the way of the merge. Take Back the Merge puts them back there; after your commit, Restore does.',
    namesOf(paths),
    folder,
  );
  return confirm(question, detail, vscode.l10n.t('Keep and Go On'));
}

type Conflicted = Extract<ResolveOutcome, { kind: 'conflicted' }>;

/** The merge editor belongs to VS Code's Git extension, which has to know the worktree; without it the files are opened. */
async function openConflicts(context: CommandContext, { folder, files }: Conflicted): Promise<void> {
  const root = vscode.Uri.file(folder);
  const { api } = context.host;
  const repository = (await api?.openRepository(root).catch(() => null)) ?? null;
  await repository?.status();
  const known = new Map(repository?.state.mergeChanges.map(({ uri, status }) => [uri.fsPath, status]));
  for (const file of files.slice(0, OPENED)) {
    const uri = vscode.Uri.joinPath(root, file);
    const hasBoth = BOTH_SIDES.includes(known.get(uri.fsPath) ?? -1);
    // One side was deleted, or nobody knows: there is nothing to show side by side.
    await vscode.commands.executeCommand(hasBoth ? 'git.openMergeEditor' : 'vscode.open', uri);
  }
}

/** For the status bar: a notification would lie over Complete Merge. The story says it for as long as it is so, with the way back. */
function howTo(card: Card, { files, kept }: Conflicted): string {
  const what =
    files.length === 0
      ? vscode.l10n.t('The merge of #{0} waits for your commit.', card.number)
      : vscode.l10n.t('#{0} conflicts in {1}.', card.number, namesOf(files));
  const aside = kept === null ? '' : vscode.l10n.t(' Your uncommitted work is kept as {0}.', kept);
  const next = vscode.l10n.t(' Commit in its worktree when it is done: Switchyard proves it again by itself.');
  return `${what}${aside}${next}`;
}

async function offerRetry(context: CommandContext, card: Card, message: string): Promise<void> {
  const retry = vscode.l10n.t('Retry Merge');
  if ((await inform(message, retry)) !== retry) return;
  const outcome = await context.host.session()?.perform(card.key, { event: 'RetryMerge' });
  if (outcome?.kind === 'refused') void warn(wordsOf(outcome));
}
