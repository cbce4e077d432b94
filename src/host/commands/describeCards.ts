import * as vscode from 'vscode';
import type { ActionId } from '../../core/board/actions';
import type { Card } from '../../core/board/card';
import { RUN_ROLES, type RunRole } from '../../core/pipeline/roles';
import { PRIORITY_WORDS, readLabels, type Description } from '../../core/story/describeStory';
import type { NamedDependency } from '../../core/story/dependencies';
import { readTitle } from '../../core/story/story';
import { fail } from '../say/notify';
import { askLine, pickOne, type Choice } from '../say/pick';
import { translate } from '../say/translate';
import { tickSet, type Tick } from '../say/tickSet';
import type { Session } from '../../session/session';
import type { CommandContext } from './context';
import { stageWord } from '../../core/story/stageWords';
import { wordsOf } from '../say/inWords';

const DESCRIBING = ['rename', 'setPriority', 'setLabels', 'dependsOn', 'chooseAgent'] as const;
type Describing = (typeof DESCRIBING)[number];

/** Whether an action says anew what a story is. */
export function isDescribing(id: ActionId): id is Describing {
  return DESCRIBING.some((one) => one === id);
}

/** What is to be said of each story; null when the person cancelled. */
type Wanted = ((card: Card) => Description) | null;

/** Asks once for all these stories, and says it of each. Gives what to announce, null where nothing was done. */
export async function describeCards(
  context: CommandContext,
  cards: readonly Card[],
  id: Describing,
): Promise<string | null> {
  const [first] = cards;
  const session = context.host.session();
  if (first === undefined || session === null) return null;
  const wanted = await ask(context, [first, ...cards.slice(1)], id);
  return wanted === null ? null : describeAll(session, cards, wanted);
}

/** Gives all of these stories one priority, 0 to 3. */
export async function prioritise(
  context: CommandContext,
  cards: readonly Card[],
  priority: number,
): Promise<string | null> {
  const session = context.host.session();
  return session === null ? null : describeAll(session, cards, () => ({ priority }));
}

async function describeAll(
  session: Session,
  cards: readonly Card[],
  wanted: (card: Card) => Description,
): Promise<string | null> {
  let done = 0;
  for (const card of cards) {
    const outcome = await session.describe(card.key, wanted(card));
    if (outcome.kind === 'changed') done += 1;
    else void fail(wordsOf(outcome));
  }
  if (done === 0) return null;
  const [first] = cards;
  return cards.length === 1 && first !== undefined
    ? vscode.l10n.t('#{0} is changed.', first.number)
    : vscode.l10n.t('{0} stories are changed.', done);
}

function ask(context: CommandContext, cards: readonly [Card, ...Card[]], id: Describing): Promise<Wanted> {
  switch (id) {
    case 'rename':
      return askTitle(cards[0]);
    case 'setPriority':
      return askPriority(cards);
    case 'setLabels':
      return askLabels(context, cards);
    case 'dependsOn':
      return askDependencies(context, cards);
    case 'chooseAgent':
      return askAgent(context, cards);
  }
}

/** `#12`, or `3 stories`. */
function namedIn(cards: readonly Card[]): string {
  const [first] = cards;
  return cards.length === 1 && first !== undefined ? `#${first.number}` : vscode.l10n.t('{0} stories', cards.length);
}

async function askTitle(card: Card): Promise<Wanted> {
  const title = await askLine({
    title: vscode.l10n.t('Rename #{0}', card.number),
    prompt: vscode.l10n.t('A branch that it has already keeps its name.'),
    value: card.title,
    validateInput: (text) => {
      const read = readTitle(text);
      return read.kind === 'refused' ? wordsOf(read) : null;
    },
  });
  return title === undefined ? null : (each) => (each.key === card.key ? { title } : {});
}

async function askPriority(cards: readonly [Card, ...Card[]]): Promise<Wanted> {
  const same = cards.every(({ priority }) => priority === cards[0].priority) ? cards[0].priority : null;
  const rows = PRIORITY_WORDS.map((word, value) => ({
    label: `P${value}`,
    description: value === same ? `${word} · ${vscode.l10n.t('as it is now')}` : word,
    value,
  }));
  const now = rows.find(({ value }) => value === same);
  const priority = await pickOne(rows, { title: vscode.l10n.t('Priority of {0}', namedIn(cards)) }, now);
  return priority === undefined ? null : () => ({ priority });
}

