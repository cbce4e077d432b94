import { statusText } from '../../core/board/statusText';
import type { Card } from '../../core/board/card';
import type { ChatRequest } from '../../core/chat/chatRequest';
import { MARK_WORDS } from '../../core/pipeline/markWords';
import { plainLine, visible } from '../../core/words/plainText';
import type { Pipeline } from '../../session/pipeline';

/** What a chat reaches of the pipeline. */
export type ChatPipeline = Pick<Pipeline, 'createStory' | 'moveTo' | 'whyNotLanded' | 'model'>;

export interface ChatAnswer {
  readonly kind: 'done' | 'refused';
  readonly text: string;
}

/** Does what was asked in a chat, or says why not. `pipeline` is null where there is no usable repository. */
export async function answerChat(
  pipeline: ChatPipeline | null,
  request: ChatRequest,
  now: number,
): Promise<ChatAnswer> {
  const board = pipeline?.model() ?? null;
  if (pipeline === null || board === null) {
    return refused(
      'Switchyard has no repository in this window yet. Open a folder with a git repository, and trust it.',
    );
  }
  switch (request.verb) {
    case 'status':
      return done(statusText(board, now));
    case 'create': {
      const { title, body, type } = request;
      const made = await pipeline.createStory({ title, body: body === '' ? '' : `${body}\n`, type });
      if (made.kind === 'refused') return refused(made.message);
      return done(`#${made.story.number} ${plainLine(made.story.title)} is in the backlog. It is not started.`);
    }
    case 'move': {
      const card = cardOf(board.cards, request.number);
      if (card === null) return refused(noStory(request.number));
      const moved = await pipeline.moveTo(card.key, request.to);
      if (moved.kind === 'refused') return refused(moved.message);
      const note = moved.message === undefined ? '' : ` ${moved.message}`;
      return done(`#${card.number} ${plainLine(card.title)} is in ${moved.story.stage.name}.${note}`);
    }
    case 'why': {
      const card = cardOf(board.cards, request.number);
      if (card === null) return refused(noStory(request.number));
      return done(visible(`${headOf(card)}\n\n${(await pipeline.whyNotLanded(card.key)) ?? noStory(card.number)}`));
    }
    default:
      return request satisfies never;
  }
}

function headOf({ number, title, stage, mark, why }: Card): string {
  const stuck = mark === null ? '' : `${MARK_WORDS[mark].symbol} ${MARK_WORDS[mark].word}: `;
  return `${stuck}#${number} ${plainLine(title)} is in ${stage}.${why === null ? '' : ` ${plainLine(why)}`}`;
}

function cardOf(cards: readonly Card[], number: number): Card | null {
  return cards.find((card) => card.number === number) ?? null;
}

function noStory(number: number): string {
  return `There is no story #${number} on the board.`;
}

function done(text: string): ChatAnswer {
  return { kind: 'done', text };
}

function refused(text: string): ChatAnswer {
  return { kind: 'refused', text };
}
