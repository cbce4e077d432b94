import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { openPast, readTruth, type Truth } from './pastStore';

/**
 * What came of one damage. `whole`: everything acknowledged is there. `noticed`: something is not, and the person is told.
 * `lost`: a landing, or a story that another file still witnesses, did not come back. `silent`: something is not as it was and
 * nobody is told.
 */
export type Verdict = 'whole' | 'noticed' | 'lost' | 'silent';

export interface Judged {
  readonly verdict: Verdict;
  readonly what: string;
}

/** Writes the files of a store anew and looks at what opens. */
export async function judge(dir: string, files: ReadonlyMap<string, Buffer>, truth: Truth): Promise<Judged> {
  writeFiles(dir, files);
  return judgeOpened(dir, truth);
}

/** Makes a folder hold just these files. */
export function writeFiles(dir: string, files: ReadonlyMap<string, Buffer>): void {
  rmSync(dir, { recursive: true, force: true });
  for (const [name, bytes] of files) {
    mkdirSync(path.dirname(path.join(dir, name)), { recursive: true });
    writeFileSync(path.join(dir, name), bytes);
  }
}

export async function judgeOpened(dir: string, truth: Truth): Promise<Judged> {
  let opened: Awaited<ReturnType<typeof openPast>>;
  try {
    opened = await openPast(dir);
  } catch (error) {
    // The person is told that it does not open, and nothing acts on it.
    return { verdict: 'noticed', what: `does not open: ${String(error).split('\n')[0] ?? ''}` };
  }
  const { store, said } = opened;
  try {
    const found = await readTruth(store);
    const differs = differences(truth, found);
    if (differs.length === 0) return { verdict: 'whole', what: '' };
    const what = differs.slice(0, 3).join('; ');
    if (differs.some((one) => one.startsWith('landing'))) return { verdict: 'lost', what };
    const isTold = store.health.losses().length > 0 || (said.length > 0 && differs.every(isOwn)) || differs.every(isAsked); // prettier-ignore
    return { verdict: isTold ? 'noticed' : 'silent', what };
  } finally {
    await store.close();
  }
}

/** Of these nothing that a person said or made depends, and a line in the log is enough: they are found out again. */
const OWN = ['resumed', 'sessions', 'standings', 'verdicts', 'runs'].map((name) => `what stands in ${name}`);

function isOwn(difference: string): boolean {
  return OWN.includes(difference) || difference.startsWith('earlier text');
}

/** A queue that was let go on stays paused, and the person is asked again. */
function isAsked(difference: string): boolean {
  return difference === 'what stands in resumed';
}

function differences(truth: Truth, found: Truth): string[] {
  const differs: string[] = [];
  for (const [key, story] of truth.stories) {
    const now = found.stories.get(key);
    if (story.stage.name === 'Done' && now?.stage.name !== 'Done') differs.push(`landing of ${key}`);
    else if (!isDeepStrictEqual(now, story)) differs.push(`${key} is ${now?.stage.name ?? 'gone'}`);
  }
  for (const key of found.stories.keys()) if (!truth.stories.has(key)) differs.push(`${key} came up`);
  for (const [key, body] of truth.bodies) if (found.bodies.get(key) !== body) differs.push(`text of ${key}`);
  if (!isDeepStrictEqual(truth.buried, found.buried)) differs.push('tombstones');
  for (const [id, step] of truth.jobs)
    if (found.jobs.get(id) !== step) differs.push(`job ${id} at ${found.jobs.get(id) ?? 'none'}`);
  if (found.historyLines < truth.historyLines)
    differs.push(`${truth.historyLines - found.historyLines} lines of history`);
  for (const [id, text] of truth.kept) if (found.kept.get(id) !== text) differs.push(id);
  for (const key of found.mirroredWrong) differs.push(`${key} in the search index`);
  for (const [name, list] of Object.entries(truth.lists))
    if (!isDeepStrictEqual(found.lists[name], list)) differs.push(`what stands in ${name}`);
  return differs;
}
