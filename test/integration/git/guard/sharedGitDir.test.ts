import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { chmod, mkdir, readFile, readdir, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { describeSharedChange } from '../../../../src/core/gates/sharedChange';
import { createGitPort } from '../../../../src/git/gitPort';
import { systemClock } from '../../../../src/base/systemClock';
import type { GitPort } from '../../../../src/ports/git';
import type { SharedWatch } from '../../../../src/ports/sharedGitDir';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { build, landing, portFor, quietLog, withStory } from '../fixture';

const HOOK = '#!/bin/sh\nexit 0\n';

describe('The shared git directory', () => {
  let repository: TemporaryRepository;
  let guard: GitPort;
  let tree: string;
  let head: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    head = await repository.commit({ 'a.txt': 'a\n' }, 'One');
    tree = path.join(repository.folder, 'tree');
    await repository.git('worktree', 'add', '--quiet', '--detach', tree, head);
    await writeFile(common('hooks', 'pre-commit'), HOOK);
    await chmod(common('hooks', 'pre-commit'), 0o755);
    guard = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  const common = (...parts: string[]): string => path.join(repository.path, '.git', ...parts);
  const watch = (id = 'run-1', mayMove: string[] = [], target: string | null = null): Promise<SharedWatch> =>
    guard.watchShared({ id, folder: tree, mayMove, target });
  /** A run in its own worktree, with the environment of its watch. */
  const run = async (watched: Pick<SharedWatch, 'env'>, script: string): Promise<void> => {
    await promisify(execFile)('sh', ['-ec', script], { cwd: tree, env: { ...process.env, ...watched.env } });
  };
  const said = (changes: Awaited<ReturnType<SharedWatch['end']>>): string[] => changes.map(describeSharedChange);

  it('[G12] a gate that sets core.hooksPath and rewrites a hook finds both as they were, byte for byte', async () => {
    const config = await readFile(common('config'));
    const watched = await watch();
    await run(
      watched,
      `git config core.hooksPath /tmp/evil; echo evil > "$(git rev-parse --git-common-dir)/hooks/pre-commit"
      chmod 644 "$(git rev-parse --git-common-dir)/hooks/pre-commit"; echo '*.c' >> "$(git rev-parse --git-common-dir)/info/exclude"`,
    );
    const { changes, left } = await watched.endAndUndo();
    assert.deepEqual(left, []);
    assert.deepEqual(said(changes), [
      "changed git's settings (core.hookspath)",
      'changed the hook pre-commit',
      'changed .git/info/exclude',
    ]);
    assert.deepEqual(await readFile(common('config')), config);
    assert.equal(await readFile(common('hooks', 'pre-commit'), 'utf8'), HOOK);
    assert.equal((await stat(common('hooks', 'pre-commit'))).mode & 0o777, 0o755);
    assert.deepEqual(await (await watch('run-2')).end(), []);
  });

  it('[G12] a hook that was rewritten with as many bytes and its old time is seen, also where it was read before', async () => {
    const port = createGitPort({ folder: repository.path, binary: 'git', log: quietLog, clock: systemClock });
    const watchNow = (id: string) => port.watchShared({ id, folder: tree, mayMove: [], target: null });
    const written = (await stat(common('hooks', 'pre-commit'))).ctimeMs;
    await waitFor('a moment after the hook was written', () => Date.now() > written + 50);
    assert.deepEqual(await (await watchNow('run-1')).end(), []);
    const watched = await watchNow('run-2');
    await run(
      watched,
      `hook="$(git rev-parse --git-common-dir)/hooks/pre-commit"
      touch -r "$hook" time; printf '#!/bin/sh\\nexit 1\\n' > "$hook"; touch -r time "$hook"; rm time`,
    );
    assert.deepEqual(said((await watched.endAndUndo()).changes), ['changed the hook pre-commit']);
    assert.equal(await readFile(common('hooks', 'pre-commit'), 'utf8'), HOOK);
    port.dispose();
  });

  it('[G12] hooks that were replaced by a link come back, and nothing is written through the link', async () => {
    const elsewhere = path.join(repository.folder, 'elsewhere');
    await mkdir(elsewhere);
    await writeFile(path.join(elsewhere, 'pre-commit'), 'evil');
    const watched = await watch();
    await rename(common('hooks'), path.join(repository.folder, 'taken'));
    await symlink(elsewhere, common('hooks'));
    assert.deepEqual((await watched.endAndUndo()).left, []);
    assert.equal(await readFile(common('hooks', 'pre-commit'), 'utf8'), HOOK);
    assert.equal(await readFile(path.join(elsewhere, 'pre-commit'), 'utf8'), 'evil');
  });

  it('[G12] what branches note down about themselves is nobody’s attack, and survives when the rest is undone', async () => {
    const watched = await watch();
    await repository.git('config', 'branch.main.vscode-merge-base', 'origin/main');
    assert.deepEqual(await watched.end(), []);
    const second = await watch('run-2');
    await repository.git('config', 'branch.main.remote', 'origin');
    await run(second, 'git config core.pager evil');
    const { changes } = await second.endAndUndo();
    assert.deepEqual(said(changes), ["changed git's settings (core.pager)"]);
    assert.equal(await repository.git('config', 'branch.main.remote'), 'origin');
    assert.equal(await repository.git('config', 'branch.main.vscode-merge-base'), 'origin/main');
    await assert.rejects(repository.git('config', 'core.pager'));
  });

  it('[G12] a run that begins while another has changed a hook does not put the change back', async () => {
    const first = await watch('run-1');
    await writeFile(common('hooks', 'pre-commit'), 'evil');
    const second = await watch('run-2');
    await first.endAndUndo();
    assert.deepEqual(await second.endAndUndo(), { changes: [], left: [] });
    assert.equal(await readFile(common('hooks', 'pre-commit'), 'utf8'), HOOK);
  });

  it('[G12] settings that somebody is writing just now are left, and that is said', async () => {
    const watched = await watch();
    await run(watched, 'git config core.pager evil');
    await writeFile(common('config.lock'), '');
    const { left } = await watched.endAndUndo();
    assert.deepEqual(said(left), ["changed git's settings (core.pager)"]);
    await rm(common('config.lock'));
    assert.deepEqual(await guard.undoShared(left), []);
    await assert.rejects(repository.git('config', 'core.pager'));
  });

  it('[G12] refs that a run made, moved and removed go back, and what they held is kept', async () => {
    await repository.branch('moved');
    await repository.branch('removed');
    const next = await repository.commit({ 'b.txt': 'b\n' }, 'Two');
    await repository.branch('story/1-mine');
    const watched = await watch('run-1', ['refs/heads/story/1-mine']);
    await run(
      watched,
      `git tag v1; git branch -f moved ${next}; git branch -q -D removed; git branch -f story/1-mine ${head}
       git checkout -q --ignore-other-worktrees main; git commit -q --allow-empty -m evil; git checkout -q --detach`,
    );
    const { changes, left } = await watched.endAndUndo();
    assert.deepEqual(left, []);
    assert.deepEqual(said(changes).sort(), [
      'made refs/tags/v1',
      'moved refs/heads/main',
      'moved refs/heads/moved',
      'removed refs/heads/removed',
    ]);
    assert.equal(await repository.git('rev-parse', 'main', 'moved', 'removed'), [next, head, head].join('\n'));
    assert.equal(await repository.git('tag'), '');
    assert.equal(await repository.git('rev-parse', 'story/1-mine'), head);
    const kept = await repository.git('for-each-ref', '--format=%(subject)', 'refs/switchyard/rescue');
    assert.deepEqual(kept.split('\n').sort(), ['One', 'Two', 'evil']);
  });

  it('[G12] a person’s own commits, tags, branches and stash meanwhile are not the run’s', async () => {
    const watched = await watch();
    await run(watched, 'git status >/dev/null; git add -A');
    await repository.commit({ 'c.txt': 'c\n' }, 'Mine');
    await repository.git('tag', 'mine');
    await repository.git('switch', '--quiet', '--create', 'mine');
    await repository.write('c.txt', 'changed\n');
    await repository.git('stash', '--quiet');
    assert.deepEqual(await watched.endAndUndo(), { changes: [], left: [] });
    assert.equal(await repository.git('stash', 'list', '--format=%gs'), 'WIP on mine: ' + (await shown()));
    assert.equal(await repository.git('tag'), 'mine');
  });
  const shown = (): Promise<string> => repository.git('log', '-1', '--format=%h %s', 'mine');

  it('[G12] a branch that went forward lost nothing, also while git is making a worktree', async () => {
    const watched = await watch();
    const next = await repository.commit({ 'a.txt': 'b\n' }, 'Two');
    const another = await repository.beginWorktree('another');
    assert.deepEqual((await watched.endAndUndo()).changes, []);
    await another.finish();
    assert.equal(await repository.git('rev-parse', 'main'), next);
    assert.equal(await repository.git('for-each-ref', 'refs/switchyard/rescue'), '');
  });

  it('[G12] a stash entry that a run took is put back, and one that it made is taken off and kept', async () => {
    await repository.write('a.txt', 'secret\n');
    await repository.git('stash', 'push', '--quiet', '--message', 'secrets of mine');
    const entry = await repository.git('rev-parse', 'stash@{0}');
    const taking = await watch();
    await run(taking, 'git stash pop -q; git add -A');
    const { changes, left } = await taking.endAndUndo();
    assert.deepEqual(left, []);
    assert.deepEqual(said(changes), ['took "On main: secrets of mine" from the stash']);
    assert.equal(await repository.git('rev-parse', 'stash@{0}'), entry);
    assert.equal(await repository.git('stash', 'list', '--format=%gs'), 'On main: secrets of mine');
    const making = await watch('run-2');
    await run(making, 'git stash -q');
    assert.match(said((await making.endAndUndo()).changes).join(), /^put "WIP on \(no branch\): /);
    assert.equal(await repository.git('stash', 'list', '--format=%gs'), 'On main: secrets of mine');
    assert.match(await repository.git('for-each-ref', 'refs/switchyard/rescue'), new RegExp(entry));
  });

  it('[G12] a hook that a person changed once more since is not overwritten by undoing', async () => {
    const watched = await watch();
    await writeFile(common('hooks', 'pre-commit'), 'evil');
    const changes = await watched.end();
    await writeFile(common('hooks', 'pre-commit'), 'mine');
    assert.deepEqual(said(await guard.undoShared(changes)), ['changed the hook pre-commit']);
    assert.equal(await readFile(common('hooks', 'pre-commit'), 'utf8'), 'mine');
  });

  it('[G12] a branch that a worktree is on is not removed by undoing', async () => {
    const watched = await watch();
    await run(watched, `git -C '${repository.path}' checkout -q -b stolen`);
    const { left } = await watched.endAndUndo();
    assert.deepEqual(said(left), ['made refs/heads/stolen']);
    assert.equal(await repository.git('rev-parse', 'HEAD'), head);
    await repository.git('switch', '--quiet', 'main');
    assert.deepEqual(await guard.undoShared(left), []);
  });

  it('[G12] what a run that hides from git’s notes took from branches and stash is kept', async () => {
    const lost = await repository.git('commit-tree', '-p', 'HEAD', '-m', 'Precious', 'HEAD^{tree}');
    await repository.git('branch', 'precious', lost);
    await repository.branch('copied');
    await repository.write('a.txt', 'secret\n');
    await repository.git('stash', '--quiet');
    const entry = await repository.git('rev-parse', 'refs/stash');
    const watched = await watch();
    await run(
      watched,
      `unset GIT_TRACE2; git stash drop -q; git branch -q -D copied; rm "$(git rev-parse --git-common-dir)/refs/heads/precious"`,
    );
    assert.deepEqual(await watched.end(), []);
    const kept = await repository.git('for-each-ref', '--format=%(objectname)', 'refs/switchyard/rescue');
    assert.deepEqual(kept.split('\n').sort(), [entry, lost].sort());
  });

  it('[A12] the target moved by a run that hides from git’s notes is the run’s, and by a person’s commit is not', async () => {
    const hiding = [
      'git update-ref refs/heads/main $(git commit-tree -p main -m Sly main^{tree})',
      'c=$(git commit-tree -p main -m Sly main^{tree}); echo $c > "$(git rev-parse --git-common-dir)/refs/heads/main"',
      `cd '${repository.path}'; b=$(echo b | git hash-object -w --stdin); t=$(printf '100644 blob %s\tb.txt\n' $b | git mktree)
       git update-ref refs/heads/main $(git commit-tree -p main -m Sly $t)`,
    ];
    for (const script of hiding) {
      const watched = await watch('run-1', [], 'refs/heads/main');
      await run(watched, `unset GIT_TRACE2; ${script}`);
      assert.deepEqual(said((await watched.endAndUndo()).changes), ['moved refs/heads/main'], script);
    }
    assert.equal(await repository.git('rev-parse', 'main'), head);
    const watched = await watch('run-2', [], 'refs/heads/main');
    await repository.commit({ 'c.txt': 'c\n' }, 'Mine');
    await repository.write('c.txt', 'staged since\n');
    await repository.git('add', '-A');
    assert.deepEqual(await watched.end(), []);
    const back = await watch('run-3', [], 'refs/heads/main');
    await repository.git('reset', '--quiet', '--soft', 'HEAD~1');
    assert.deepEqual(await back.end(), []);
  });

  it('[A12] what lands while an agent runs is not the agent’s, and its own move is told from there', async () => {
    const { base, storyTip } = await withStory(repository);
    const watched = await watch('run-1', [], 'refs/heads/main');
    const other = await watch('run-2', [], 'refs/heads/main');
    await run(watched, 'git branch -q scratch; git branch -q -D scratch');
    // Where git keeps no log of it, only Switchyard's own note tells whose move it was.
    await rm(common('logs'), { recursive: true });
    const built = await build(guard, { base, storyTip });
    assert.equal((await guard.land(await landing(repository, built, base))).kind, 'landed');
    assert.deepEqual(await watched.end(), []);
    await run(
      other,
      'git update-ref -m "switchyard: land #1" refs/heads/main $(git commit-tree -p main -m Sly main^{tree})',
    );
    const after = await repository.git('rev-parse', 'main');
    assert.deepEqual(await other.end(), [{ kind: 'ref', ref: 'refs/heads/main', before: built.candidate, after }]);
  });

  it('[A8, A12] a run that outlives its window is compared with what was before it, and what landed is not its own', async () => {
    const { base, storyTip } = await withStory(repository);
    const request = (id: string) => ({ id, folder: tree, mayMove: [], target: 'refs/heads/main' });
    const [watched, other] = [await guard.watchKept(request('run-1')), await guard.watchKept(request('run-2'))];
    await run(
      watched,
      'git branch -q scratch; git branch -q -D scratch; echo evil > "$(git rev-parse --git-common-dir)/hooks/pre-commit"',
    );
    await rm(common('logs'), { recursive: true });
    const built = await build(guard, { base, storyTip });
    assert.equal((await guard.land(await landing(repository, built, base))).kind, 'landed');
    for (const one of [watched, other]) one.leave();

    const next = portFor(repository.path);
    const goneOn = await next.resumeWatch(request('run-1'), watched.memory);
    const otherGoneOn = await next.resumeWatch(request('run-2'), other.memory);
    assert.deepEqual(said(await goneOn.end()), ['changed the hook pre-commit']);
    const sly = 'git update-ref refs/heads/main $(git commit-tree -p main -m Sly main^{tree})';
    await run(otherGoneOn, sly);
    const after = await repository.git('rev-parse', 'main');
    assert.deepEqual(await otherGoneOn.end(), [
      { kind: 'ref', ref: 'refs/heads/main', before: built.candidate, after },
    ]);
    await assert.rejects(stat(common('switchyard', 'guard-kept')));
  });

  it('[A12] a branch that Switchyard makes where git keeps no logs is not a running agent’s', async () => {
    await repository.git('config', 'core.logAllRefUpdates', 'false');
    const watched = await watch();
    await run(watched, 'git branch -q scratch; git branch -q -D scratch');
    const folder = path.join(repository.folder, 'story');
    await guard.addStoryWorktree({ branch: 'refs/heads/story/2-next', folder, start: head });
    assert.deepEqual(await watched.end(), []);
  });

  it('[G12] comparing starts no git where nothing differs, and leaves no file behind', async () => {
    let calls = 0;
    const counted = portFor(repository.path, { ...quietLog, debug: () => (calls += 1) });
    await counted.tip('refs/heads/main');
    const before = calls;
    const watched = await counted.watchShared({ id: 'run-1', folder: tree, mayMove: [], target: null });
    await run(watched, 'git status >/dev/null');
    assert.deepEqual(await watched.end(), []);
    assert.equal(calls, before);
    await assert.rejects(stat(common('switchyard', 'guard', 'run-1.trace')));
    // What a killed window left goes with the next watch.
    await writeFile(common('switchyard', 'guard', 'old.trace'), '');
    await (await counted.watchShared({ id: 'run-2', folder: tree, mayMove: [], target: null })).end();
    assert.deepEqual(await readdir(common('switchyard', 'guard')), []);
  });
});
