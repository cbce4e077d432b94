import * as vscode from 'vscode';
import type { Kept } from '../../core/rescue/removalView';
import { age } from '../../core/words/durations';
import { plainLine } from '../../core/words/plainText';
import { size } from '../../core/words/sizes';
import type { Session } from '../../session/session';
import type { CommandContext } from '../commands/context';
import { guarded } from '../commands/showBug';
import { ADDED, DELETED } from '../git/gitExtension';
import { confirm, inform, warn } from '../say/notify';
import { pickAndLook } from '../say/pickAndLook';
import { showIfLong, unlessCancelled } from '../say/showIfLong';
import { inWords, wordsOf, namesOf } from '../say/inWords';

/** Lists what was deleted or kept, shows what is in it, and brings back what the person chooses. */
export async function restoreKept(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const kept = await unlessCancelled(vscode.l10n.t('Looking for what was kept'), () => session.kept());
  if (kept === 'cancelled') return;
  if (kept.length === 0) {
    void inform(vscode.l10n.t('Nothing was deleted or kept that could be brought back.'));
    return;
  }
  const chosen = await pickAndLook(
    kept.map(rowOf),
    {
      title: vscode.l10n.t('Restore'),
      placeHolder: vscode.l10n.t('Enter brings it back. Nothing that is there is overwritten'),
    },
    {
      tell: (one) => filesIn(session, one),
      buttons: [
        {
          icon: 'open-preview',
          tooltip: vscode.l10n.t('Show Its Files'),
          press: async (one) => {
            await guarded(context, 'restoreKept', () => showFiles(context, session, one));
            return 'stays';
          },
        },
        { icon: 'trash', tooltip: vscode.l10n.t('Forget'), press: (one) => forget(session, one) },
      ],
    },
  );
  if (chosen === undefined) return;
  const cancel = (): void => void session.cancelUnderWay('restore');
  const outcome = await showIfLong(vscode.l10n.t('Restoring'), session.restore(chosen.id), cancel);
  await session.settle();
  if (outcome.kind === 'refused') void warn(wordsOf(outcome));
  else if (chosen.kind === 'story') {
    const key = chosen.id.slice('story:'.length);
    void sayItIsBack(context, key, wordsOf(outcome));
    await context.view.show(key);
  } else void inform(wordsOf(outcome));
}

/** One that does not go on by itself can be let go on at once. */
async function sayItIsBack({ host }: CommandContext, key: string, message: string): Promise<void> {
  const isFrozen = host.model()?.cards.some((card) => card.key === key && card.stage === 'Frozen') ?? false;
  const pressed = await inform(message, ...(isFrozen ? [vscode.l10n.t('Unfreeze')] : []));
  if (pressed !== undefined) await vscode.commands.executeCommand('switchyard.unfreeze', key);
}

function rowOf(kept: Kept): { label: string; icon: string; description: string; detail: string; value: Kept } {
  const { kind, number, title, at, holds, bytes, restores } = kept;
  const weight = bytes === 0 ? '' : ` · ${size(bytes)}`;
  return {
    label: `${number === null ? '' : `#${number} `}${title}`,
    icon: kind === 'story' ? 'book' : 'archive',
    description: vscode.l10n.t('{0} ago{1}', age(at, Date.now()), weight),
    detail: `${inWords([holds])}. ${inWords([restores])}`,
    value: kept,
  };
}

async function filesIn(session: Session, { ref, title }: Kept): Promise<string> {
  if (ref === null) return title;
  const found = await session.keptFiles(ref).catch(() => null);
  if (found === null || found.files.length === 0) return title;
  return `${vscode.l10n.t(found.files.length === 1 ? '1 file' : '{0} files', found.files.length)}, ${namesOf(found.files)}`;
}

/** In VS Code's own diff editor: what was kept against what was committed. */
async function showFiles(context: CommandContext, session: Session, { ref, number, title }: Kept): Promise<void> {
  const { api, repository } = context.host;
  const found = ref === null ? null : await session.keptFiles(ref);
  if (api === null || repository === null || found === null || found.from === null || found.files.length === 0) {
    void inform(vscode.l10n.t('There is no file in it beside what was committed.'));
    return;
  }
  const { from, to } = found;
  const changes = await repository.diffBetween(from, to);
  const resources = changes.map(({ status, uri, originalUri }) => [
    uri,
    status === ADDED ? undefined : api.toGitUri(originalUri, from),
    DELETED.includes(status) ? undefined : api.toGitUri(uri, to),
  ]);
  const name = plainLine(`${number === null ? '' : `#${number} `}${title}`);
  await vscode.commands.executeCommand('vscode.changes', vscode.l10n.t('Kept: {0}', name), resources);
}

async function forget(
  session: Session,
  { kind, ref, commit, number, title, at, holds }: Kept,
): Promise<'stays' | 'gone'> {
  if (ref === null || commit === null) {
    void inform(vscode.l10n.t('Only its text is kept. Purge… removes it.'));
    return 'stays';
  }
  const question = vscode.l10n.t('Forget what was kept of {0}?', number === null ? title : `#${number} ${title}`);
  const detail = vscode.l10n.t(
    '{0}, {1} old. git throws it away some time later, and nothing here brings it back.',
    inWords([holds]),
    age(at, Date.now()),
  );
  if (!(await confirm(question, detail, vscode.l10n.t('Forget')))) return 'stays';
  const outcome = await session.forget(ref, commit);
  // The story itself is still there to be restored.
  if (outcome.kind === 'done') return kind === 'story' ? 'stays' : 'gone';
  void warn(wordsOf(outcome));
  return 'stays';
}
