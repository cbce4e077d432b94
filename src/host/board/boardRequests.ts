import type { BoardModel } from '../../core/board/boardModel';
import type { FromBoard } from '../../protocol/boardMessages';

export type Verdict = { readonly kind: 'allowed' } | { readonly kind: 'refused'; readonly why: string };

const ALLOWED: Verdict = { kind: 'allowed' };

/**
 * May this be done now? The page is never trusted: a request has to name a present story, and something that the
 * model itself offers for it. What the page saw may have changed meanwhile.
 */
export function judgeRequest(request: FromBoard, model: BoardModel | null): Verdict {
  switch (request.type) {
    case 'ready':
    case 'newStory':
    case 'problem':
      return ALLOWED;
    case 'notice':
      return model?.notices.some(({ action }) => action?.id === request.action)
        ? ALLOWED
        : refuse(`no notice offers ${request.action}`);
    case 'open':
    case 'action':
    case 'move':
      return judgeForStory(request, model);
  }
}

function judgeForStory(request: Extract<FromBoard, { key: string }>, model: BoardModel | null): Verdict {
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
