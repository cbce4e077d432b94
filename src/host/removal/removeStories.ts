import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import { removalDetail } from '../../core/rescue/removalText';
import type { RemovalPreview, RemovalResult, RemovalWish } from '../../core/rescue/removalView';
import { size } from '../../core/words/sizes';
import type { Session } from '../../session/session';
import { saidOf, type CommandContext } from '../commands/context';
import { choose, warn } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';
import { numbersOf, wordsOf, namesOf } from '../say/inWords';
import { translate } from '../say/translate';

type What = RemovalWish['what'];

/**
 * Asks once for all these stories what is to be deleted and kept, and does it; where one landed while the question stood, it is
 * another question, and is asked. What was told to stay stays. Gives what to announce, null for nothing.
 */
export async function deleteStories(context: CommandContext, cards: readonly Card[]): Promise<string | null> {
  const session = context.host.session();
  if (session === null || cards.length === 0) return null;
  const keys = cards.map(({ key }) => key);
  let asked: readonly RemovalPreview[] = [];
  let large: RemovalWish['large'] | null = null;
  for (;;) {
    const previews = await lookAt(session, keys);
    if (previews === 'cancelled') return null;
    const landed = previews.filter((now) => now.stage === 'Done' && asked.some(({ key, stage }) => key === now.key && stage !== 'Done')); // prettier-ignore
    if (large !== null && landed.length === 0) return removeAll(session, { previews: asked, what: 'delete', large });
    const now = context.host.model()?.cards ?? cards;
    large = await agreed(context, previews, 'delete', now, landed);
    if (large === null) return null;
    asked = previews;
  }
}

/** What stories hold and where they are. Only looks. */
export function lookAt(session: Session, keys: readonly string[]): Promise<readonly RemovalPreview[] | 'cancelled'> {
  return unlessCancelled(vscode.l10n.t('Looking at what would be removed'), () => session.previewRemoval(keys));
}

/**
 * One question for all of them; what to do with large files when the person agreed, null otherwise. `cards` say who is at work,
 * `landed` which of them landed since the person was asked before.
 */
export async function agreed(
  context: CommandContext,
  previews: readonly RemovalPreview[],
  what: What,
  cards: readonly Card[] = [],
  landed: readonly RemovalPreview[] = [],
): Promise<RemovalWish['large'] | null> {
  const able = previews.filter(({ obstacles }) => obstacles.length === 0);
  const news = landed.length === 0 ? [] : [vscode.l10n.t('Landed meanwhile: {0}.', numbersOf(landed))];
  const detail = [...news, removalDetail(previews, what, translate, cards)].join('\n\n');
  if (able.length === 0) {
    void warn(detail === '' ? vscode.l10n.t('These stories no longer exist.') : detail);
    return null;
  }
  const large = able.flatMap((one) => one.large);
  const words = WORDS[what];
  const asked = saidOf(context, words.question(able));
  if (large.length === 0) {
    const pressed = await choose(asked, detail, [words.agree()]);
    return pressed === undefined ? null : 'refuse';
  }
  const names = namesOf(large.map(({ path, bytes }) => `${path} (${size(bytes)})`));
  const question = vscode.l10n.t('Large files would be kept in the repository: {0}.', names);
  const [keep, leaveOut] = [vscode.l10n.t('Keep Them Too'), vscode.l10n.t('Leave Them Out')];
  const pressed = await choose(asked, `${question}\n\n${detail}`, [keep, leaveOut]);
  return pressed === undefined ? null : pressed === keep ? 'keep' : 'leaveOut';
}

const WORDS: Readonly<Record<What, { question: (stories: readonly RemovalPreview[]) => string; agree: () => string }>> =
  {
    delete: {
      question: (stories) => vscode.l10n.t('Delete {0}?', named(stories)),
      agree: () => vscode.l10n.t('Delete'),
    },
    purge: {
      question: (stories) => vscode.l10n.t('Delete {0} for good?', named(stories)),
      agree: () => vscode.l10n.t('Delete for Good'),
    },
    worktree: {
      question: (stories) =>
        stories.length === 1
          ? vscode.l10n.t('Remove the worktree of {0}?', named(stories))
          : vscode.l10n.t('Remove the worktrees of {0}?', numbersOf(stories)),
      agree: () => vscode.l10n.t('Remove'),
    },
  };

function named(stories: readonly RemovalPreview[]): string {
  const [first] = stories;
  if (stories.length === 1 && first !== undefined) return `#${first.number} ${first.title}`;
  return vscode.l10n.t('{0} stories ({1})', stories.length, numbersOf(stories));
}

interface Decided {
  readonly previews: readonly RemovalPreview[];
  readonly what: What;
  readonly large: RemovalWish['large'];
}

/** One after another, so that who cancels keeps the rest. What could not be done is said with its reason. */
export async function removeAll(session: Session, { previews, what, large }: Decided): Promise<string | null> {
  const able = previews.filter(({ obstacles }) => obstacles.length === 0);
  const title = what === 'worktree' ? vscode.l10n.t('Removing worktrees') : vscode.l10n.t('Deleting stories');
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: able.length > 1 };
  const results = await vscode.window.withProgress(options, async (progress, cancelled) => {
    const done: RemovalResult[] = [];
    for (const { key, number } of able) {
      if (cancelled.isCancellationRequested) break;
      progress.report({ message: `#${number}`, increment: 100 / able.length });
      done.push(...(await session.remove({ keys: [key], what, large })));
    }
    return done;
  });
  await session.settle();
  return announce(results, what);
}

function announce(results: readonly RemovalResult[], what: What): string | null {
  const refused = results.filter(({ kind }) => kind === 'refused');
  if (refused.length > 0) void warn(refused.map((one) => `#${one.number}: ${wordsOf(one)}`).join(' '));
  const done = results.filter(({ kind }) => kind === 'done');
  const [only] = done;
  if (only === undefined) return null;
  if (done.length === 1) return wordsOf(only);
  return what === 'worktree'
    ? vscode.l10n.t('The worktrees of {0} are removed.', numbersOf(done))
    : vscode.l10n.t('{0} are deleted. Restore… brings back what was kept.', numbersOf(done));
}
