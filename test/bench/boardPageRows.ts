import { BoardPage } from '../board/support/boardPage';
import { makeCard, makeModel } from '../board/support/sampleModel';
import { RunScope } from '../support/runScope';
import { openBrowser } from '../support/workbench/chromium';
import { median, type Row } from './table';

const CHANGES = 20;
const FRAMES = 60;

/**
 * The board's page in a real browser at this many cards: its first picture, scrolling, and one change. What is given is CPU
 * time of the page's main thread with style, layout and paint, so a busy machine changes little of it.
 */
export async function boardPageRows(size: number): Promise<Row[]> {
  const scope = new RunScope();
  try {
    const board = await BoardPage.open(await openBrowser(scope), { width: 1400, height: 900, clock: 'real' });
    const spent = await mainThread(board);
    let cards = Array.from({ length: size }, (_, index) =>
      makeCard(index + 1, { title: `Story ${index + 1} with a title as long as people write them`, facts: ['P1'] }),
    );
    let bytes = 0;
    const first = await spent(async () => {
      bytes = await board.sendModel(makeModel(cards));
      await board.nextFrames();
    });
    const wholeBytes = bytes;
    const elements = await board.page.locator('*').count();
    const frames: number[] = [];
    for (let turn = 1; turn <= FRAMES; turn += 1) frames.push(await spent(() => scrollTo(board, turn * 600)));
    await scrollTo(board, 0);
    const changes: number[] = [];
    for (let turn = 0; turn < CHANGES; turn += 1) {
      cards = cards.map((card, index) => (index === 0 ? { ...card, title: `Turn ${turn}.` } : card));
      changes.push(
        await spent(async () => {
          bytes = await board.sendModel(makeModel(cards));
          await board.nextFrames();
        }),
      );
    }
    const of = `a page of ${size} cards`;
    return [
      { what: `first picture of ${of}`, counts: `${elements} elements, ${wholeBytes} bytes`, ratio: `${first.toFixed(0)} ms`, reach: '≤ 800 elements' },
      { what: `scrolling ${of}`, counts: `${FRAMES} screens`, ratio: `median ${median(frames).toFixed(1)} ms, longest ${Math.max(...frames).toFixed(1)} ms`, reach: 'no frame over 50 ms' },
      { what: `one change on ${of}`, counts: `${bytes} bytes`, ratio: `median ${median(changes).toFixed(1)} ms, longest ${Math.max(...changes).toFixed(1)} ms`, reach: '≤ 4096 bytes, ≤ 16 ms' },
    ]; // prettier-ignore
  } finally {
    await scope.close();
  }
}

/** Measures the CPU time (ms) of the page's main thread while something is done. */
async function mainThread({ page }: BoardPage): Promise<(work: () => Promise<void>) => Promise<number>> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable', { timeDomain: 'threadTicks' });
  const now = async (): Promise<number> => {
    const { metrics } = await session.send('Performance.getMetrics');
    return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0);
  };
  return async (work) => {
    const before = await now();
    await work();
    return (await now()) - before;
  };
}

async function scrollTo(board: BoardPage, top: number): Promise<void> {
  await board
    .column('Backlog')
    .locator('.cards')
    .evaluate((list, to) => (list.scrollTop = to), top);
  await board.nextFrames();
}
