import assert from 'node:assert/strict';
import { once } from 'node:events';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { bundleScript, startScript } from '../../support/childProcess';
import { openStoreIn, wasmPath } from './fixtures';
import type { Acknowledged } from './storeProcess';

describe('a process killed while it writes', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = new TemporaryFolder()));
  afterEach(() => folder.remove());

  /** Lets a process write until it has acknowledged `count` changes, then kills it. Returns all it acknowledged. */
  async function writeUntilKilled(script: string, count: number): Promise<Acknowledged[]> {
    const child = startScript(script, [folder.at('switchyard'), wasmPath]);
    const acknowledged: Acknowledged[] = [];
    child.on('message', (message: Acknowledged) => {
      acknowledged.push(message);
      if (acknowledged.length === count) child.kill('SIGKILL');
    });
    await once(child, 'exit');
    assert.ok(acknowledged.length >= count, 'it ended by itself');
    return acknowledged;
  }

  it('[P1] loses nothing that was acknowledged, and what it left opens without a half-written story in view', async () => {
    const script = bundleScript('integration/store/storeProcess', folder.path);
    const all: Acknowledged[] = [];
    for (let round = 0; round < 8; round++) {
      all.push(...(await writeUntilKilled(script, 1 + 5 * round)));
      const store = await openStoreIn(folder.at('switchyard'));
      for (const { key, number, priority } of all) {
        const story = store.stories.get(key);
        assert.ok(story !== undefined && story.priority <= priority, `story #${number}`);
        assert.ok(
          store.jobs.jobs().some((job) => job.id === `job-${number}`),
          `job of #${number}`,
        );
      }
      for (const { key, number } of store.stories.stories()) {
        assert.equal(await store.content.read(`${key}:body`), `Body ${number}`);
      }
      const numbers = store.stories.stories().map((story) => story.number);
      assert.equal(new Set(numbers).size, numbers.length);
      const sequences = (await store.stories.history({ cursor: 0, limit: Infinity })).map((entry) => entry.sequence);
      assert.deepEqual(sequences, sequences.map((_, index) => index + 1)); // prettier-ignore
      await store.close();
    }
  });
});
