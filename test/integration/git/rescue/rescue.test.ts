import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { appendFile, chmod, mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import * as fc from 'fast-check';
import type { GitPort } from '../../../../src/ports/git';
import type { Oid } from '../../../../src/core/story/stage';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { portFor } from '../fixture';
import { photograph, type Photograph } from './photograph';

const BRANCH = 'refs/heads/story/42-sign-in';
const STORY = { number: 42, key: 'k42', title: 'Sign in\nwith "quotes"' };

describe('keeping work and bringing it back', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let folder: string;

  /** A story's worktree on a repository that holds what such repositories hold. */
  const begin = async (config: Record<string, string> = {}): Promise<void> => {
    repository = await TemporaryRepository.create({ config });
    const base = await repository.commit(
      {
        'a.txt': 'a\n',
        'b.txt': 'b\n',
        'run.sh': '#!/bin/sh\n',
        'deep/er/c.txt': 'c\n',
        'gone.txt': 'gone\n',
        '.gitignore': 'ignored*\n',
      },
      'Begin',
    );
    port = portFor(repository.path);
    folder = path.join(repository.folder, 'repository.worktrees', '42-sign-in');
    const made = await port.addStoryWorktree({ branch: BRANCH, folder, start: base });
    assert.equal(made.kind, 'ready');
  };
  const git = (...args: string[]): Promise<string> => repository.gitIn(folder, ...args);
  const at = (name: string): string => path.join(folder, name);
  const place = () => ({ folder, branch: BRANCH, story: STORY });
  const request = (rest: object = {}) =>
    ({ ...place(), reason: 'deleted', large: 'refuse', saved: null, ...rest }) as const;

  /** Removes worktree and branch, and everything that no ref leads to. */
  const remove = async (): Promise<string> => {
    const tip = (await port.tip(BRANCH)) as Oid;
    const outcome = await port.removeWorktree(request());
    assert.ok(outcome.kind === 'removed' && outcome.rescue !== null, JSON.stringify(outcome));
    assert.deepEqual(await port.removeBranch(BRANCH, tip), { kind: 'removed', rescue: null });
    assert.ok(!existsSync(folder), 'the worktree is gone');
    assert.doesNotMatch(await repository.git('worktree', 'list'), /42-sign-in/);
    await repository.git('reflog', 'expire', '--expire=now', '--all');
    await repository.git('gc', '--quiet', '--prune=now');
    return outcome.rescue;
  };
  const putBack = async (ref: string, to: { branch?: string; folder?: string } = {}): Promise<void> => {
    assert.deepEqual(await port.putWorkBack({ ref, branch: BRANCH, folder, ...to }), { kind: 'putBack' });
  };
  const comesBack = async (): Promise<Photograph> => {
    const before = photograph(folder);
    const tip = await port.tip(BRANCH);
    const ref = await remove();
    await putBack(ref);
    assert.deepEqual(photograph(folder), before);
    assert.equal(await port.tip(BRANCH), tip);
    assert.equal((await port.storyPlace(BRANCH)).kind, 'there');
    await repository.git('fsck', '--no-dangling');
    return before;
  };

  beforeEach(() => begin());
  afterEach(() => repository.dispose());

  it('[G7, S8] commits, staged, changed, removed and untracked files, links and modes come back byte for byte', async () => {
    await writeFile(at('a.txt'), 'committed\n');
    await git('commit', '-qam', 'Work');
    await writeFile(at('b.txt'), 'staged\n');
    await git('add', 'b.txt');
    await writeFile(at('b.txt'), 'and changed once more\r\n');
    await rm(at('gone.txt'));
    await chmod(at('run.sh'), 0o755);
    await writeFile(at('new.bin'), Buffer.from([0, 255, 10, 13, 10, 0]));
    await mkdir(at('made/by hand'), { recursive: true });
    await writeFile(at('made/by hand/tool'), '#!/bin/sh\n', { mode: 0o755 });
    await symlink('../nowhere', at('made/link'));
    await rm(at('deep'), { recursive: true });
    await symlink('a.txt', at('deep'));
    await writeFile(Buffer.concat([Buffer.from(`${folder}/caf`), Buffer.from([0xe9, 0x0a, 0x22])]), 'not UTF-8\n');
    await writeFile(at('later.txt'), '');
    await git('add', '--intent-to-add', 'later.txt');
    await writeFile(at('ignored.log'), 'not kept\n');
    const before = await comesBack();
    assert.ok('caf\u00e9\n"' in before.files && before.files['made/link'] === 'link ../nowhere');
    assert.ok(!existsSync(at('ignored.log')));
  });

  it('[G7] a rescue says what it is: story, branch, folder, time and what it holds', async () => {
    await writeFile(at('a.txt'), 'changed\n');
    await writeFile(at('b.txt'), 'staged\n');
    await git('add', 'b.txt');
    await writeFile(at('new.txt'), 'new\n');
    const preview = await port.previewRescue(place());
    assert.deepEqual(preview.counts, { commits: 0, staged: 1, changed: 1, untracked: 1 });
    assert.deepEqual(preview.obstacles, []);
    const ref = await remove();
    assert.match(ref, /^refs\/switchyard\/rescue\/42\/deleted-\d{8}T\d{6}Z$/);
    const [rescue] = await port.rescues();
    assert.ok(rescue?.ref === ref && rescue.note !== null);
    const { note } = rescue;
    assert.deepEqual([note.story, note.branch, note.folder, note.reason], [STORY, BRANCH, folder, 'deleted']);
    assert.deepEqual(note.counts, preview.counts);
    assert.equal(rescue.at, note.at);
    const { files, from } = await port.filesOfRescue(ref);
    assert.deepEqual([files, from], [['a.txt', 'b.txt', 'new.txt'], note.chain.head]);
    assert.match(await repository.git('log', '-1', '--format=%an %s%n%b', ref), /^Switchyard Work of #42, kept when it was deleted\n.*1 staged file, 1 changed file and 1 untracked file/s); // prettier-ignore
    assert.equal(await port.forgetRescue(ref, 'f'.repeat(40)), 'changed');
    assert.equal(await port.forgetRescue(ref, rescue.commit), 'forgotten');
    assert.deepEqual(await port.rescues(), []);
  });

  it('[G7] a merge in the middle of a conflict comes back in the middle of it', async () => {
    await git('checkout', '-q', '-b', 'other');
    await writeFile(at('a.txt'), 'theirs\n');
    await rm(at('gone.txt'));
    await git('commit', '-qam', 'Theirs');
    await git('checkout', '-q', 'story/42-sign-in');
    await writeFile(at('a.txt'), 'ours\n');
    await writeFile(at('gone.txt'), 'ours\n');
    await git('commit', '-qam', 'Ours');
    await assert.rejects(git('merge', 'other'));
    await repository.git('branch', '-D', 'other');
    const before = await comesBack();
    assert.match(before.index, /M 100644 \w+ 3\ta\.txt/);
    assert.ok('MERGE_HEAD' in before.underWay);
    await writeFile(at('a.txt'), 'settled\n');
    await git('add', '-A');
    await git('commit', '-qm', 'Merged');
    assert.equal((await git('rev-list', '--parents', '-1', 'HEAD')).split(' ').length, 3);
  });

  it('[G7] a rebase that stopped goes on after it came back, onto the branch where it began', async () => {
    for (const text of ['one', 'two']) {
      await writeFile(at('a.txt'), `${text}\n`);
      await git('commit', '-qam', text);
    }
    const main = await repository.commit({ 'a.txt': 'main\n' }, 'Main');
    await assert.rejects(git('rebase', main));
    const before = await comesBack();
    assert.match(before.head, /^[0-9a-f]{40}$/m);
    for (const text of ['main one', 'main two']) {
      await writeFile(at('a.txt'), `${text}\n`);
      await git('add', 'a.txt');
      await git('-c', 'core.editor=true', 'rebase', '--continue').catch(() => undefined);
    }
    assert.equal(await git('symbolic-ref', 'HEAD'), BRANCH);
    assert.equal(await git('rev-list', '--count', `${main}..HEAD`), '2');
  });

  it('[G7] commits on a detached HEAD, and those that a reset left behind, are kept', async () => {
    await writeFile(at('a.txt'), 'left behind\n');
    await git('commit', '-qam', 'Left behind');
    const lost = await git('rev-parse', 'HEAD');
    await git('reset', '-q', '--hard', 'HEAD^');
    await git('checkout', '-q', '--detach');
    await writeFile(at('b.txt'), 'detached\n');
    await git('commit', '-qam', 'Detached');
    await comesBack();
    assert.equal(await repository.git('cat-file', '-t', lost), 'commit');
    assert.equal((await port.rescues())[0]?.note?.counts.commits, 1);
  });

  it('[G7] work is kept, and removed, while git is making another worktree', async () => {
    await writeFile(at('a.txt'), 'left behind\n');
    await git('commit', '-qam', 'Left behind');
    const tip = (await port.tip(BRANCH)) as Oid;
    const another = await repository.beginWorktree('another');
    const outcome = await port.removeWorktree(request());
    assert.ok(outcome.kind === 'removed' && outcome.rescue !== null, JSON.stringify(outcome));
    assert.deepEqual(await port.removeBranch(BRANCH, tip), { kind: 'removed', rescue: null });
    await another.finish();
    await putBack(outcome.rescue);
    assert.equal(await port.tip(BRANCH), tip);
  });

  it('[G7] a branch without a commit comes back with what was staged on it', async () => {
    await git('checkout', '-q', '--orphan', 'fresh');
    await git('rm', '-q', '-r', '--cached', 'deep');
    await writeFile(at('a.txt'), 'begun anew\n');
    await comesBack();
    assert.equal(await git('symbolic-ref', 'HEAD'), 'refs/heads/fresh');
  });

  it('[G7] what git is told not to look at is kept: files assumed unchanged, not checked out, or changed there all the same', async () => {
    await writeFile(at('a.txt'), 'changed behind the back of git\n');
    await git('update-index', '--assume-unchanged', 'a.txt');
    await git('update-index', '--skip-worktree', 'b.txt', 'gone.txt');
    await writeFile(at('b.txt'), 'local settings\n');
    await rm(at('gone.txt'));
    const before = await comesBack();
    assert.match(before.index, /h 100644 \w+ 0\ta\.txt\0S 100644 \w+ 0\tb\.txt/);
  });

  it('[G7] raw bytes are kept where filters and line endings hide a change', async () => {
    await repository.git('config', 'filter.strip.clean', 'sed s/secret/public/');
    await repository.git('config', 'filter.strip.smudge', 'cat');
    await writeFile(at('.gitattributes'), '*.strip filter=strip\n*.txt text\n');
    await writeFile(at('x.strip'), 'secret one\n');
    await writeFile(at('y.strip'), 'nothing to hide\n');
    await git('add', '-A');
    await git('commit', '-qm', 'Filtered');
    // git takes each of these for unchanged.
    await writeFile(at('a.txt'), 'a\r\n');
    await git('add', 'a.txt');
    assert.equal(await git('status', '--porcelain'), '');
    const before = await comesBack();
    assert.equal(Buffer.from(before.files['x.strip']!.split(' ')[1]!, 'base64').toString(), 'secret one\n');
    assert.equal(Buffer.from(before.files['a.txt']!.split(' ')[1]!, 'base64').toString(), 'a\r\n');
    const { files } = await port.filesOfRescue((await port.rescues())[0]!.ref);
    assert.deepEqual(files, ['a.txt', 'x.strip'], 'what a checkout writes again is not kept twice');
  });

  it('[G7] no hook, no signing program and no settings of a person take part', async () => {
    await rm(path.join(repository.path, '.git', 'config.lock'), { force: true });
    for (const name of ['user.name', 'user.email']) await repository.git('config', '--unset', name);
    await repository.git('config', 'commit.gpgsign', 'true');
    await repository.git('config', 'gpg.program', '/nonexistent');
    await repository.git('config', 'user.useConfigOnly', 'true');
    const hooks = path.join(repository.path, '.git', 'hooks');
    for (const name of ['reference-transaction', 'post-checkout', 'pre-commit', 'post-index-change'])
      await writeFile(path.join(hooks, name), `#!/bin/sh\ntouch "${repository.folder}/hook-ran"\nexit 1\n`, {
        mode: 0o755,
      });
    await writeFile(at('a.txt'), 'changed\n');
    const port2 = portFor(repository.path);
    const outcome = await port2.removeWorktree(request());
    assert.ok(outcome.kind === 'removed' && outcome.rescue !== null, JSON.stringify(outcome));
    await putBack(outcome.rescue, { branch: `${BRANCH}-2` });
    assert.ok(!existsSync(path.join(repository.folder, 'hook-ran')));
  });

  it('[G7] files that are too large are kept, or left out, only when a person says so', async () => {
    await writeFile(at('huge.bin'), Buffer.alloc(21 * 1024 * 1024, 7));
    await writeFile(at('small.txt'), 'small\n');
    assert.deepEqual((await port.previewRescue(place())).large, [{ path: 'huge.bin', bytes: 21 * 1024 * 1024 }]);
    const refused = await port.removeWorktree(request());
    assert.ok(refused.kind === 'refused' && /21 MB to keep: huge\.bin/.test(refused.why), JSON.stringify(refused));
    assert.deepEqual(await port.rescues(), []);
    const kept = await port.rescueWork(request({ large: 'keep' }));
    assert.ok(kept.kind === 'saved');
    assert.deepEqual((await port.filesOfRescue(kept.ref)).files, ['huge.bin', 'small.txt']);
    const removed = await port.removeWorktree(request({ large: 'leaveOut' }));
    assert.ok(removed.kind === 'removed' && removed.rescue !== null);
    assert.deepEqual((await port.filesOfRescue(removed.rescue)).files, ['small.txt']);
    const note = (await port.rescues()).find(({ ref }) => ref === removed.rescue)?.note;
    assert.deepEqual(note?.leftOut, ['huge.bin']);
  });

  it('[G4, G5] a worktree of somebody else, a locked one, one where git works, and one in this window are left alone', async () => {
    await writeFile(at('a.txt'), 'changed\n');
    const before = photograph(folder);
    const refuses = async (what: RegExp, rest: object = {}): Promise<void> => {
      const outcome = await port.removeWorktree(request(rest));
      assert.ok(outcome.kind === 'refused' && what.test(outcome.why), JSON.stringify(outcome));
      assert.deepEqual(photograph(folder), before);
    };
    await refuses(/was not made for this story/, { branch: 'refs/heads/story/7-other' });
    await git('worktree', 'lock', '--reason', 'on a stick', folder);
    await refuses(/locked \(on a stick\).*git worktree unlock/);
    await git('worktree', 'unlock', folder);
    const lock = `${await git('rev-parse', '--absolute-git-dir')}/index.lock`;
    await writeFile(lock, '');
    await refuses(/git command is at work/);
    await rm(lock);
    const inside = portFor(folder);
    const outcome = await inside.removeWorktree(request());
    assert.ok(outcome.kind === 'refused' && /open in this window/.test(outcome.why));
    const main = await port.removeWorktree(request({ folder: repository.path, branch: 'refs/heads/main' }));
    assert.deepEqual(main, { kind: 'removed', rescue: null });
    assert.ok(existsSync(path.join(repository.path, 'a.txt')), 'the main work tree is no worktree to be removed');
    const own = path.join(repository.folder, 'mine');
    await repository.git('worktree', 'add', '-q', '-b', 'mine', own);
    const theirs = await port.removeWorktree(request({ folder: own, branch: 'refs/heads/mine' }));
    assert.ok(theirs.kind === 'refused' && existsSync(path.join(own, 'a.txt')));
    assert.deepEqual(await port.rescues(), []);
  });

  it('[G7] repositories inside the worktree, and submodules with work of their own, are named and nothing is removed', async () => {
    await mkdir(at('vendor'));
    await repository.gitIn(at('vendor'), 'init', '-q');
    await writeFile(at('vendor/x.txt'), 'x\n');
    const module = path.join(repository.folder, 'module');
    await repository.git('clone', '-q', '--no-hardlinks', repository.path, module);
    await git('-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', module, 'sub');
    await git('commit', '-qm', 'With a submodule');
    const obstacles = async (): Promise<readonly string[]> => (await port.previewRescue(place())).obstacles;
    assert.deepEqual(
      (await obstacles()).map((one) => one.split(' ')[0]),
      ['vendor'],
    );
    await rm(at('vendor'), { recursive: true });
    assert.deepEqual(await obstacles(), [], 'a submodule as its remote has it is no obstacle');
    await writeFile(at('sub/new.txt'), 'new\n');
    assert.match((await obstacles()).join(), /submodule sub has changes or commits/);
    await repository.gitIn(at('sub'), 'add', '-A');
    await repository.gitIn(at('sub'), '-c', 'user.name=S', '-c', 'user.email=s@example.com', 'commit', '-qm', 'Own');
    await git('commit', '-qam', 'Newer submodule');
    const outcome = await port.removeWorktree(request());
    assert.ok(outcome.kind === 'refused' && /submodule sub/.test(outcome.why), JSON.stringify(outcome));
    assert.ok(existsSync(at('sub/new.txt')));
    await repository.gitIn(at('sub'), 'push', '-q', 'origin', 'HEAD:refs/heads/pushed');
    assert.equal((await port.removeWorktree(request())).kind, 'removed');
  });

  it('[G7] where the folder was deleted, commits and what was staged are kept; where all around it is gone, nothing is done', async () => {
    await writeFile(at('a.txt'), 'committed\n');
    await git('commit', '-qam', 'Work');
    await writeFile(at('b.txt'), 'staged\n');
    await git('add', 'b.txt');
    const moved = path.join(repository.folder, 'elsewhere');
    await rename(path.dirname(folder), moved);
    const refused = await port.removeWorktree(request());
    assert.ok(
      refused.kind === 'refused' && /neither is the folder around it/.test(refused.why),
      JSON.stringify(refused),
    );
    await rename(moved, path.dirname(folder));
    await rm(folder, { recursive: true });
    const ref = await remove();
    await putBack(ref);
    assert.equal(await git('show', ':b.txt'), 'staged');
    assert.equal(await git('status', '--porcelain'), 'M  b.txt');
  });

  it('[G7] putting back overwrites neither a branch nor a folder: it takes another name and says it', async () => {
    await writeFile(at('a.txt'), 'kept\n');
    const before = photograph(folder);
    const ref = await remove();
    const main = await repository.git('rev-parse', 'main');
    const later = await repository.commit({ 'z.txt': 'z\n' }, 'Later');
    await repository.branch('story/42-sign-in', later);
    await mkdir(folder);
    await writeFile(at('mine.txt'), 'mine\n');
    const wanted = { branches: [BRANCH], folder, at: main };
    const free = await port.freePlace(wanted);
    assert.deepEqual(free, { branch: `${BRANCH}-2`, folder: `${folder}-2` });
    const refused = await port.putWorkBack({ ref, branch: BRANCH, folder: free.folder });
    assert.ok(refused.kind === 'refused' && /is there already/.test(refused.why));
    await assert.rejects(port.putWorkBack({ ref, branch: free.branch, folder }), /was not made by Switchyard/);
    assert.deepEqual(await port.putWorkBack({ ref, ...free }), { kind: 'putBack' });
    assert.deepEqual(photograph(`${folder}-2`).files, before.files);
    assert.equal(await port.tip(BRANCH), later);
    assert.equal(await port.tip(free.branch), main);
    assert.deepEqual(await port.putWorkBack({ ref, ...free }), { kind: 'putBack' }, 'done again it changes nothing');
  });

  it('[G7] a removal that was cut off is finished from where it stood, and what changed in between is saved anew', async () => {
    await writeFile(at('new.txt'), 'new\n');
    const before = photograph(folder);
    const [gitDir, aside] = [await git('rev-parse', '--absolute-git-dir'), `${folder}-being-removed`];
    const saved = await port.rescueWork(request());
    assert.ok(saved.kind === 'saved');
    const mark = (isCompared: boolean): Promise<void> =>
      writeFile(
        path.join(gitDir, 'switchyard-removing'),
        JSON.stringify({ rescue: saved.ref, fingerprint: saved.fingerprint, isCompared }),
      );
    const finish = async (): Promise<string | null> => {
      const outcome = await port.removeWorktree(request());
      assert.ok(outcome.kind === 'removed' && !existsSync(folder) && !existsSync(aside), JSON.stringify(outcome));
      assert.doesNotMatch(await repository.git('worktree', 'list'), /42-sign-in/);
      return outcome.rescue;
    };
    const beginAgain = async (ref: string | null): Promise<void> => {
      await putBack(ref ?? '');
      assert.deepEqual(photograph(folder), before);
    };
    // Out of the way, and not compared yet.
    await mark(false);
    await rename(folder, aside);
    assert.equal(await finish(), saved.ref);
    await beginAgain(saved.ref);
    // Half emptied: what is missing was not removed by anybody.
    await mark(true);
    await rename(folder, aside);
    await rm(path.join(aside, 'a.txt'));
    assert.equal(await finish(), saved.ref);
    await beginAgain(saved.ref);
    // Emptied, and only git's record is left.
    await mark(true);
    await rm(folder, { recursive: true });
    assert.equal(await finish(), saved.ref);
    assert.equal((await port.rescues()).length, 1);
    await beginAgain(saved.ref);
    // Somebody wrote into it before it was compared.
    await mark(false);
    await rename(folder, aside);
    await writeFile(path.join(aside, 'late.txt'), 'late\n');
    const anew = await finish();
    assert.notEqual(anew, saved.ref);
    assert.deepEqual((await port.filesOfRescue(anew ?? '')).files, ['late.txt', 'new.txt']);
  });

  it('[G7] whatever a worktree holds comes back as it was', async () => {
    const name = fc.constantFrom(
      'a.txt',
      'b.txt',
      'run.sh',
      'deep/er/c.txt',
      'deep',
      'new',
      'new/er',
      'gone.txt',
      'ünï ©',
    );
    const step = fc.oneof(
      fc.record({ do: fc.constant('write' as const), name, text: fc.constantFrom('', 'x', 'a\n', '\r\n', '\0') }),
      fc.record({ do: fc.constant('link' as const), name, text: fc.constantFrom('a.txt', '../out', 'deep') }),
      fc.record({
        do: fc.constantFrom('remove', 'mode', 'stage', 'unstage', 'commit', 'detach'),
        name,
        text: fc.constant(''),
      }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async (steps) => {
        for (const one of steps) await perform(one);
        await comesBack();
      }),
      { numRuns: 12, endOnFailure: true },
    );
    async function perform({ do: what, name: file, text }: { do: string; name: string; text: string }): Promise<void> {
      const quietly = (...args: string[]): Promise<unknown> => git(...args).catch(() => undefined);
      if (what === 'write' || what === 'link') {
        await rm(at(file), { recursive: true, force: true }).catch(() => undefined);
        await mkdir(path.dirname(at(file)), { recursive: true }).catch(() => undefined);
        await (what === 'write' ? appendFile(at(file), text) : symlink(text, at(file))).catch(() => undefined);
      } else if (what === 'remove') await rm(at(file), { recursive: true, force: true }).catch(() => undefined);
      else if (what === 'mode') await chmod(at(file), 0o755).catch(() => undefined);
      else if (what === 'stage') await quietly('add', '-A', '--', file);
      else if (what === 'unstage') await quietly('reset', '-q', '--', file);
      else if (what === 'commit') await quietly('commit', '-q', '-m', 'Some');
      else await quietly('checkout', '-q', '--detach');
    }
  });
});
