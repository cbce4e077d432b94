import type { ActionId } from '../../core/board/actions';
import type { BoardModel } from '../../core/board/boardModel';
import type { Card } from '../../core/board/card';
import type { NoticeAction } from '../../core/board/boardNames';
import type { StageName } from '../../core/story/stage';

/** What the page can ask for that is about something the board shows. */
export type BoardRequest =
  | { readonly type: 'open'; readonly key: string }
  | { readonly type: 'action'; readonly keys: readonly string[]; readonly action: ActionId }
  | { readonly type: 'move'; readonly keys: readonly string[]; readonly to: StageName }
  | { readonly type: 'prioritise'; readonly keys: readonly string[] }
  | { readonly type: 'notice'; readonly action: NoticeAction };

export type Verdict = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly why: string };

const ALLOWED: Verdict = { kind: 'allowed' };

/**
 * May this be done now? The page is never trusted: a request has to name a present story, and something that the
 * model itself offers for it. What the page saw may have changed meanwhile.
 */
export function judgeRequest(request: BoardRequest, model: BoardModel | null): Verdict {
  if (request.type === 'notice') {
    return model?.notices.some(({ action }) => action?.id === request.action)
      ? ALLOWED
      : refuse(`no notice offers ${request.action}`);
  }
  const keys = request.type === 'open' ? [request.key] : request.keys;
  const byKey = new Map(model?.cards.map((card) => [card.key, card]));
  for (const key of keys) {
    const card = byKey.get(key);
    const verdict = card === undefined ? refuse('there is no such story') : judgeOne(request, card);
    if (verdict.kind === 'refused') return verdict;
  }
  return ALLOWED;
}

/** What is asked for several is done for all or none: each has to offer it. */
function judgeOne(request: Exclude<BoardRequest, { type: 'notice' }>, card: Card): Verdict {
  const offers = (action: ActionId): Verdict =>
    card.actions.includes(action) || card.primaryActions.includes(action)
      ? ALLOWED
      : refuse(`#${card.number} in ${card.stage} does not offer ${action}`);
  switch (request.type) {
    case 'open':
      return ALLOWED;
    case 'action':
      return offers(request.action);
    case 'prioritise':
      return offers('setPriority');
    case 'move':
      return card.moves.includes(request.to)
        ? ALLOWED
        : refuse(`#${card.number} in ${card.stage} cannot move to ${request.to}`);
  }
}

function refuse(why: string): Verdict {
  return { kind: 'refused', why };
}
