import assert from 'node:assert/strict';
import path from 'node:path';
import { openShareFile } from '../../../src/store/share/shareFile';
import { TemporaryFolder } from '../../support/temporaryFolder';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

describe('the file that says with whom stories are shared', () => {
  it('[Y5] loses none of two changes that are made at once, however long each takes to be written', async () => {
    const folder = new TemporaryFolder();
    try {
      const place = path.join(folder.path, 'share.json');
      const open = () => openShareFile(place, quiet, { newId: () => 'machine' });
      const file = await open();
      await file.change(() => ({ url: 'wss://a.example', notices: [{ id: 'read', text: 'It was read.' }] }));
      const told = { id: 'told', text: 'Bob took #3 over.' };
      await Promise.all([
        file.change(({ notices }) => ({ notices: [...notices, told] })),
        file.change(({ notices }) => ({ notices: notices.filter(({ id }) => id !== 'read') })),
        file.change(() => ({ url: null })),
      ]);
      for (const { url, notices } of [file.state(), (await open()).state()])
        assert.deepEqual({ url, notices }, { url: null, notices: [told] });
    } finally {
      folder.remove();
    }
  });
});
