import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { GitPort } from '../../../../src/ports/git';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';

const BRANCH = 'refs/heads/story/2-child';
const CHANGED = ['c.txt', 'p.txt'];

describe('moving a branch onto what its parent is now', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let folder: string;
  let at: string;
  let onto: string;
  let from: string;

  before(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    await repository.branch('parent');
    at = await repository.commitOn('parent', { 'p.txt': 'one\n' }, 'Parent');
    await repository.branch('story/2-child', at);
    from = await repository.commitOn('story/2-child', { 'c.txt': 'child\n' }, 'Child', 'Ada <ada@example.com>');
    await repository.git('update-ref', 'refs/heads/parent', 'main');
    onto = await repository.commitOn('parent', { 'p.txt': 'two\n', 'q.txt': 'q\n' }, 'Parent again');
    folder = path.join(repository.folder, 'child');
    await repository.git('worktree', 'add', '--quiet', folder, 'story/2-child');
    port = portFor(repository.path);
  });
  after(() => repository.dispose());

  const there = (...args: string[]): Promise<string> => repository.gitIn(folder, ...args);
  const restack = () => port.restack({ branch: BRANCH, folder, at, onto, mayHold: 'move' });
  const gitDir = (): string => path.join(repository.path, '.git', 'worktrees', 'child');
  const markOf = (to: string): void => writeFileSync(path.join(gitDir(), 'switchyard-restacking'), JSON.stringify({ branch: BRANCH, from, to })); // prettier-ignore
  const isMoved = async (): Promise<void> => {
    assert.equal(await there('rev-parse', 'HEAD~1'), onto);
    assert.equal(await there('log', '-1', '--format=%an %ae %s'), 'Ada ada@example.com Child');
    assert.equal(await there('status', '--porcelain'), '');
    assert.deepEqual(CHANGED.map((name) => readFileSync(path.join(folder, name), 'utf8')), ['child\n', 'two\n']); // prettier-ignore
    assert.ok(!existsSync(path.join(gitDir(), 'switchyard-restacking')));
  };
  /** As it was before: branch, index and files. */
  const goBack = async (to: string): Promise<void> => {
    await repository.git('update-ref', BRANCH, from, to);
    await there('read-tree', '-m', '-u', to, from);
  };

  it('[S11, G7] what is uncommitted stays and is named, and what git cannot replay changes nothing', async () => {
    writeFileSync(path.join(folder, 'mine.txt'), 'mine\n');
    const waits = await restack();
    assert.ok(waits.kind === 'waits' && waits.why.includes('mine.txt'), JSON.stringify(waits));
    await repository.git('-C', folder, 'clean', '-fq');
    const other = await repository.git('commit-tree', '-p', 'main', '-m', 'Other', `${from}^{tree}`);
    const conflict = await port.restack({ branch: BRANCH, folder, at: other, onto, mayHold: 'move' });
    assert.ok(conflict.kind === 'conflict' && conflict.message.includes(other.slice(0, 8)), JSON.stringify(conflict));
    assert.equal(await repository.git('rev-parse', BRANCH), from);
  });

  it('[S11, G7] a kill between files and branch is gone on from, and one between files keeps what was there', async () => {
    const done = await restack();
    assert.ok(done.kind === 'restacked');
    await isMoved();
    assert.equal(await repository.git('rev-parse', done.kept), from);
    const to = done.tip;
    await goBack(to);
    markOf(to);
    await there('read-tree', '-m', '-u', from, to);
    assert.deepEqual(await restack(), done);
    await isMoved();
    await goBack(to);
    markOf(to);
    writeFileSync(path.join(folder, 'p.txt'), 'two\n');
    writeFileSync(path.join(folder, 'c.txt'), 'of a person, just then\n');
    const again = await restack();
    assert.equal(again.kind, 'restacked');
    await isMoved();
    const rescues = (await repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue')).split('\n');
    const texts = await Promise.all(rescues.map((ref) => repository.git('show', `${ref}:c.txt`)));
    assert.ok(texts.includes('of a person, just then'), `${rescues.join(' ')}: ${texts.join(', ')}`);
    assert.deepEqual(await restack(), { kind: 'asItIs' });
  });

  it('[S11, G7] a kill between files and branch is gone on from also where the parent has renamed a file', async () => {
    const rescues = (): Promise<string> => repository.git('for-each-ref', 'refs/switchyard/rescue');
    const before = await repository.git('rev-parse', BRANCH);
    await repository.git('worktree', 'add', '--quiet', path.join(repository.folder, 'parent'), 'parent');
    const ofParent = (...args: string[]) => repository.gitIn(path.join(repository.folder, 'parent'), ...args);
    await ofParent('mv', 'a.txt', 'renamed.txt');
    await ofParent('commit', '--quiet', '--message=Rename');
    const request = { branch: BRANCH, folder, at: onto, onto: await repository.git('rev-parse', 'parent') };
    const done = await port.restack({ ...request, mayHold: 'move' });
    assert.ok(done.kind === 'restacked', JSON.stringify(done));
    const kept = await rescues();
    await repository.git('update-ref', BRANCH, before, done.tip);
    const mark = JSON.stringify({ branch: BRANCH, from: before, to: done.tip });
    writeFileSync(path.join(gitDir(), 'switchyard-restacking'), mark);
    assert.deepEqual(await port.restack({ ...request, mayHold: 'move' }), done);
    assert.equal(await rescues(), kept);
    assert.equal(await there('status', '--porcelain'), '');
    assert.equal(readFileSync(path.join(folder, 'renamed.txt'), 'utf8'), 'a\n');
  });
});
