import type { BoardModel } from '../../../src/core/board/boardModel';
import type { BoardPage } from './boardPage';
import { FIGURES, MOMENTS, NO_FIGURES, pastOf } from './sampleFigures';
import { FROZEN, makeCard, makeModel, sampleModel, sampleNotices, stillAfternoon } from './sampleModel';

/** Brings a page that was just opened into a state, on the board of this busy afternoon. */
type Show = (board: BoardPage, afternoon: BoardModel) => Promise<void>;

const busy: Show = (board, model) => board.send({ type: 'model', model });

/** The afternoon with one card for each state that a story can be in: all that looks different. */
export function oneOfEach(): BoardModel {
  const { cards, ...head } = busyAfternoon();
  const seen = new Set<string>();
  // Asked for by their number below, or with gates at work in the queue.
  const named = [29, 31, 34, 36];
  return makeModel(
    cards.filter(({ number, state }) => named.includes(number) || seen.size < seen.add(state).size),
    head,
  );
}

export function busyAfternoon(): BoardModel {
  return sampleModel({}, [FROZEN]);
}

async function press({ page }: BoardPage, ...keys: readonly string[]): Promise<void> {
  for (const key of keys) await page.keyboard.press(key);
}

/** Everything that the board can look like, each as a person gets there. */
export const BOARD_STATES = {
  cards: async (board, model) => {
    await busy(board, model);
    await board.card(34).focus();
  },
  lane: async (board, { queue, ...model }) => {
    const stopped = 'paused: main is red since 10:12, by the landing of #25';
    const waiting = [...queue!.candidates, ...['key-33', 'key-34', 'key-35', 'key-39'].map((key) => ({ key, since: model.cards[0]!.since, at: null, progress: null }))]; // prettier-ignore
    await board.send({ type: 'model', model: { ...model, queue: { ...queue!, candidates: waiting, more: 12, stopped } } }); // prettier-ignore
  },
  still: (board) => board.send({ type: 'model', model: stillAfternoon() }),
  menu: async (board, model) => {
    await busy(board, model);
    await board.card(31).focus();
    await press(board, 'Shift+F10');
  },
  stages: async (board, model) => {
    await busy(board, model);
    await board.card(31).focus();
    await press(board, 'm');
  },
  filter: async (board, model) => {
    await busy(board, model);
    await press(board, '/');
    await board.page.keyboard.type('session');
  },
  noMatch: async (board, model) => {
    await busy(board, model);
    await press(board, '/');
    await board.page.keyboard.type('nobody wrote this');
  },
  needsYou: async (board, model) => {
    await busy(board, model);
    await board.page.getByRole('button', { name: 'Needs you' }).click();
  },
  notices: (board, model) => board.send({ type: 'model', model: { ...model, notices: sampleNotices() } }),
  selected: async (board, model) => {
    await busy(board, model);
    await board.card(36).focus();
    await press(board, 'x', 'ArrowDown', 'x');
  },
  carried: async (board, model) => {
    await busy(board, model);
    await board.card(36).focus();
    await press(board, 'Space', 'ArrowRight', 'ArrowRight');
  },
  charts: async (board, model) => {
    await busy(board, model);
    await board.page.getByRole('button', { name: 'Flow' }).click();
    await board.answer('statistics', FIGURES);
    await board.page.locator('summary').nth(2).click();
  },
  noCharts: async (board, model) => {
    await busy(board, model);
    await board.page.getByRole('button', { name: 'Flow' }).click();
    await board.answer('statistics', NO_FIGURES);
  },
  past: async (board, model) => {
    await busy(board, model);
    await board.page.getByRole('button', { name: 'Past' }).click();
    await board.answer('moments', MOMENTS);
    await board.answer('boardAt', pastOf('Invite people by link'));
  },
  hostGone: async (board, model) => {
    await busy(board, model);
    await board.page.evaluate(() => (window.boardTest.host = 'gone'));
    await board.page.clock.runFor(12_000);
  },
  longTexts: (board) => {
    const title = 'A title that somebody wrote without an end, because nobody told them when to stop '.repeat(3);
    const why = `Conflict with main in ${'packages/billing/src/invoices/'.repeat(4)}total.ts, after 3 attempts. Nothing will happen until you act.`; // prettier-ignore
    const state = { state: 'cold', mark: 'cold', need: 'conflict', why } as const;
    const cards = [makeCard(1, { title, labels: [title], facts: [title] }), makeCard(12345, { title: 'x'.repeat(200), ...state })]; // prettier-ignore
    return board.send({ type: 'model', model: makeModel(cards, { repository: 'greeter' }) });
  },
  empty: (board) => board.send({ type: 'model', model: makeModel([]) }),
  reading: () => Promise.resolve(),
} as const satisfies Record<string, Show>;
export type BoardStateName = keyof typeof BOARD_STATES;
