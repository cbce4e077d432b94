import assert from 'node:assert/strict';
import { chmod, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FolderGoneError } from '../../../../src/base/errors';
import { systemClock } from '../../../../src/base/systemClock';
import { GitError } from '../../../../src/git/door/gitError';
import { repositoryAt, type Repository } from '../../../../src/git/door/repository';
import { createGit } from '../../../../src/git/door/run';
import { locate } from '../../../../src/git/read/locate';
import type { Clock } from '../../../../src/ports/clock';
import { directStarter } from '../../../../src/processes/directStarter';
import type { Started, Starter } from '../../../../src/processes/starter';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { quietLog } from '../fixture';

describe('Reading objects', () => {
  let temporary: TemporaryRepository;
  let repository: Repository;
  let readers: Started[];
  /** What the clock was asked to do later. */
  let later: Set<() => void>;

  beforeEach(async () => {
    temporary = await TemporaryRepository.create();
    await temporary.commit({ 'a.txt': 'a\n' }, 'Begin');
    readers = [];
    later = new Set();
    const starter: Starter = {
      start(request) {
        const started = directStarter.start(request);
        if (request.args.includes('--batch-command')) readers.push(started);
        return started;
      },
    };
    const clock: Clock = {
      now: () => systemClock.now(),
      after(_, callback) {
        later.add(callback);
        return { dispose: () => void later.delete(callback) };
      },
    };
    const git = createGit({ binary: gitBinary, log: quietLog, starter, clock });
    repository = repositoryAt(await locate(git, temporary.path), { git, log: quietLog, clock });
  });
  afterEach(async () => {
    repository.objects.dispose();
    await Promise.all(readers.map(({ ended }) => ended));
    await temporary.dispose();
  });

  const textOf = async (name: string): Promise<string | null> =>
    (await repository.objects.read([name]))[0]?.data.toString('utf8') ?? null;

  it('[G2] all questions go to one process, and each gets its own answer', async () => {
    const data = Buffer.alloc(3_000_000, Buffer.from([0, 255, 10, 13]));
    const [large, small] = [await temporary.blob(data), await temporary.blob(Buffer.from(''))];
    const odd = 'HEAD:no such\nfile missing';
    const answers = await Promise.all([
      repository.objects.read([large, odd, small]),
      repository.objects.read(['HEAD:a.txt', '0'.repeat(40), large]),
      repository.objects.read([]),
    ]);
    const [first, second] = answers;
    assert.ok(first[0]?.data.equals(data));
    assert.equal(first[1], null);
    assert.deepEqual([first[2]?.oid, first[2]?.type, first[2]?.data.byteLength], [small, 'blob', 0]);
    assert.equal(second[0]?.data.toString(), 'a\n');
    assert.equal(second[1], null);
    assert.ok(second[2]?.data.equals(data));
    assert.equal(readers.length, 1);
  });

  it('[G2] what comes into the repository later is seen, also after it was repacked and pruned', async () => {
    assert.equal(await textOf('HEAD:b.txt'), null);
    await temporary.commit({ 'b.txt': 'b\n' }, 'More');
    assert.equal(await textOf('HEAD:b.txt'), 'b\n');
    for (const args of [
      ['gc', '--prune=now', '--quiet'],
      ['repack', '-a', '-d', '-f', '--quiet'],
    ]) {
      await temporary.git(...args);
      assert.equal(await textOf('HEAD:a.txt'), 'a\n');
    }
    await temporary.commit({ 'c.txt': 'c\n' }, 'Still more');
    await temporary.git('gc', '--prune=now', '--quiet');
    assert.equal(await textOf('HEAD:c.txt'), 'c\n');
    assert.equal(readers.length, 1);
  });

  it('[G2] the process ends when nothing is asked for a while, and the next question starts another', async () => {
    await textOf('HEAD:a.txt');
    assert.equal(later.size, 1);
    for (const callback of later) callback();
    assert.deepEqual(await readers[0]?.ended, { kind: 'exited', code: 0 });
    assert.equal(await textOf('HEAD:a.txt'), 'a\n');
    assert.equal(readers.length, 2);
    repository.objects.dispose();
    assert.deepEqual(await readers[1]?.ended, { kind: 'exited', code: 0 });
  });

  it('[G2] a process that dies is replaced, and what was asked of it is asked again', async () => {
    await textOf('HEAD:a.txt');
    const answers = Array.from({ length: 50 }, () => textOf('HEAD:a.txt'));
    readers[0]?.kill('SIGKILL');
    assert.deepEqual(new Set(await Promise.all(answers)), new Set(['a\n']));
    const between = readers.at(-1);
    between?.kill('SIGKILL');
    await between?.ended;
    assert.equal(await textOf('HEAD:a.txt'), 'a\n');
  });

  it('[G2] a question over which git dies each time fails with its words, and the others are answered', async () => {
    const oid = await temporary.blob(Buffer.from('will be damaged'));
    await temporary.git('update-ref', 'refs/keep', oid);
    const file = path.join(temporary.path, '.git', 'objects', oid.slice(0, 2), oid.slice(2));
    await chmod(file, 0o644);
    await writeFile(file, 'damaged');
    const [bad, good] = await Promise.allSettled([textOf(oid), textOf('HEAD:a.txt')]);
    assert.deepEqual(good, { status: 'fulfilled', value: 'a\n' });
    if (bad.status === 'rejected') assert.ok(bad.reason instanceof GitError, String(bad.reason));
    else assert.equal(bad.value, null);
  });

  it('[G2] in a repository that was renamed nothing is called missing: the folder is', async () => {
    await textOf('HEAD:a.txt');
    await rename(temporary.path, `${temporary.path}-renamed`);
    await assert.rejects(textOf('HEAD:other.txt'), FolderGoneError);
    await assert.rejects(textOf('HEAD:a.txt'), FolderGoneError);
    await rename(`${temporary.path}-renamed`, temporary.path);
    assert.equal(await textOf('HEAD:a.txt'), 'a\n');
  });
});
