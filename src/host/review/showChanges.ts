import * as vscode from 'vscode';
import type { Card } from '../../core/board/card';
import type { ShownReview } from '../../core/review/comments';
import type { Oid } from '../../core/story/stage';
import type { CommandContext } from '../commands/context';
import { ADDED, DELETED, type GitApi, type GitChange } from '../git/gitExtension';
import { inform } from '../say/notify';
import { unlessCancelled } from '../say/showIfLong';
import { labelOf, type OpenReview } from './openReviews';

/** Opens what a story changes against where it would land in VS Code's own editor of several files. */
export async function openDiff(context: CommandContext, card: Card): Promise<void> {
  const session = context.host.session();
  const target = context.host.model()?.target;
  const review = (await session?.reviewOf(card.key)) ?? null;
  if (review !== null) return show(context, card, { review, base: review.base, shows: 'all' });
  const range = await session?.changesOf(card.key);
  const { api, repository } = context.host;
  if (api === null || repository === null || !target || !range) return;
  const base = range.from ?? (await repository.getMergeBase(target.name, range.to)) ?? target.name;
  const changes = await looked(repository.diffBetween(base, range.to));
  if (changes === 'cancelled') return;
  if (changes.length === 0) return sayNothing(card, target.name);
  await vscode.commands.executeCommand('vscode.changes', labelOf(card, base, range.to, 'all'), sides(api, changes, base, range.to)); // prettier-ignore
}

/** Opens what is new in a story since it was looked at before. */
export async function openNew(context: CommandContext, card: Card): Promise<void> {
  const review = (await context.host.session()?.reviewOf(card.key)) ?? null;
  if (review === null) return openDiff(context, card);
  if (review.since === null) {
    void inform(vscode.l10n.t('#{0} was not looked at before: all of it is new.', card.number));
    return openDiff(context, card);
  }
  await show(context, card, { review, base: review.since.tip, shows: 'new' });
}

interface Shown {
  readonly review: ShownReview;
  readonly base: Oid;
  readonly shows: OpenReview['shows'];
}

async function show(context: CommandContext, card: Card, { review, base, shows }: Shown): Promise<void> {
  const { host, reviews } = context;
  const { api, repository } = host;
  if (api === null || repository === null) return;
  const { tip } = review;
  const changes = repository.diffBetween(base, tip);
  const own = await looked(shows === 'all' ? changes : onlyOwn(context, review, changes));
  if (own === 'cancelled') return;
  if (own.length === 0)
    return sayNothing(card, shows === 'all' ? (host.model()?.target?.name ?? '') : base.slice(0, 8));
  const label = labelOf(card, base, tip, shows);
  const opened = { key: card.key, number: card.number, label, base, tip, shows };
  await reviews.open.note(opened);
  reviews.summaries.renew(opened);
  const summary = reviews.summaries.uriOf(opened);
  const first = review.reasons.length > 0 || review.threads.length > 0 ? [[summary, undefined, summary]] : [];
  await vscode.commands.executeCommand('vscode.changes', label, [...first, ...sides(api, own, base, tip)]);
  await host.session()?.changeReview(card.key, { kind: 'looked', base: review.base, tip });
  await reviews.comments.refresh();
}

/** What the target brought into a story meanwhile is not the story's: only files that it changes, now or then, are shown. */
async function onlyOwn(
  { host }: CommandContext,
  { base, tip, since }: ShownReview,
  looking: Promise<readonly GitChange[]>,
): Promise<readonly GitChange[]> {
  const { repository } = host;
  const changes = await looking;
  if (repository === null || since === null) return changes;
  const its = [...(await repository.diffBetween(base, tip)), ...(await repository.diffBetween(since.base, since.tip))];
  const known = new Set(its.flatMap(({ uri, originalUri }) => [uri.toString(), originalUri.toString()]));
  return changes.filter(({ uri, originalUri }) => known.has(uri.toString()) || known.has(originalUri.toString()));
}

/** Of large changes git may take its time. */
function looked<T>(going: Promise<T>): Promise<T | 'cancelled'> {
  return unlessCancelled(vscode.l10n.t('Open Diff'), () => going);
}

/** A side that is not there has no address: VS Code would look for the file and leave the change out. */
function sides(api: GitApi, changes: readonly GitChange[], from: string, to: string): (vscode.Uri | undefined)[][] {
  return changes.map(({ status, uri, originalUri }) => [
    uri,
    status === ADDED ? undefined : api.toGitUri(originalUri, from),
    DELETED.includes(status) ? undefined : api.toGitUri(uri, to),
  ]);
}

function sayNothing({ number }: Card, against: string): void {
  void inform(vscode.l10n.t('#{0} changes nothing against {1} yet.', number, against));
}
