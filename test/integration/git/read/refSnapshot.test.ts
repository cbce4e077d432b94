import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitPort } from '../../../../src/ports/git';
import { createGitPort } from '../../../../src/git/gitPort';
import { CountingGit } from '../../../support/countingGit';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { quietLog, stillClock } from '../fixture';

describe('Asking again for what has not changed', () => {
  let repository: TemporaryRepository;
  let git: CountingGit;
  let port: GitPort;
  let base: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    base = await repository.commit({ a: 'a' }, 'Begin');
    git = new CountingGit(repository.folder);
    port = createGitPort({ folder: repository.path, binary: git.binary, log: quietLog, clock: stillClock });
    await port.branchTips();
  });
  afterEach(() => {
    port.dispose();
    return repository.dispose();
  });

  /** Looks until what was read lies far enough behind the last change to be known again. */
  const untilKnown = (look: () => Promise<unknown>) =>
    waitFor('an answer without a process', async () => {
      const before = git.count;
      await look();
      return git.count === before;
    });
  const asked = async (look: () => Promise<unknown>) => {
    const before = git.count;
    await look();
    return git.calls(before).map((call) => call.split(' ')[0]);
  };

  describe('for refs', () => {
    beforeEach(() => untilKnown(() => port.branchTips()));

    it('[G1] target, tips and branches come from one reading, and from none where nothing changed', async () => {
      await repository.branch('story/1-x');
      const all = () => Promise.all([port.findTarget(null), port.branchTips(), port.tip('refs/heads/story/1-x')]);
      assert.deepEqual(await asked(all), ['for-each-ref']);
      await untilKnown(all);
      assert.deepEqual(await asked(all), []);
      assert.deepEqual(await all(), [
        { kind: 'found', ref: 'refs/heads/main', tip: base },
        new Map([
          ['refs/heads/main', base],
          ['refs/heads/story/1-x', base],
        ]),
        base,
      ]);
    });

    const moved = async () => (await port.tip('refs/heads/main')) ?? 'gone';
    const changes: { what: string; change: () => Promise<unknown> }[] = [
      { what: 'a branch that moved', change: () => repository.commitOn('main', { b: 'b' }, 'More') },
      { what: 'a branch that was deleted', change: () => repository.git('update-ref', '-d', 'refs/heads/main') },
      {
        what: 'a branch that moved and was packed',
        change: async () => {
          await repository.commitOn('main', { b: 'b' }, 'More');
          await repository.git('pack-refs', '--all', '--prune');
        },
      },
    ];
    for (const { what, change } of changes) {
      it(`[G1] ${what} is seen at once by whoever asks, without a hint`, async () => {
        assert.equal(await moved(), base);
        await change();
        const now = await repository.git('rev-parse', '--quiet', '--verify', 'refs/heads/main').catch(() => 'gone');
        assert.notEqual(now, base);
        assert.equal(await moved(), now);
      });
    }

    it('[G1] changes that follow each other within one tick of the clock are all seen', async () => {
      const other = await repository.commitOn('main', { b: 'b' }, 'More');
      for (let at = 0; at < 20; at += 1) {
        const tip = at % 2 === 0 ? base : other;
        await repository.git('update-ref', 'refs/heads/main', tip);
        assert.equal(await moved(), tip);
      }
    });

    it('[G1] a pin of a candidate leaves what is known of branches as it is', async () => {
      await port.pinCandidate('job-1', base);
      assert.deepEqual(await asked(() => port.branchTips()), []);
      assert.deepEqual(await port.pinnedCandidates(), ['job-1']);
    });
  });

  it('[MQ1] what origin calls its default counts also where that branch was not fetched', async () => {
    await repository.branch('trunk');
    await repository.git('symbolic-ref', 'refs/remotes/origin/HEAD', 'refs/remotes/origin/trunk');
    const target = await port.findTarget(null);
    assert.equal(target.kind === 'found' && target.ref, 'refs/heads/trunk');
  });

  describe('for settings', () => {
    const identity = async () => {
      const found = await port.identity();
      return found.kind === 'known' ? found.name : 'missing';
    };
    beforeEach(() => untilKnown(identity));

    it('[MQ2] the identity is asked for once, and again when the settings change', async () => {
      assert.deepEqual(await asked(identity), []);
      await repository.git('config', 'user.name', 'Another');
      assert.equal(await identity(), 'Another');
      await untilKnown(identity);
      await repository.git('config', '--unset', 'user.email');
      assert.equal(await identity(), 'missing');
    });

    it('[MQ2] a file that the settings include counts, also where it comes later', async () => {
      const file = path.join(repository.folder, 'included');
      await repository.git('config', 'include.path', file);
      assert.equal(await identity(), 'Sam Sample');
      await untilKnown(identity);
      await writeFile(file, '[user]\n\tname = Included\n');
      assert.equal(await identity(), 'Included');
      await untilKnown(identity);
      await writeFile(file, '[user]\n\tname = Changed\n');
      assert.equal(await identity(), 'Changed');
    });

    it('[MQ2] settings that count on one branch only follow a switch', async () => {
      const file = path.join(repository.folder, 'on-branch');
      await writeFile(file, '[user]\n\tname = On Branch\n');
      await repository.git('config', 'includeIf.onbranch:other.path', file);
      assert.equal(await identity(), 'Sam Sample');
      await untilKnown(identity);
      await repository.git('switch', '--quiet', '--create', 'other');
      assert.equal(await identity(), 'On Branch');
    });

    it("[MQ2] the person's own settings count, and a variable that names another file", async () => {
      const before = process.env['GIT_CONFIG_GLOBAL'];
      const file = path.join(repository.folder, 'mine');
      await repository.git('config', '--unset', 'user.name');
      try {
        process.env['GIT_CONFIG_GLOBAL'] = file;
        assert.equal(await identity(), 'missing');
        await untilKnown(identity);
        await writeFile(file, '[user]\n\tname = Mine\n');
        assert.equal(await identity(), 'Mine');
      } finally {
        if (before === undefined) delete process.env['GIT_CONFIG_GLOBAL'];
        else process.env['GIT_CONFIG_GLOBAL'] = before;
      }
      assert.equal(await identity(), 'missing');
    });
  });

  it('[MQ10] what commits say is asked once: a file, the distance, the order', async () => {
    const tip = await repository.commitOn('main', { b: 'b' }, 'More');
    const look = async () => [
      await port.readFileAt(tip, 'b'),
      await port.readFileAt(base, 'b'),
      await port.commitsAhead(base, tip),
      await port.isAncestor(base, tip),
      await port.isAncestor(tip, base),
    ];
    // Both files come from one process.
    assert.equal((await asked(look)).length, 4);
    assert.deepEqual(await look(), ['b', null, 1, true, false]);
    assert.deepEqual(await asked(look), []);
  });

  it('[ST1] fetching more of a shallow clone asks again how far commits are apart', async () => {
    for (const name of ['b', 'c', 'd']) await repository.commit({ [name]: name }, name);
    await repository.git('clone', '--quiet', '--depth=1', `file://${repository.path}`, '../shallow');
    const shallow = path.join(repository.folder, 'shallow');
    const tip = await repository.git('rev-parse', 'main');
    const clone = createGitPort({ folder: shallow, binary: git.binary, log: quietLog, clock: stillClock });
    await repository.gitIn(shallow, 'fetch', '--quiet', 'origin', base);
    assert.equal(await clone.commitsAhead(base, tip), 1);
    await repository.gitIn(shallow, 'fetch', '--quiet', '--unshallow');
    assert.equal(await clone.commitsAhead(base, tip), 3);
  });
});
