import assert from 'node:assert/strict';
import type { StoreLoss } from '../../../../src/core/recovery/storeLoss';
import { LossFile } from '../../../../src/store/recovery/lossFile';
import { TemporaryFolder } from '../../../support/temporaryFolder';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the file of what was lost', () => {
  it('[P1] holds all that is found at once, and nothing is taken for read that comes while others are', async () => {
    const folder = new TemporaryFolder();
    try {
      const open = () => LossFile.open(folder.at('losses.log'), quiet);
      const loss = (id: string): StoreLoss => ({ id, at: new Date(0).toISOString(), kind: 'lost', text: id, held: [] });
      const file = await open();
      await Promise.all([file.add(loss('one')), file.add(loss('two'))]);
      for (const one of [file, await open()]) assert.deepEqual(one.list().map(({ id }) => id), ['one', 'two']); // prettier-ignore
      await Promise.all([file.acknowledge(), file.add(loss('three'))]);
      for (const one of [file, await open()]) assert.deepEqual(one.list().map(({ id }) => id), ['three']); // prettier-ignore
    } finally {
      folder.remove();
    }
  });
});
