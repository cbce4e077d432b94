import assert from 'node:assert/strict';
import { asError } from '../../../src/base/messageOf';
import { isWindowClosing, StoryRuns } from '../../../src/engine/storyRuns';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('The runs of stories', () => {
  it('[P5] that end because the window closes are told from a fault, also where that was passed on as an error', async () => {
    const runs = new StoryRuns({ log: quiet, stopping: () => '', onEnd: () => undefined });
    const live = { kind: 'gates', name: 'test', role: null, startedAt: 0, tip: null, progress: null } as const;
    const ends: [AbortSignal, unknown][] = [];
    runs.begin('1', live, async (signal) => {
      const ended = Promise.resolve().then(() => signal.throwIfAborted());
      ends.push([signal, await ended.catch(asError)]);
    });
    await runs.letGoOfAll();
    assert.deepEqual(ends.map(([signal, thrown]) => [isWindowClosing(signal), thrown === signal.reason]), [[true, true]]); // prettier-ignore
  });
});
