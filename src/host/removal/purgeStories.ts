import * as vscode from 'vscode';
import type { RemovalPreview } from '../../core/rescue/removalView';
import { age } from '../../core/words/durations';
import type { CommandContext } from '../commands/context';
import { inform, mention } from '../say/notify';
import { askLine } from '../say/pick';
import { choseSome } from '../say/choseSome';
import { tickSet } from '../say/tickSet';
import { agreed, lookAt, removeAll } from './removeStories';

interface Candidate {
  readonly key: string;
  readonly number: number;
  readonly title: string;
  readonly isDeleted: boolean;
}

/** Removes stories with their texts. The person ticks them, reads what goes, and types a number that is no click. */
export async function purgeStories(context: CommandContext): Promise<void> {
  const session = context.host.session();
  if (session === null) return;
  const deleted = (await session.kept()).filter(({ kind }) => kind === 'story');
  const cards = context.host.model()?.cards ?? [];
  const choices = [
    ...deleted.map(({ id, number, title, at }) => ({
      label: `#${number ?? ''} ${title}`,
      description: vscode.l10n.t('deleted {0} ago', age(at, Date.now())),
      value: { key: id.slice('story:'.length), number: number ?? 0, title, isDeleted: true },
      ticked: false,
    })),
    ...cards.map(({ key, number, title, stage }) => ({
      label: `#${number} ${title}`,
      description: stage,
      value: { key, number, title, isDeleted: false },
      ticked: false,
    })),
  ];
  if (choices.length === 0) {
    void inform(vscode.l10n.t('There is no story to be purged.'));
    return;
  }
  const ticked = await tickSet<Candidate>(choices, {
    title: vscode.l10n.t('Purge (1/2): which stories are to go for good?'),
    placeHolder: vscode.l10n.t('Texts and outputs go for good. You are asked first'),
  });
  if (!choseSome(ticked)) return;
  const live = ticked.filter(({ isDeleted }) => !isDeleted);
  const looked = live.length === 0 ? [] : await lookAt(session, live.map(({ key }) => key)); // prettier-ignore
  if (looked === 'cancelled') return;
  const previews = [...ticked.filter(({ isDeleted }) => isDeleted).map(previewOfDeleted), ...looked];
  const large = await agreed(context, previews, 'purge', cards);
  if (large === null || !(await typedNumber(ticked))) return;
  const said = await removeAll(session, { previews, what: 'purge', large });
  if (said !== null) mention(said);
}

/** The story's number, or how many there are. */
async function typedNumber(stories: readonly Candidate[]): Promise<boolean> {
  const [first] = stories;
  const wanted = String(stories.length === 1 ? (first?.number ?? 0) : stories.length);
  const typed = await askLine({
    title: vscode.l10n.t('Purge (2/2)'),
    prompt:
      stories.length === 1
        ? vscode.l10n.t('Type {0} to delete #{0} for good.', wanted)
        : vscode.l10n.t('Type {0} to delete these {0} stories for good.', wanted),
    validateInput: (text) => (text === '' || text.trim() === wanted ? null : vscode.l10n.t('That is not {0}.', wanted)),
  });
  return typed?.trim() === wanted;
}

function previewOfDeleted({ key, number, title }: Candidate): RemovalPreview {
  const counts = { commits: 0, staged: 0, changed: 0, untracked: 0 };
  const nothing = { stage: null, folder: null, branch: null, counts, bytes: 0, large: [], obstacles: [], stays: [] };
  return { key, number, title, ...nothing };
}