/** The first that is configured is at work where nothing is said, so choosing that is to say nothing. */
export async function askAgent(
  context: CommandContext,
  cards: readonly [Card, ...Card[]],
  roles: readonly RunRole[] = RUN_ROLES,
): Promise<(() => Description) | null> {
  const session = context.host.session();
  if (session === null) return null;
  const looks = await Promise.all(cards.map(({ key }) => session.raceOf(key)));
  const offered = looks[0]?.choices.filter(({ role }) => roles.includes(role)) ?? [];
  const isCoding = offered.every(({ role }) => role === 'coder');
  const rows = offered.flatMap(({ role, agents }) =>
    agents.map((label, place) => {
      const isNow = looks.every(({ choices }) => choices.some((one) => one.role === role && one.chosen === label));
      const words = [
        ...(isCoding ? [] : [translate(role)]),
        ...(place === 0 ? [vscode.l10n.t('the first in the settings')] : []),
        ...(isNow ? [vscode.l10n.t('as it is now')] : []),
      ];
      return { label, description: words.join(' · '), value: { role, agent: place === 0 ? null : label }, isNow };
    }),
  );
  const name = namedIn(cards);
  const title = isCoding ? vscode.l10n.t('Which agent codes {0}?', name) : vscode.l10n.t('Which agent is to do what on {0}?', name); // prettier-ignore
  const chosen = await pickOne(
    rows,
    { title },
    rows.find(({ isNow }) => isNow),
  );
  return chosen === undefined ? null : () => chosen;
}

/** What all of them have is ticked: unticking takes it from all, ticking gives it to all, the rest stays as it is. */
async function askLabels(context: CommandContext, cards: readonly [Card, ...Card[]]): Promise<Wanted> {
  const common = (label: string): boolean => cards.every(({ labels }) => labels.includes(label));
  const uses = new Map<string, number>();
  for (const { labels } of context.host.model()?.cards ?? []) {
    for (const label of labels) uses.set(label, (uses.get(label) ?? 0) + 1);
  }
  const known = [...uses].sort(
    ([a, m], [b, n]) => Number(common(b)) - Number(common(a)) || n - m || a.localeCompare(b),
  );
  const rows = known.map(([label, used]): Tick<string> => {
    return { label, description: vscode.l10n.t('on {0}', used), value: label, ticked: common(label) };
  });
  const words = { title: vscode.l10n.t('Labels of {0}', namedIn(cards)), placeHolder: vscode.l10n.t('Tick labels, or type new ones with commas between them') }; // prettier-ignore
  const asKnown = (label: string): string => known.find(([one]) => one.toLowerCase() === label.toLowerCase())?.[0] ?? label; // prettier-ignore
  const read = (typed: string): Choice<string>[] => {
    const labels = readLabels(typed.split(','));
    if (labels.kind !== 'ok') return [];
    return labels.labels
      .map(asKnown)
      .map((label) => ({ label, description: vscode.l10n.t('new label'), value: label }));
  };
  const picked = await tickSet(rows, words, { read });
  if (picked === undefined) return null;
  return (card) => ({ labels: [...card.labels.filter((label) => !common(label)), ...picked] });
}

/** What is archived or gone can be unticked, and is not offered anew. */
async function askDependencies(context: CommandContext, cards: readonly [Card, ...Card[]]): Promise<Wanted> {
  const common = (key: string): boolean => cards.every(({ dependsOn }) => dependsOn.some((one) => one.key === key));
  const all = context.host.model()?.cards ?? [];
  const offered = all.filter((card) => !cards.some(({ key }) => key === card.key) && card.stage !== 'Archived');
  const gone = cards[0].dependsOn.filter(({ key }) => common(key) && !offered.some((card) => card.key === key));
  const rows = [
    ...gone.map(goneRow),
    ...offered.map((card): Tick<string> => {
      return {
        label: `#${card.number} ${card.title}`,
        description: stageWord(card.stage),
        value: card.key,
        ticked: common(card.key),
      };
    }),
  ].sort((a, b) => Number(b.ticked) - Number(a.ticked));
  const picked = await tickSet(rows, {
    title: vscode.l10n.t('{0}: which stories have to land before?', namedIn(cards)),
    placeHolder: vscode.l10n.t('Tick what it depends on. It starts and lands only after all of them'),
  });
  if (picked === undefined) return null;
  return ({ dependsOn }) => ({
    dependsOn: [...dependsOn.map(({ key }) => key).filter((key) => !common(key)), ...picked],
  });
}

function goneRow({ key, number, state }: NamedDependency): Tick<string> {
  const label = number === null ? vscode.l10n.t('A story that is not here any more') : `#${number}`;
  return { label, description: state, value: key, ticked: true };
}
