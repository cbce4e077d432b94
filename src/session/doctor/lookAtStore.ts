import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import type { ContentFacts, DamagedPart, IndexFacts, JournalFacts, ShadowFacts } from '../../core/doctor/facts';
import { mergeJobSchema } from '../../core/landing/job';
import type { Log } from '../../ports/log';
import { isStoryKey } from '../../core/story/storyKey';
import { EDITS_FOLDER, FileContentStore } from '../../store/content/contentStore';
import { NEW_TEXTS } from '../../store/content/newStories';
import { ROLL_FILE } from '../../store/recovery/smallFiles';
import { frameAt, LOG_HEADER } from '../../store/log/recordFormat';
import { digestIn } from '../../store/shadow/shadowFile';
import { storeFolder, storeFolderIn, type StoreFolder } from '../../store/storeFolder';
import { errorCode } from '../../store/storeError';
import { allDated, dated, inBatches, namesIn, nextTurn } from './files';
import { lookAtLog } from './lookAtLog';
import type { OpenedParts } from './parts';

export interface StorePlace {
  readonly commonDir: string;
  readonly opened: OpenedParts | null;
  readonly log: Log;
}

export function storeIn({ commonDir }: Pick<StorePlace, 'commonDir'>): StoreFolder {
  return storeFolder(storeFolderIn(commonDir));
}

export async function lookAtIndex(place: StorePlace): Promise<IndexFacts> {
  const { opened } = place;
  const folder = storeIn(place);
  const aside = (await namesIn(folder.root)).filter((name) => /\.cut-\d+-\d+$/.test(name));
  return {
    log: await lookAtLog(folder.stories),
    keptAside: await allDated(folder.root, aside),
    ...knownOfIndex(opened),
    archived: await archivedIn(opened),
  };
}

/** Stories that are looked up at a time. */
const PAGE = 500;

async function archivedIn(opened: OpenedParts | null): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  if (opened === null) return found;
  for (let after: string | null | undefined = null; after !== undefined;) {
    const { stories, next } = await opened.stories.archived({ after, limit: PAGE });
    for (const { key, number } of stories) found.set(key, number);
    await nextTurn();
    after = next ?? undefined;
  }
  return found;
}

/** What is known of the index without a look at the disk. */
export function knownOfIndex(opened: OpenedParts | null): Omit<IndexFacts, 'log' | 'keptAside'> {
  return {
    losses: (opened?.health.losses() ?? []).filter(({ kind }) => kind === 'lost'),
    stories: opened?.stories.stories() ?? null,
    tombstones: opened?.stories.tombstones() ?? [],
    archived: new Map(),
  };
}

export async function lookAtContent(place: StorePlace): Promise<ContentFacts> {
  const { content: folder } = storeIn(place);
  // Without `onDamage` it writes nothing.
  const texts = new FileContentStore(folder, place.log);
  const all = await texts.orphans(() => false);
  const stories = await inBatches(all, async ({ key, number }) => {
    const names = await namesIn(path.join(folder, key));
    const parts = names.filter((name) => name.endsWith('.checked'));
    const damaged = await Promise.all(parts.map((name) => damagedPart(path.join(folder, key, name))));
    return {
      key,
      number,
      hasBody: names.includes('body.checked') || names.includes('body.md'),
      damaged: damaged.filter((one) => one !== null),
    };
  });
  // What is empty was not written to the end, and is taken by the next story of that key.
  const own = [EDITS_FOLDER, NEW_TEXTS, ROLL_FILE];
  const strangers = (await namesIn(folder)).filter((name) => !own.includes(name) && !isStoryKey(name));
  const keys = new Set(all.map(({ key }) => key));
  const files = (await namesIn(folder)).filter((name) => isStoryKey(name) && !keys.has(name));
  return { folder, stories, strangers: await allDated(folder, [...strangers, ...files]) };
}

async function damagedPart(file: string): Promise<DamagedPart | null> {
  const bytes = await readFile(file).catch(() => null);
  if (bytes === null || isWhole(bytes)) return null;
  const found = await dated(file);
  return found === null ? null : { ...found, what: path.basename(file, '.checked') };
}

function isWhole(bytes: Buffer): boolean {
  if (!bytes.subarray(0, LOG_HEADER.length).equals(LOG_HEADER)) return false;
  const rest = bytes.subarray(LOG_HEADER.length);
  return frameAt(rest, 0)?.length === rest.length;
}

export async function lookAtShadow(place: StorePlace): Promise<ShadowFacts> {
  const { shadow, stories } = storeIn(place);
  const logChangedAt = (await dated(stories))?.since ?? null;
  const state = await stateOfShadow(shadow);
  // Its two files are written one after the other: what does not fit now may fit in a moment.
  if (state === 'damaged') await nextTurn();
  return { path: shadow, state: state === 'damaged' ? await stateOfShadow(shadow) : state, logChangedAt };
}

async function stateOfShadow(file: string): Promise<ShadowFacts['state']> {
  const digest = await digestOf(file);
  if (digest === null) return 'missing';
  const beside = await readFile(`${file}.sha256`).catch(() => Buffer.alloc(0));
  return digestIn(beside) === digest ? 'whole' : 'damaged';
}

/** Null where there is no file. */
async function digestOf(file: string): Promise<string | null> {
  const hash = createHash('sha256');
  try {
    for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return null;
    throw error;
  }
}

export async function lookAtJournal(place: StorePlace): Promise<JournalFacts> {
  const { jobs } = storeIn(place);
  let unreadable = 0;
  const log = await lookAtLog(jobs, (data) => {
    if (!isJob(data)) unreadable += 1;
  });
  return { log, path: jobs, unreadable, open: place.opened?.jobs.openJobs() ?? null };
}

function isJob(data: Buffer): boolean {
  try {
    return mergeJobSchema.safeParse(JSON.parse(data.toString('utf8'))).success;
  } catch {
    return false;
  }
}
