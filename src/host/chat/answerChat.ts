import * as vscode from 'vscode';
import type { OpenRepository } from '../../core/board/overview';
import { windowText } from '../../core/board/overviewText';
import type { Card } from '../../core/board/card';
import type { ChatRequest } from '../../core/chat/chatRequest';
import { MARK_WORDS } from '../../core/pipeline/markWords';
import { plainLine, visible } from '../../core/words/plainText';
import { reportInLanguage } from '../../core/words/saidReport';
import type { Pipeline } from '../../session/pipeline';
import { wordsOf } from '../say/inWords';
import { translate } from '../say/translate';

/** What a chat reaches of the pipeline. */
export type ChatPipeline = Pick<Pipeline, 'createStory' | 'moveTo' | 'whyNotLanded'>;

export interface ChatAnswer {
  readonly kind: 'done' | 'refused';
  readonly text: string;
}

/** One repository of the window, as a chat reaches it. */
export interface ChatRepository extends OpenRepository {
  readonly pipeline: ChatPipeline | null;
}

/** Does what was asked in a chat, or says why not. */
export async function answerChat(
  repositories: readonly ChatRepository[],
  request: ChatRequest,
  now: number,
): Promise<ChatAnswer> {
  if (!repositories.some(({ board }) => board !== null)) {
    return refused(
      vscode.l10n.t(
        'Switchyard has no repository in this window yet. Open a folder with a git repository, and trust it.',
      ),
    );
  }
  if (request.verb === 'status') return done(windowText(repositories, now, translate));
  const found = whereAsked(repositories, request);
  if ('refused' in found) return refused(found.refused);
  const { pipeline, board } = found.repository;
  if (pipeline === null || board === null)
    return refused(found.repository.problem ?? vscode.l10n.t('It is still starting.'));
  switch (request.verb) {
    case 'create': {
      const { body, type } = request;
      const made = await pipeline.createStory({ title: found.title, body: body === '' ? '' : `${body}\n`, type });
      if (made.kind === 'refused') return refused(wordsOf(made));
      return done(
        vscode.l10n.t('#{0} {1} is in the backlog. It is not started.', made.story.number, plainLine(made.story.title)),
      );
    }
    case 'move': {
      const card = cardOf(board.cards, request.number);
      if (card === null) return refused(noStory(request.number));
      const moved = await pipeline.moveTo(card.key, request.to);
      if (moved.kind === 'refused') return refused(wordsOf(moved));
      const note = moved.message === undefined ? '' : ` ${translate(moved.message)}`;
      const stage = moved.story.stage.name;
      return done(`${vscode.l10n.t('#{0} {1} is in {2}.', card.number, plainLine(card.title), stage)}${note}`);
    }
    case 'why': {
      const card = cardOf(board.cards, request.number);
      if (card === null) return refused(noStory(request.number));
      const why = await pipeline.whyNotLanded(card.key);
      return done(
        visible(`${headOf(card)}\n\n${why === null ? noStory(card.number) : reportInLanguage(why, translate)}`),
      );
    }
    default:
      return request satisfies never;
  }
}

type Found = { readonly repository: ChatRepository; readonly title: string } | { readonly refused: string };

/** The repository that is named, before the title of a new story too, else the only one that it can be. */
function whereAsked(repositories: readonly ChatRepository[], request: Exclude<ChatRequest, { verb: 'status' }>): Found {
  const title = request.verb === 'create' ? request.title : '';
  const [only] = repositories;
  if (repositories.length === 1 && only !== undefined) return { repository: only, title };
  const names = repositories.map(({ name }) => plainLine(name)).join(', ');
  if (request.repository !== undefined) {
    const named = repositories.find(({ name }) => name === request.repository);
    return named === undefined ? { refused: vscode.l10n.t('There is no such repository in this window. There are {0}.', names) } : { repository: named, title }; // prettier-ignore
  }
  if (request.verb === 'create') {
    const named = repositories.find(({ name }) => title.startsWith(`${name}: `));
    return named === undefined
      ? {
          refused: vscode.l10n.t(
            'Say in which repository, one of {0}: {1}: {2}',
            names,
            plainLine(only?.name ?? ''),
            plainLine(title),
          ),
        }
      : { repository: named, title: title.slice(named.name.length + 2) };
  }
  const having = repositories.filter(({ board }) => cardOf(board?.cards ?? [], request.number) !== null);
  const [first, ...others] = having;
  if (first === undefined) return { refused: noStory(request.number) };
  const which = having.map(({ name }) => plainLine(name)).join(', ');
  return others.length === 0 ? { repository: first, title } : { refused: vscode.l10n.t('There is a #{0} in each of {1}. Say which: {2} #{0}', request.number, which, plainLine(first.name)) }; // prettier-ignore
}

function headOf({ number, title, stage, mark, why }: Card): string {
  const stuck = mark === null ? '' : `${MARK_WORDS[mark].symbol} ${vscode.l10n.t(MARK_WORDS[mark].word)}: `;
  return `${stuck}${vscode.l10n.t('#{0} {1} is in {2}.', number, plainLine(title), stage)}${why === null ? '' : ` ${plainLine(why)}`}`;
}

function cardOf(cards: readonly Card[], number: number): Card | null {
  return cards.find((card) => card.number === number) ?? null;
}

function noStory(number: number): string {
  return vscode.l10n.t('There is no story #{0} on the board.', number);
}

function done(text: string): ChatAnswer {
  return { kind: 'done', text };
}

function refused(text: string): ChatAnswer {
  return { kind: 'refused', text };
}
