import assert from 'node:assert/strict';
import { tmpdir } from 'node:os';
import { assertNoMounts, MountInTreeError, mountsBelow } from '../../../../src/git/trees/mounts';

const TREE = '/data/shop.worktrees/agents-gate-1';
const MOUNTS = [
  '22 27 0:21 / /proc rw,relatime - proc proc rw',
  `41 27 8:1 /home /data/shop.worktrees rw - ext4 /dev/sda1 rw`,
  `42 27 8:1 /home ${TREE} rw - ext4 /dev/sda1 rw`,
  `43 27 8:1 /home ${TREE}-2/x rw - ext4 /dev/sda1 rw`,
  `44 27 8:1 /home ${TREE}/node_modules/with\\040blank\\134 rw shared:3 - ext4 /dev/sda1 rw`,
  `45 27 0:40 / ${TREE}/\u00c3\u00bc rw - tmpfs tmpfs rw`,
  '',
].join('\n');

describe('mounts below a tree', () => {
  it('[G14] are those that the system lists in it, on the same device too, and not those beside or above it', () => {
    const utf8 = Buffer.from(MOUNTS, 'latin1').toString('utf8');
    assert.deepEqual(mountsBelow(TREE, utf8), [`${TREE}/node_modules/with blank\\`, `${TREE}/ü`]);
  });

  it('[G14] stop the clean-up with a sentence that names them', async () => {
    const clean = assertNoMounts(TREE, () => Promise.resolve(MOUNTS.replaceAll('Ã¼', 'x')));
    await assert.rejects(clean, (error: Error) => {
      assert.ok(error instanceof MountInTreeError);
      assert.match(error.message, /agents-gate-1\/node_modules\/with blank\\, .*is a mount point.*Unmount it/);
      return true;
    });
    await assertNoMounts(`${TREE}/src`, () => Promise.resolve(MOUNTS));
  });

  it('[G14] show by their device where the system has no list', async () => {
    await assertNoMounts(tmpdir() + '/there-is-nothing', () => Promise.resolve(null));
    if (process.platform === 'linux')
      await assert.rejects(
        assertNoMounts('/dev', () => Promise.resolve(null)),
        /\/dev\/(?:shm|pts)/,
      );
  });
});
