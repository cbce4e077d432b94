import assert from 'node:assert/strict';
import { copyFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { restoreServer } from '../../support/share/restoredServer';
import { TeamServer } from '../../support/share/teamServer';
import { waitFor } from '../../support/waitFor';

describe('a server that was lost', () => {
  it('[Y1, Y3] restored from an older copy, or with an empty disk, gets back from the machines all that it lacks, and nothing twice', async () => {
    const kept = (folder: string): string[] => readdirSync(folder).filter((name) => name.endsWith('.yjs'));
    const failures = await restoreServer({
      start: (folder) => TeamServer.start(folder),
      backUp: async (folder, copy) => {
        await waitFor('the server to have it on disk', () => kept(folder).length > 0);
        for (const name of kept(folder)) copyFileSync(path.join(folder, name), path.join(copy, name));
      },
    });
    assert.deepEqual(failures, []);
  });
});
