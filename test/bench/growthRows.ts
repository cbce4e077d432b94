import { mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { BoardMaker } from '../../src/core/board/boardMaker';
import { ModelFeed } from '../../src/core/board/modelFeed';
import { schedule } from '../../src/core/pipeline/schedule';
import { projectRoot } from '../support/projectRoot';
import { factsWith } from '../support/storyFixtures';
import { benchFolder } from './benchFolder';
import { plot, type Line } from './plot';
import { boardOf, clocked, create, hastyDisk, move, openStoreIn, readTexts, reckoned } from './storeWork';
import { median, type Row } from './table';

/** What grows, and how it may grow with the number of stories. What waits for the disk is in ms of the clock. */
const MEASURES = {
  create: { what: 'durable create', unit: 'ms', reach: 'flat' },
  move: { what: 'durable move', unit: 'ms', reach: 'flat' },
  list: { what: 'list all stories', unit: 'CPU ms', reach: 'near linear' },
  search: { what: 'search titles and texts', unit: 'CPU ms', reach: 'near linear' },
  open: { what: 'start to a usable board', unit: 'CPU ms', reach: 'near linear' },
  change: { what: 'one change: decide and show', unit: 'CPU ms', reach: 'near linear' },
  message: { what: 'one change: sent to the board', unit: 'bytes', reach: 'flat' },
  moveBytes: { what: 'log of one move', unit: 'bytes', reach: 'flat' },
} as const;
type Measure = keyof typeof MEASURES;
type Figures = Readonly<Record<Measure, number>>;

/** Times that each thing is done at one size. */
const TURNS = 50;
/** Times that all stories are searched, once their texts have been read. */
const SEARCHES = 7;
/** Stories that are made at one time while a store is filled. */
const TOGETHER = 200;

/** The same at each of these sizes, and how it grows from one to the next; drawn into `folder` as `growth.svg`. */
export async function growthRows(sizes: readonly number[], folder = PLOTS): Promise<Row[]> {
  const found: (readonly [size: number, figures: Figures])[] = [];
  for (const size of sizes) {
    process.stderr.write(`growth at ${size} …\n`);
    found.push([size, await figuresAt(size)]);
  }
  const names = Object.keys(MEASURES) as Measure[];
  const lines = names.map((name): Line => {
    const { what, unit } = MEASURES[name];
    return { name: `${what} (${unit})`, points: found.map(([size, figures]) => [size, figures[name]]) };
  });
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'growth.svg');
  writeFileSync(file, plot('Growth with the number of stories', 'stories', lines));
  process.stderr.write(`${file}\n`);
  return [...names.map((name) => rowOf(name, found)), await pastRow(sizes)];
}

/** Not kept in git. */
const PLOTS = path.join(projectRoot, 'test-results', 'bench');

function rowOf(name: Measure, found: readonly (readonly [size: number, figures: Figures])[]): Row {
  const { what, unit, reach } = MEASURES[name];
  const [counts, grows] = [
    found.map(([size, figures]) => `${shown(figures[name])} at ${size}`).join(', '),
    found.slice(1).map(([size, figures], at) => {
      const [before, less] = found[at] ?? [size, figures];
      return `${(figures[name] / less[name]).toFixed(1)} × for ${size / before} × stories`;
    }),
  ];
  return { what: `growth: ${what} (${unit})`, counts, ratio: grows.join(', '), reach };
}

/** What a start reads of 100 stories that have such a past. */
async function pastRow(changes: readonly number[]): Promise<Row> {
  const read: string[] = [];
  for (const count of changes) {
    const dir = path.join(benchFolder(), 'store');
    const store = await openStoreIn(dir, hastyDisk);
    for (let at = 0; at < 100; at += 1) await create(store, at);
    for (let at = 0; at < count; at += 1) await move(store, at % 100);
    await store.stories.compact();
    await store.close();
    const before = bytesRead();
    const again = await openStoreIn(dir);
    read.push(`${bytesRead() - before} after ${count} changes`);
    await again.close();
  }
  const counts = process.platform === 'linux' ? read.join(', ') : '';
  return { what: 'growth: bytes read at the start, 100 stories', counts, ratio: '', reach: 'flat' };
}

/** By this process so far, as Linux counts it. */
function bytesRead(): number {
  if (process.platform !== 'linux') return 0;
  return Number(/rchar: (\d+)/.exec(readFileSync('/proc/self/io', 'utf8'))?.[1]);
}

function shown(value: number): string {
  return value >= 100 ? value.toFixed(0) : value.toPrecision(2);
}

async function figuresAt(size: number): Promise<Figures> {
  const folder = benchFolder();
  const dir = path.join(folder, 'store');
  await fill(dir, size);
  const open = await reckoned(() => boardOf(dir));
  const store = await openStoreIn(dir);
  const logSize = (): number => statSync(path.join(dir, 'stories.log')).size;
  const [created, moved, listed, bytes]: number[][] = [[], [], [], []];
  for (let at = size; at < size + TURNS; at += 1) {
    created?.push(await clocked(() => create(store, at)));
    const before = logSize();
    moved?.push(await clocked(() => move(store, at)));
    bytes?.push(logSize() - before);
    listed?.push(await reckoned(() => Promise.resolve([...store.stories.stories()])));
  }
  const search = await searchTime(store, size);
  const board = await boardFigures(() => store.stories.stories());
  await store.close();
  const [create_, move_, list, moveBytes] = [created, moved, listed, bytes].map((some) => median(some ?? []));
  return {
    create: create_ ?? 0,
    move: move_ ?? 0,
    list: list ?? 0,
    search,
    open,
    moveBytes: moveBytes ?? 0,
    ...board,
  };
}

async function searchTime(store: Awaited<ReturnType<typeof openStoreIn>>, size: number): Promise<number> {
  await readTexts(store);
  const spent: number[] = [];
  for (let turn = 1; turn <= SEARCHES; turn += 1)
    spent.push(await reckoned(() => store.search.search(`story ${Math.floor((size * turn) / (SEARCHES + 1))}`, 20)));
  return median(spent);
}

async function fill(dir: string, size: number): Promise<void> {
  const store = await openStoreIn(dir, hastyDisk);
  for (let at = 0; at < size; at += TOGETHER) {
    const some = Array.from({ length: Math.min(TOGETHER, size - at) }, (_, index) => create(store, at + index));
    await Promise.all(some);
  }
  await store.close();
}

/** What one changed title costs until the board has been told of it. */
async function boardFigures(
  read: () => ReturnType<typeof factsWith>['stories'],
): Promise<Pick<Figures, 'change' | 'message'>> {
  const [maker, feed] = [new BoardMaker(), new ModelFeed()];
  let stories = read();
  feed.next(maker.make(factsWith(stories)));
  const [spent, sent]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < 9; turn += 1) {
    stories = stories.map((story, index) => (index === turn ? { ...story, title: `Changed ${turn}` } : story));
    const facts = factsWith(stories);
    const decideAndShow = (): Promise<unknown> => {
      schedule(facts);
      return Promise.resolve(sent.push(Buffer.byteLength(JSON.stringify(feed.next(maker.make(facts))))));
    };
    spent.push(await reckoned(decideAndShow));
  }
  return { change: median(spent), message: median(sent) };
}
