import assert from 'node:assert/strict';
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';
import { SmallDisk } from '../../support/smallDisk';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { TestWindow } from './harness';

const command = [process.execPath, path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs'), '{promptFile}'];

describe('room for worktrees', () => {
  let disk: SmallDisk;
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    disk = await SmallDisk.make(64);
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'large.bin': 'x'.repeat(4_000_000) }, 'Begin');
    const agents = [{ name: 'coder', role: 'coder', command }];
    window = new TestWindow(repository, { settings: { agents }, worktreesFolder: () => path.join(disk.path, 'w') });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
    disk.dispose();
  });

  it('[A2] an agent waits while their disk has less than two of them would take, and starts by itself once it has', async () => {
    // Only a disk of its own can be short of room.
    assert.ok(disk.isMounted || process.getuid?.() !== 0);
    if (!disk.isMounted) return;
    const { bavail, bsize } = statfsSync(disk.path);
    const filler = path.join(disk.path, 'filler');
    // With the worktree in it, less than a tenth of the disk is left, and less than two of its size.
    writeFileSync(filler, Buffer.alloc(bavail * bsize - 10_000_000));
    const story = await window.must(await window.newStory('Work'), 'Start');
    const card = await window.waitForCard(story, 'the wait', ({ why }) => why?.includes('a worktree takes') === true);
    assert.match(card.why ?? '', /^Waits for disk space: \d\.\d MB free, a worktree takes 4\.0 MB\.$/);
    assert.equal(card.state, 'waiting');
    assert.deepEqual(window.session.model()?.room?.values.length, 2);
    rmSync(filler);
    await window.waitForStage(story, 'Done');
    assert.equal(window.session.model()?.room, null);
  });
});
