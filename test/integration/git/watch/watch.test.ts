import assert from 'node:assert/strict';
import { EventEmitter } from 'node:events';
import type { FSWatcher } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import type { Clock } from '../../../../src/ports/clock';
import { GitWatch, type WatchFolder } from '../../../../src/git/watch/watchGit';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { createGit } from '../../../../src/git/door/run';
import { CountingGit } from '../../../support/countingGit';
import { waitFor } from '../../../support/waitFor';
import { openRepository, quietLog } from '../fixture';

/** Timers that run when the test says so; `asked` resolves as soon as one of that length is wanted. */
class HandClock implements Clock {
  readonly #timers = new Map<number, () => void>();
  readonly #waiting = new Map<number, () => void>();

  now(): number {
    return 0;
  }

  after(ms: number, callback: () => void): { dispose(): void } {
    this.#timers.set(ms, callback);
    this.#waiting.get(ms)?.();
    return { dispose: () => this.#timers.delete(ms) };
  }

  async asked(ms: number): Promise<void> {
    if (this.#timers.has(ms)) return;
    await new Promise<void>((resolve) => this.#waiting.set(ms, resolve));
    this.#waiting.delete(ms);
  }

  run(ms: number): void {
    const callback = this.#timers.get(ms);
    this.#timers.delete(ms);
    callback?.();
  }

  get pending(): number {
    return this.#timers.size;
  }
}

/** As on a network disk: it can be watched, and never says a word. */
function silent(): FSWatcher {
  const watcher = new EventEmitter() as FSWatcher;
  watcher.close = () => undefined;
  return watcher;
}

const SETTLE = 100;
const POLL = 5_000;

describe('Watching a repository', () => {
  let repository: TemporaryRepository;
  let clock: HandClock;
  let watch: GitWatch;
  let hints: number;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ a: 'a' }, 'Begin');
    clock = new HandClock();
    watch = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
    );
    await watch.start();
    hints = 0;
  });
  afterEach(async () => {
    watch.dispose();
    await repository.dispose();
  });

  const changes: { what: string; change: () => Promise<unknown> }[] = [
    { what: 'a branch that moves', change: () => repository.commitOn('main', { b: 'b' }, 'More') },
    { what: 'a new branch in a new folder', change: () => repository.branch('story/1-x') },
    { what: 'packed refs', change: () => repository.git('pack-refs', '--all') },
    { what: 'a HEAD that moves', change: () => repository.git('switch', '--quiet', '--detach') },
    { what: 'a staged file', change: async () => repository.write('b', 'b').then(() => repository.git('add', 'b')) },
    { what: 'a new worktree', change: () => repository.git('worktree', 'add', '--quiet', '../linked') },
  ];
  for (const { what, change } of changes) {
    it(`[G1] ${what} gives one hint once it is quiet`, async () => {
      const asked = clock.asked(SETTLE);
      await change();
      await asked;
      assert.equal(hints, 0);
      clock.run(SETTLE);
      await waitFor('a hint', () => hints === 1);
    });
  }

  it('[G1] a branch inside a folder that came later is seen too', async () => {
    await repository.branch('story/1-x');
    await clock.asked(SETTLE);
    watch.dispose();
    watch = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
    );
    await watch.start();
    const asked = clock.asked(SETTLE);
    await repository.commitOn('story/1-x', { b: 'b' }, 'Work');
    await asked;
  });

  describe('where the file system tells nothing', () => {
    const look = async () => {
      clock.run(POLL);
      await clock.asked(POLL);
    };

    beforeEach(async () => {
      await repository.git('worktree', 'add', '--quiet', '-b', 'story/7-other', '../other');
      watch.dispose();
      watch = new GitWatch(
        () => openRepository(repository.path),
        clock,
        () => (hints += 1),
        silent,
      );
      await watch.start();
      hints = 0;
    });

    const unseen: { what: string; change: () => Promise<unknown> }[] = [
      ...changes.filter(({ what }) => what !== 'a staged file'),
      { what: 'a setting', change: () => repository.git('config', 'user.name', 'Another') },
      {
        what: 'a switch in a worktree',
        change: () => repository.gitIn(path.join(repository.folder, 'other'), 'switch', '--quiet', '--detach'),
      },
    ];
    for (const { what, change } of unseen) {
      it(`[G1] ${what} is found by a slow look, and once`, async () => {
        await look();
        assert.equal(hints, 0, 'nothing has happened yet');
        await change();
        await look();
        assert.equal(hints, 1);
        await look();
        assert.equal(hints, 1);
      });
    }

    it('[G1] a look starts no process, however many worktrees there are', async () => {
      const counting = new CountingGit(repository.folder);
      watch.dispose();
      watch = new GitWatch(
        async () => ({
          ...(await openRepository(repository.path)),
          git: createGit({ binary: counting.binary, log: quietLog }),
        }),
        clock,
        () => (hints += 1),
        silent,
      );
      await watch.start();
      for (let at = 0; at < 3; at += 1) await look();
      assert.deepEqual(counting.calls(), []);
    });
  });

  it('[G1] a folder of branches that went away and came back is watched anew', async () => {
    await repository.branch('story/1-x');
    const heads = path.join(repository.path, '.git', 'refs', 'heads');
    const watched: string[] = [];
    const tell = new Map<string, Parameters<WatchFolder>[1]>();
    watch.dispose();
    watch = new GitWatch(
      () => openRepository(repository.path),
      clock,
      () => (hints += 1),
      (folder, onEvent) => {
        watched.push(folder);
        tell.set(folder, onEvent);
        return silent();
      },
    );
    await watch.start();
    hints = 0;
    tell.get(heads)?.('rename', 'story');
    clock.run(SETTLE);
    await waitFor('a hint', () => hints === 1);
    const story = path.join(heads, 'story');
    assert.deepEqual(
      watched.filter((folder) => folder === story),
      [story, story],
    );
  });

  it('[G1] what changes before the watchers stand is hinted at once they do', async () => {
    watch.dispose();
    watch = new GitWatch(
      async () => {
        // Whoever asked to be told has looked already.
        await repository.commitOn('main', { b: 'b' }, 'More');
        return openRepository(repository.path);
      },
      clock,
      () => (hints += 1),
    );
    await watch.start();
    assert.equal(hints, 1);
  });

  it('[G1] a repository that could not be watched at first is watched as soon as it can be', async () => {
    watch.dispose();
    let opens = 0;
    watch = new GitWatch(
      () => ((opens += 1) === 1 ? Promise.reject(new Error('not now')) : openRepository(repository.path)),
      clock,
      () => (hints += 1),
    );
    await assert.rejects(watch.start(), /not now/);
    clock.run(POLL);
    await waitFor('a hint', () => hints === 1);
    const asked = clock.asked(SETTLE);
    await repository.commitOn('main', { b: 'b' }, 'More');
    await asked;
  });

  it('[G1] a repository that goes away, and an end in the middle, leave no timer and no error', async () => {
    await rm(path.join(repository.path, '.git'), { recursive: true });
    clock.run(POLL);
    await clock.asked(POLL);
    watch.dispose();
    assert.equal(clock.pending, 0);
    watch.dispose();
  });
});
