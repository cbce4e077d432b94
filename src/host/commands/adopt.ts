import * as vscode from 'vscode';
import { describeWork, type FoundWork } from '../../core/story/adoption';
import { shortRef } from '../../core/story/names';
import { age } from '../../core/words/durations';
import type { Pipeline } from '../../session/pipeline';
import { confirm, fail, inform, mention, warn } from '../say/notify';
import { choseSome } from '../say/choseSome';
import { pickMany } from '../say/pick';
import { unlessCancelled } from '../say/showIfLong';
import type { CommandContext } from './context';
import { numbersOf, wordsOf } from '../say/inWords';

/** Lets the person choose among branches and worktrees that no story has, and makes a story of each, in place. */
export async function adopt(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) {
    void warn(vscode.l10n.t('Work can be adopted once Switchyard runs in this window.'));
    return;
  }
  const found = await lookForWork(session);
  if (found === 'cancelled') return;
  if (found.length === 0) {
    void inform(vscode.l10n.t('Every branch with work of its own, and every worktree, is a story already.'));
    return;
  }
  const chosen = await pickMany(found.map(choiceOf), {
    title: vscode.l10n.t('Adopt Branch or Worktree'),
    placeHolder: vscode.l10n.t('Tick what is to become a story. Nothing of it is moved or changed'),
  });
  if (!choseSome(chosen)) return;
  const agreed = [];
  for (const work of chosen) if (!isOpenHere(work) || (await agrees(work))) agreed.push(work);
  await adoptAll(context, session, agreed);
}

function lookForWork(session: Pipeline): Promise<readonly FoundWork[] | 'cancelled'> {
  return unlessCancelled(vscode.l10n.t('Switchyard looks at branches and worktrees…'), () => session.foundWork());
}

function choiceOf(work: FoundWork) {
  const label =
    work.branch === null ? vscode.l10n.t('{0} without a branch', work.head.slice(0, 8)) : shortRef(work.branch);
  const subject = work.commitsAhead === 0 ? '' : work.subject;
  const detail = [subject, work.folder].filter((one) => one !== null && one !== '').join(' · ');
  return {
    label,
    icon: work.folder === null ? 'git-branch' : 'worktree',
    description: `${describeWork(work)} · ${age(work.at, Date.now())}`,
    detail: work.busy ?? detail,
    value: work,
  };
}

/** A person's own files and a story's would be the same there. */
function isOpenHere({ place, folder }: FoundWork): boolean {
  const open = vscode.workspace.workspaceFolders?.map(({ uri }) => uri.fsPath) ?? [];
  return place === 'ownCheckout' || (folder !== null && open.includes(vscode.Uri.file(folder).fsPath));
}

function agrees({ branch, folder, head, place }: FoundWork): Promise<boolean> {
  const name = branch === null ? head.slice(0, 8) : shortRef(branch);
  const detail =
    place === 'ownCheckout'
      ? vscode.l10n.t(
          'It stays checked out in {0} and you go on working there. No agent ever works in your own checkout: switch it to another branch first if an agent is to go on with this.',
          folder ?? '',
        )
      : vscode.l10n.t(
          'It stays checked out in {0}, the folder of this window, and you go on working there. No agent starts on it by itself.',
          folder ?? '',
        );
  const question = vscode.l10n.t('{0} is checked out in your own folder. Make it a story there?', name);
  return confirm(question, detail, vscode.l10n.t('Adopt'));
}

async function adoptAll(context: CommandContext, session: Pipeline, chosen: readonly FoundWork[]): Promise<void> {
  const made: { key: string; number: number }[] = [];
  for (const { branch, folder, head } of chosen) {
    const outcome = await session.adopt({ branch, folder, head });
    if (outcome.kind === 'created') made.push(outcome.story);
    else void fail(wordsOf(outcome));
  }
  const [first] = made;
  if (first === undefined) return;
  const words =
    made.length === 1
      ? vscode.l10n.t('#{0} is in {1}.', first.number, 'Coding')
      : vscode.l10n.t('{0} are in Coding.', numbersOf(made));
  mention(words);
  await session.settle();
  await context.view.show(first.key);
}
