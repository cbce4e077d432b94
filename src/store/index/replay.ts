import type { Log } from '../../ports/log';
import { decodeChange } from '../log/changeRecord';
import { decodeSnapshot, type SnapshotHead } from '../log/snapshotRecord';
import type { StoryDocument } from './storyDocument';
import type { StoryHistory } from './storyHistory';

/** How many records are applied before other work gets its turn. */
const CHUNK = 200;

/** What is found on the way. `jobs` is the highest number of records of the merge journal that any record says. */
export interface Replayed {
  readonly head: SnapshotHead | null;
  readonly groups: number;
  readonly jobs: number;
}

/** Applies log records to a document and its history, with pauses for other work; `onPart` is called before each. */
export async function replay(
  records: readonly Buffer[],
  document: StoryDocument,
  past: StoryHistory,
  log: Log,
  onPart: () => void = () => undefined,
): Promise<Replayed> {
  let head: SnapshotHead | null = null;
  let [groups, jobs] = [0, 0];
  for (let start = 0; start < records.length; start += CHUNK) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    const updates: Uint8Array[] = [];
    let unreadable = 0;
    for (const data of records.slice(start, start + CHUNK)) {
      const change = decodeChange(data);
      const part = change === null ? decodeSnapshot(data) : null;
      if (change?.entry) past.add(change.entry);
      if (part?.kind === 'head') {
        head = part.head;
        past.startBehind(head.sequence);
      } else if (part !== null) groups += 1;
      jobs = Math.max(jobs, change?.jobs ?? (part?.kind === 'head' ? part.head.jobs : 0));
      const update = change?.update ?? (part?.kind === 'group' ? part.update : null);
      if (update !== null) updates.push(update);
      if (change === null && part === null) unreadable += 1;
    }
    if (unreadable > 0) log.error(`store: ${unreadable} records of the index cannot be read and are left out`);
    document.apply(updates);
    onPart();
  }
  return { head, groups, jobs };
}
