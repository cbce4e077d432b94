import assert from 'node:assert/strict';
import path from 'node:path';
import { createGitPort } from '../../../../src/git/gitPort';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { quietLog, stillClock } from '../fixture';

describe('Where the history of a repository begins', () => {
  const rootsOf = async (folder: string): Promise<string[]> => {
    const port = createGitPort({ folder, binary: gitBinary, log: quietLog, clock: stillClock });
    try {
      return await port.roots();
    } finally {
      port.dispose();
    }
  };

  it('[Y1] is with the same commits in every clone, and a shallow one knows of none', async () => {
    const repository = await TemporaryRepository.create();
    try {
      const first = await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      await repository.commit({ 'a.txt': 'two\n' }, 'Go on');
      const known = await rootsOf(repository.path);
      assert.ok(known.includes(first) || known.length === 1, known.join());
      const [whole, shallow] = ['whole', 'shallow'].map((name) => path.join(repository.folder, name)) as [string, string];
      await repository.git('clone', '--quiet', repository.path, whole);
      await repository.git('clone', '--quiet', '--depth=1', `file://${repository.path}`, shallow);
      assert.deepEqual(await rootsOf(whole), known);
      assert.deepEqual(await rootsOf(shallow), []);
    } finally {
      await repository.dispose();
    }
  }); // prettier-ignore
});
