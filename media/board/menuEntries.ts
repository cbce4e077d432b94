import { stageWord } from '../../src/core/story/stageWords';
import { ACTION_IDS, ACTIONS, MENU_PARTS, type ActionId } from '../../src/core/board/actions';
import type { Card } from '../../src/core/board/card';
import type { StageName } from '../../src/core/story/stage';
import { actionHint, stageHint } from './hints';
import { offeredTogether } from './selection';
import { STAGE_ICONS } from './stageIcons';
import { t } from './strings';
import { actionWord } from './words';

/** The menu with everything a card offers, or the list of stages it can move to. */
export type MenuKind = 'actions' | 'moves';

/** What choosing an entry means. */
export type Choice =
  | { readonly kind: 'open' }
  | { readonly kind: 'action'; readonly action: ActionId }
  | { readonly kind: 'chooseStage' }
  | { readonly kind: 'move'; readonly to: StageName };

/** `group` starts anew where a line divides the menu. */
export interface MenuEntry {
  readonly label: string;
  /** Name of a codicon; null leaves its place empty. */
  readonly icon: string | null;
  /** What it leads to; empty where the name says it. */
  readonly hint: string;
  readonly choice: Choice;
  readonly group: number;
}

/** What these cards offer together. */
export function menuEntries(cards: readonly Card[], kind: MenuKind): MenuEntry[] {
  const card = offeredTogether(cards);
  if (kind === 'moves') {
    return card.moves.map((to) => {
      return {
        label: t(stageWord(to)),
        icon: STAGE_ICONS[to],
        hint: stageHint(to),
        choice: { kind: 'move', to },
        group: 0,
      };
    });
  }
  const others = ACTION_IDS.filter((id) => card.actions.includes(id) && !card.primaryActions.includes(id));
  const actions = (ids: readonly ActionId[], group: number): MenuEntry[] =>
    ids.map((action) => {
      const { icon } = ACTIONS[action];
      return { label: actionWord(action), icon, hint: actionHint(action), choice: { kind: 'action', action }, group };
    });
  const move: MenuEntry = {
    label: t('Move to Stage…'),
    icon: 'arrow-swap',
    hint: '',
    choice: { kind: 'chooseStage' },
    group: MENU_PARTS.indexOf('move'),
  };
  const open: MenuEntry = { label: t('Open'), icon: 'go-to-file', hint: '', choice: { kind: 'open' }, group: 0 };
  // The parts and their order are those of the tree's menu; what comes next begins with what the card itself offers.
  return [
    ...(cards.length === 1 ? [open] : []),
    ...actions(card.primaryActions, 0),
    ...MENU_PARTS.flatMap((part, group) => [
      ...(part === 'move' && card.moves.length > 0 ? [move] : []),
      ...actions(
        others.filter((id) => id !== 'moveToStage' && (ACTIONS[id].menu ?? 'next') === part),
        group,
      ),
    ]),
  ];
}

/** The next entry after `from` whose label begins with what was typed; `from` where none does. */
export function typeAhead(labels: readonly string[], from: number, typed: string): number {
  const wanted = typed.toLowerCase();
  const order = labels.map((_, index) => (from + 1 + index) % labels.length);
  return order.find((index) => labels[index]?.toLowerCase().startsWith(wanted)) ?? from;
}
