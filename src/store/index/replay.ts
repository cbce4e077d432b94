import type { Log } from '../../ports/log';
import { decodeChange } from '../log/changeRecord';
import type { StoryDocument } from './storyDocument';
import type { StoryHistory } from './storyHistory';

/** How many records are applied before other work gets its turn. */
const CHUNK = 200;

/** Applies log records to a document and its history, with pauses for other work; `onPart` is called before each. */
export async function replay(
  records: readonly Buffer[],
  document: StoryDocument,
  past: StoryHistory,
  log: Log,
  onPart: () => void = () => undefined,
): Promise<void> {
  for (let start = 0; start < records.length; start += CHUNK) {
    if (start > 0) await new Promise((resolve) => setImmediate(resolve));
    const changes = records.slice(start, start + CHUNK).map(decodeChange);
    const unreadable = changes.filter((change) => change === null).length;
    if (unreadable > 0) log.error(`store: ${unreadable} records of the index cannot be read and are left out`);
    for (const change of changes) if (change?.entry) past.add(change.entry);
    document.apply(changes.flatMap((change) => change?.update ?? []));
    onPart();
  }
}
