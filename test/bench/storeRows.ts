import { statSync } from 'node:fs';
import path from 'node:path';
import { StoryDocument } from '../../src/store/index/storyDocument';
import { benchFolder } from './benchFolder';
import { quietLog } from './quietLog';
import {
  BareDisk,
  bareDocument,
  boardOf,
  clocked,
  create,
  hastyDisk,
  MEASURED,
  move,
  openStoreIn,
  reckoned,
} from './storeWork';
import { median, times, type Row } from './table';

const MOVES = 100_000;

/** Starts that are measured, each after a load of the bare document. */
const STARTS = 5;

/** Creating and moving stories where there are many already, and opening what came of it. */
export async function storeRows(count: number): Promise<Row[]> {
  const folder = benchFolder();
  const dir = path.join(folder, 'store');
  const store = await openStoreIn(dir);
  for (let at = 0; at < count; at += 1) await create(store, at);
  const bare = await BareDisk.in(path.join(folder, 'bare'));
  const [appended, least, created, moved]: [number[], number[], number[], number[]] = [[], [], [], []];
  // In turns: what else the machine does then slows all of them alike.
  for (let at = count; at < count + MEASURED; at += 1) {
    appended.push(await clocked(() => bare.append()));
    least.push(await clocked(() => bare.create(at)));
    created.push(await clocked(() => create(store, at)));
    moved.push(await clocked(() => move(store, at)));
  }
  await bare.close();
  await store.close();
  const append = median(appended);
  const [opened, documents]: [number[], number[]] = [[], []];
  for (let turn = 0; turn < STARTS; turn++) {
    documents.push(await bareDocument(count));
    opened.push(await reckoned(() => boardOf(dir)));
  }
  const start = `start to a usable board at ${count} stories`;
  return [
    row(`durable create at ${count} stories`, median(created), append, 'append + fdatasync', '≤ 4 ×'),
    row('the same', median(created), median(least), 'two of those and the story’s files, bare', ''),
    row(`durable move at ${count} stories`, median(moved), append, 'append + fdatasync', '≤ 4 ×'),
    await compactedRow(count),
    row(start, median(opened), median(documents), 'loading the bare Y.Doc (CPU)', '≤ 2 ×'),
  ];
}

/** How long the log is after many moves, and what it would be if it held nothing but the stories. */
async function compactedRow(count: number): Promise<Row> {
  const folder = benchFolder();
  const dir = path.join(folder, 'store');
  const store = await openStoreIn(dir, hastyDisk);
  for (let at = 0; at < count / 10; at += 1) await create(store, at);
  for (let at = 0; at < MOVES; at += 1) await move(store, at % (count / 10));
  await store.stories.compact();
  const states = store.stories.stories().map((story) => ({ story }));
  const snapshot = new StoryDocument(quietLog).putAll(states).length;
  const log = statSync(path.join(dir, 'stories.log')).size;
  await store.close();
  const what = `log of ${states.length} stories after ${MOVES} moves, compacted`;
  const counts = `${log} bytes`;
  return { what, counts, ratio: `${times(log, snapshot)} of a snapshot of them`, reach: '≤ 2 ×' };
}

function row(what: string, ms: number, bare: number, against: string, reach: string): Row {
  return { what, counts: '', ratio: `${times(ms, bare)} of ${against} (${ms.toFixed(2)} ms)`, reach };
}
