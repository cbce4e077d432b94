import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as Y from 'yjs';
import { BoardMaker } from '../../src/core/board/boardMaker';
import { systemClock } from '../../src/base/systemClock';
import { StoryDocument } from '../../src/store/index/storyDocument';
import { realDisk, type Disk } from '../../src/store/log/disk';
import { openStore, type OpenStore } from '../../src/store/openStore';
import { projectRoot } from '../support/projectRoot';
import { factsWith, STAGES, storyIn } from '../support/storyFixtures';
import { quietLog } from './quietLog';
import { median, times, type Row } from './table';

const MEASURED = 200;
const MOVES = 100_000;

/** Creating and moving stories where there are many already, and opening what came of it. */
export async function storeRows(count: number): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sy-bench-'));
  try {
    const dir = path.join(folder, 'store');
    const store = await openStoreIn(dir);
    for (let at = 0; at < count; at += 1) await create(store, at);
    const created: number[] = [];
    const moved: number[] = [];
    for (let at = count; at < count + MEASURED; at += 1) {
      created.push(await clocked(() => create(store, at)));
      moved.push(await clocked(() => move(store, at)));
    }
    await store.close();
    const append = await bareAppends(path.join(folder, 'bare'));
    const opened = await clocked(() => boardOf(dir));
    const bare = bareDocument(count);
    return [
      row(`durable create at ${count} stories`, median(created), append, 'append + fdatasync', '≤ 4 ×'),
      row(`durable move at ${count} stories`, median(moved), append, 'append + fdatasync', '≤ 4 ×'),
      await compactedRow(count),
      row(`start to a usable board at ${count} stories`, opened, bare, 'loading the bare Y.Doc', '≤ 2 ×'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** How long the log is after many moves, and what it would be if it held nothing but the stories. */
async function compactedRow(count: number): Promise<Row> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sy-bench-'));
  try {
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
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Waits for no disk: for rows that count bytes. */
const hastyDisk: Disk = {
  ...realDisk,
  openFile: async (file) => ({ ...(await realDisk.openFile(file)), sync: () => new Promise(setImmediate) }),
  syncFolder: () => Promise.resolve(),
  syncAll: () => new Promise(setImmediate),
};

function row(what: string, ms: number, bare: number, against: string, reach: string): Row {
  return { what, counts: '', ratio: `${times(ms, bare)} of ${against} (${ms.toFixed(2)} ms)`, reach };
}

function openStoreIn(dir: string, disk: Disk = realDisk): Promise<OpenStore> {
  const wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');
  return openStore({ dir, wasmPath, clock: systemClock, log: quietLog, disk });
}

const AT = '2026-01-02T11:30:00.000Z';
const entry = { sequence: 0, at: AT, by: 'person', event: 'Created', from: null, to: 'Backlog', evidence: '' };

async function create({ stories }: OpenStore, at: number): Promise<void> {
  const story = storyIn(STAGES.Backlog, { key: `key-${at}`, number: at + 1, title: `Story ${at}`, branch: null });
  const made = await stories.create(story, '- [ ] it works\n', { ...entry, key: story.key, number: story.number });
  if (made.kind === 'refused') throw new Error(made.message);
}

async function move({ stories }: OpenStore, at: number): Promise<void> {
  const story = stories.get(`key-${at}`);
  if (story === undefined) throw new Error('The story is gone.');
  await stories.write({ ...story, stage: STAGES.Coding }, { ...entry, key: story.key, number: story.number });
}

async function boardOf(dir: string): Promise<void> {
  const store = await openStoreIn(dir);
  new BoardMaker().make(factsWith(store.stories.stories()));
  await store.close();
}

async function clocked(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

async function bareAppends(file: string): Promise<number> {
  const handle = await open(file, 'a');
  const spent: number[] = [];
  for (let at = 0; at < MEASURED; at += 1)
    spent.push(
      await clocked(async () => {
        await handle.write(Buffer.alloc(200, 'x'));
        await handle.datasync();
      }),
    );
  await handle.close();
  return median(spent);
}

function bareDocument(count: number): number {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (let at = 0; at < count; at += 1) {
      const story = storyIn(STAGES.Backlog, { key: `key-${at}`, number: at + 1, title: `Story ${at}` });
      doc.getMap('stories').set(story.key, new Y.Map(Object.entries(story)));
    }
  });
  const update = Y.encodeStateAsUpdate(doc);
  const started = performance.now();
  const loaded = new Y.Doc();
  Y.applyUpdate(loaded, update);
  loaded.getMap('stories').toJSON();
  return performance.now() - started;
}
