import assert from 'node:assert/strict';
import { WorktreeRoom } from '../../../../src/engine/worktrees/worktreeRoom';
import { SmallDisk } from '../../../support/smallDisk';
import { STAGES, storyIn } from '../../../support/storyFixtures';
import { quietLog } from '../../git/fixture';

describe('what a worktree takes', () => {
  it('[A2] is measured again while work waits for it, however long what was measured is good otherwise', async () => {
    const disk = await SmallDisk.make(64);
    try {
      // Only a disk of its own can be short of room.
      assert.ok(disk.isMounted || process.getuid?.() !== 0);
      if (!disk.isMounted) return;
      let [size, now, measured] = [1_000_000_000, 0, 0];
      const git = {
        storyPlace: () => Promise.resolve({ kind: 'there' as const, path: disk.path, head: null, branch: null }),
        sizeOf: () => ((measured += 1), Promise.resolve(size)),
      };
      const clock = { now: () => now, after: () => ({ dispose: () => undefined }) };
      const room = new WorktreeRoom(
        { clock, log: quietLog, git, folders: { worktrees: () => disk.path } },
        () => undefined,
      );
      const stories = [storyIn(STAGES.Coding)];
      const settled = async () => {
        await room.lacking(stories);
        await new Promise(setImmediate);
        return room.lacking(stories);
      };
      assert.equal((await settled())?.worktree, 1_000_000_000);
      // Somebody throws away what it was built into.
      size = 1_000_000;
      now = 59_000;
      assert.equal((await settled())?.worktree, 1_000_000_000);
      now = 61_000;
      assert.equal(await settled(), null);
      now = 122_000;
      assert.equal(await settled(), null);
      assert.equal(measured, 2);
    } finally {
      disk.dispose();
    }
  });
});
