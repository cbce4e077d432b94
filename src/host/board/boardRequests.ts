import type { ActionId } from '../../core/board/actions';
import type { BoardModel } from '../../core/board/boardModel';
import type { NoticeAction } from '../../core/board/boardNames';
import type { StageName } from '../../core/story/stage';

/** What the page can ask for that is about something the board shows. */
export type BoardRequest =
  | { readonly type: 'open'; readonly key: string }
  | { readonly type: 'action'; readonly key: string; readonly action: ActionId }
  | { readonly type: 'move'; readonly key: string; readonly to: StageName }
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
  const card = model?.cards.find(({ key }) => key === request.key);
  if (card === undefined) return refuse('there is no such story');
  switch (request.type) {
    case 'open':
      return ALLOWED;
    case 'action':
      return card.actions.includes(request.action) || card.primaryActions.includes(request.action)
        ? ALLOWED
        : refuse(`#${card.number} in ${card.stage} does not offer ${request.action}`);
    case 'move':
      return card.moves.includes(request.to)
        ? ALLOWED
        : refuse(`#${card.number} in ${card.stage} cannot move to ${request.to}`);
  }
}

function refuse(why: string): Verdict {
  return { kind: 'refused', why };
}
