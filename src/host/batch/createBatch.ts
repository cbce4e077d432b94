import * as vscode from 'vscode';
import { creationOrder, type BatchItem } from '../../core/story/storyBatch';
import type { CommandContext } from '../commands/context';
import { fail, inform, warn } from '../say/notify';
import { tickSet, type Tick } from '../say/tickSet';
import { wordsOf } from '../say/inWords';

/** Shows what would be made, and what speaks against it; the places that the person ticked, undefined where they cancel. */
export async function chooseItems(
  items: readonly BatchItem[],
  words: { readonly title: string; readonly look?: (item: BatchItem) => void },
): Promise<ReadonlySet<number> | undefined> {
  const rows = items.map((item, place) => rowOf(items, item, place));
  const { look } = words;
  const picked = await tickSet(
    rows,
    {
      title: words.title,
      placeHolder: vscode.l10n.t('Untick what you do not want. OK creates the others'),
    },
    look === undefined
      ? {}
      : {
          look: {
            tooltip: vscode.l10n.t('Open'),
            open: (place) => {
              const item = items[place];
              if (item !== undefined) look(item);
            },
          },
        },
  );
  return picked === undefined ? undefined : new Set(picked);
}

function rowOf(items: readonly BatchItem[], item: BatchItem, place: number): Tick<number> {
  const { title, source, type, priority, labels, like, warnings, needs, body, wanted } = item;
  const needed = needs.map((need) => (need.kind === 'item' ? (items[need.place]?.source ?? '') : `#${need.number}`));
  const about = [
    ...(like === null ? [] : [vscode.l10n.t('there already: {0}', like)]),
    ...(like === null && !wanted ? [vscode.l10n.t('ticked off there')] : []),
    ...(type === 'story' ? [] : [vscode.l10n.t(type)]),
    ...(priority === 2 ? [] : [`P${priority}`]),
    ...labels,
    ...(needed.length === 0 ? [] : [vscode.l10n.t('after {0}', needed.join(', '))]),
    source,
  ];
  const [firstLine = ''] = body.split('\n').filter((line) => line.trim() !== '');
  const said = warnings.map((warning) => `${source}:${warning.line} ${wordsOf(warning)}`);
  const detail = said.length > 0 ? said.join(' ') : firstLine.trim();
  return {
    label: title,
    ...(said.length === 0 ? {} : { icon: 'warning' }),
    description: about.join(' · '),
    ...(detail === '' ? {} : { detail }),
    value: place,
    ticked: wanted,
  };
}

/** Makes the chosen ones, each behind what it depends on, and says what came of it. */
export async function createBatch(
  context: CommandContext,
  items: readonly BatchItem[],
  chosen: ReadonlySet<number>,
): Promise<void> {
  const session = context.host.session();
  const order = creationOrder(items, chosen);
  if (session === null || order.length === 0) return;
  const keys = new Map<number, string>();
  const numbers: number[] = [];
  const refused: string[] = [];
  let left = 0;
  const title = vscode.l10n.t(
    'Creating {0}',
    vscode.l10n.t(order.length === 1 ? '1 story' : '{0} stories', order.length),
  );
  const options = { location: vscode.ProgressLocation.Notification, title, cancellable: true };
  const isCancelled = await vscode.window.withProgress(options, async (progress, cancelled) => {
    for (const place of order) {
      if (cancelled.isCancellationRequested) return true;
      const item = items[place];
      if (item === undefined) continue;
      const dependsOn = item.needs.map((need) => (need.kind === 'story' ? need.key : keys.get(need.place)));
      const known = dependsOn.filter((key) => key !== undefined);
      left += dependsOn.length - known.length;
      const { type, body, priority, labels } = item;
      const outcome = await session.createStory({ title: item.title, type, body, priority, labels, dependsOn: known });
      if (outcome.kind === 'created') {
        keys.set(place, outcome.story.key);
        numbers.push(outcome.story.number);
      } else refused.push(`${item.source}: ${wordsOf(outcome)}`);
      progress.report({ increment: 100 / order.length, message: `${numbers.length} / ${order.length}` });
    }
    return false;
  });
  await session.settle();
  tell({ numbers, refused, left, of: order.length, isCancelled });
}

interface Made {
  readonly numbers: readonly number[];
  readonly refused: readonly string[];
  /** Dependencies on stories that were not made. */
  readonly left: number;
  readonly of: number;
  readonly isCancelled: boolean;
}

function tell({ numbers, refused, left, of, isCancelled }: Made): void {
  const [first, last] = [numbers[0], numbers.at(-1)];
  const range = first === undefined || last === undefined ? '' : first === last ? `#${first}` : `#${first}–#${last}`;
  const made = first === undefined ? vscode.l10n.t('No story was created.') : vscode.l10n.t('{0} created in the backlog: {1}.', vscode.l10n.t(numbers.length === 1 ? '1 story' : '{0} stories', numbers.length), range); // prettier-ignore
  const without = left === 0 ? '' : ` ${vscode.l10n.t('{0} on stories that were not created left out.', vscode.l10n.t(left === 1 ? '1 dependency' : '{0} dependencies', left))}`; // prettier-ignore
  if (refused.length > 0) void fail(`${made} ${refused.slice(0, 3).join(' ')}`);
  else if (isCancelled)
    void warn(`${made} ${vscode.l10n.t('You cancelled; {0} were not.', of - numbers.length)}${without}`);
  else void inform(`${made}${without}`);
}
