import assert from 'node:assert/strict';
import path from 'node:path';
import { createGitPort } from '../../../../src/git/gitPort';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { quietLog, stillClock } from '../fixture';

describe('How far a branch is behind what it follows', () => {
  it('[G4] is known by the branch’s own name, capitals too, and without a fetch', async () => {
    const repository = await TemporaryRepository.create({ branch: 'Trunk' });
    const port = createGitPort({ folder: repository.path, binary: gitBinary, log: quietLog, clock: stillClock });
    try {
      const first = await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      const second = await repository.commit({ 'a.txt': 'two\n' }, 'Go on');
      await repository.git('init', '--quiet', '--bare', '../remote.git');
      await repository.git('remote', 'add', 'origin', path.join(repository.folder, 'remote.git'));
      await repository.git('push', '--quiet', '--set-upstream', 'origin', 'Trunk');
      const behind = (tip: string) => port.behindUpstream({ ref: 'refs/heads/Trunk', tip });
      assert.equal(await behind(second), null);
      assert.deepEqual(await behind(first), { upstream: 'origin/Trunk', commits: 1, ahead: 0 });
    } finally {
      port.dispose();
      await repository.dispose();
    }
  });
});
