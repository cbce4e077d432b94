import { mkdirSync, writeFileSync } from 'node:fs';
import { mkdir, open, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import * as Y from 'yjs';
import { BoardMaker } from '../../src/core/board/boardMaker';
import { systemClock } from '../../src/base/systemClock';
import { realDisk, type Disk } from '../../src/store/log/disk';
import { openStore, type OpenStore } from '../../src/store/openStore';
import { projectRoot } from '../support/projectRoot';
import { factsWith, STAGES, storyIn } from '../support/storyFixtures';
import { quietLog } from './quietLog';

/** Times that each thing is done. */
export const MEASURED = 200;

/** Waits for no disk: for what is not timed. */
export const hastyDisk: Disk = {
  ...realDisk,
  openFile: async (file) => ({ ...(await realDisk.openFile(file)), sync: () => new Promise(setImmediate) }),
  syncFolder: () => Promise.resolve(),
  syncAll: () => new Promise(setImmediate),
};

/** To be closed. */
export function openStoreIn(dir: string, disk: Disk = realDisk): Promise<OpenStore> {
  const wasmPath = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');
  return openStore({ dir, wasmPath, clock: systemClock, log: quietLog, disk });
}

const AT = '2026-01-02T11:30:00.000Z';
const entry = { sequence: 0, at: AT, by: 'person', event: 'Created', from: null, to: 'Backlog', evidence: '' };

/** Durable when it resolves. `at` counts from 0. */
export async function create({ stories }: OpenStore, at: number): Promise<void> {
  const story = storyIn(STAGES.Backlog, { key: `key-${at}`, number: at + 1, title: `Story ${at}`, branch: null });
  const made = await stories.create(story, '- [ ] it works\n', { ...entry, key: story.key, number: story.number });
  if (made.kind === 'refused') throw new Error(made.message);
}

export async function move({ stories }: OpenStore, at: number): Promise<void> {
  const story = stories.get(`key-${at}`);
  if (story === undefined) throw new Error('The story is gone.');
  await stories.write({ ...story, stage: STAGES.Coding }, { ...entry, key: story.key, number: story.number });
}

/** Opens the store and makes its board. */
export async function boardOf(dir: string): Promise<void> {
  const store = await openStoreIn(dir);
  new BoardMaker().make(factsWith(store.stories.stories()));
  await store.close();
}

/** How long (ms) it took. */
export async function clocked(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

/** How much CPU (ms, on all threads) it took: a busy machine makes that little longer, and waiting for a disk is none of it. */
export async function reckoned(work: () => Promise<unknown>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}

/** Searches until every text has been read, so that the next search is one like all that come after it. */
export async function readTexts({ search }: OpenStore): Promise<void> {
  while ((await search.search('works', 1)).reading !== null) await new Promise((resolve) => setTimeout(resolve, 50));
}

/** What a disk needs for the same, with nothing around it. To be closed. */
export class BareDisk {
  private constructor(
    private readonly folder: string,
    private readonly log: FileHandle,
    private readonly texts: FileHandle,
  ) {}

  static async in(folder: string): Promise<BareDisk> {
    await mkdir(folder);
    return new BareDisk(folder, await open(path.join(folder, 'log'), 'a'), await open(path.join(folder, 'texts'), 'a'));
  }

  /** An append of 200 bytes with fdatasync. */
  async append(to = this.log): Promise<void> {
    await to.write(Buffer.alloc(200, 'x'));
    await to.datasync();
  }

  /** The least that a new story takes which has its text in a folder of its own: the text, and then the record, are waited for. */
  async create(at: number): Promise<void> {
    const folder = path.join(this.folder, String(at));
    mkdirSync(folder);
    for (const name of ['number', 'body']) writeFileSync(path.join(folder, name), 'x'.repeat(40), { flag: 'wx' });
    await this.append(this.texts);
    await this.append();
  }

  async close(): Promise<void> {
    await this.log.close();
    await this.texts.close();
  }
}

/** Loading a Yjs document with so many stories and nothing else (ms of CPU). */
export function bareDocument(count: number): Promise<number> {
  const doc = new Y.Doc();
  doc.transact(() => {
    for (let at = 0; at < count; at += 1) {
      const story = storyIn(STAGES.Backlog, { key: `key-${at}`, number: at + 1, title: `Story ${at}` });
      doc.getMap('stories').set(story.key, new Y.Map(Object.entries(story)));
    }
  });
  const update = Y.encodeStateAsUpdate(doc);
  return reckoned(() => {
    const loaded = new Y.Doc();
    Y.applyUpdate(loaded, update);
    return Promise.resolve(loaded.getMap('stories').toJSON());
  });
}
