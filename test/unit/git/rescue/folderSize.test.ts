import assert from 'node:assert/strict';
import { linkSync, mkdirSync, writeFileSync } from 'node:fs';
import { folderSize } from '../../../../src/git/rescue/folderSize';
import { TemporaryFolder } from '../../../support/temporaryFolder';

describe('what a folder takes', () => {
  it('[A2, G7] counts a file once, however many names it has, and nothing for a folder that is not there', async () => {
    const folder = new TemporaryFolder();
    try {
      mkdirSync(folder.at('deep'));
      writeFileSync(folder.at('a'), 'x'.repeat(1000));
      writeFileSync(folder.at('deep/b'), 'x'.repeat(10));
      linkSync(folder.at('a'), folder.at('deep/same'));
      linkSync(folder.at('a'), folder.at('again'));
      assert.equal(await folderSize(folder.path), 1010);
      assert.equal(await folderSize(folder.at('gone')), 0);
    } finally {
      folder.remove();
    }
  });
});
