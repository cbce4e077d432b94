import { readFile } from 'node:fs/promises';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { StoryRecord } from '../core/story/story';
import type { Log } from '../ports/log';
import { replay } from './index/replay';
import { StoryDocument } from './index/storyDocument';
import { StoryHistory } from './index/storyHistory';
import { readLog } from './log/recordFormat';
import { LossFile } from './recovery/lossFile';
import { storeFolder } from './storeFolder';

/** What a store holds that nobody can open now. */
export interface StillStore {
  readonly stories: readonly StoryRecord[];
  readonly losses: readonly StoreLoss[];
}

/**
 * Reads the stories of a store and writes nothing, not even a lock: for a disk that takes no byte. What is damaged is left
 * out, and mended when the store is opened. Null where there is nothing to read.
 */
export async function readStill(dir: string, log: Log): Promise<StillStore | null> {
  const folder = storeFolder(dir);
  const bytes = await readFile(folder.stories).catch(() => null);
  if (bytes === null) return null;
  const document = new StoryDocument(log);
  try {
    await replay(readLog(bytes).records, document, new StoryHistory(), log, () => document.show());
    const losses = await LossFile.open(folder.losses, log).catch(() => null);
    return { stories: document.stories(), losses: losses?.list() ?? [] };
  } finally {
    document.dispose();
  }
}
