import type { Log } from '../../ports/log';
import { decodeChange } from '../log/changeRecord';
import { inParts } from '../log/keptFile';
import { decodeSnapshot, type SnapshotHead } from '../log/snapshotRecord';
import type { StoryDocument } from './storyDocument';
import type { StoryHistory } from './storyHistory';

/** So many bytes of records are applied before other work gets its turn. */
const CHUNK = 100_000;

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
  for (const chunk of inParts(records, (record) => record.length, CHUNK)) {
    const updates: Uint8Array[] = [];
    let unreadable = 0;
    for (const data of chunk) {
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
    await new Promise((resolve) => setImmediate(resolve));
  }
  return { head, groups, jobs };
}
