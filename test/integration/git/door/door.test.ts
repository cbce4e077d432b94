import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { chmod, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { FolderGoneError } from '../../../../src/base/errors';
import { GitError, GitMissingError } from '../../../../src/git/door/gitError';
import { messageOf } from '../../../../src/base/messageOf';
import { firstLine } from '../../../../src/core/words/firstLine';
import { createGit, type Git } from '../../../../src/git/door/run';
import type { Verb } from '../../../../src/git/door/verbs';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { isAlive } from '../../../support/isAlive';
import { waitFor } from '../../../support/waitFor';
import { candidateDefaults, portFor, quietLog, withStory } from '../fixture';

describe('The one door to git', () => {
  let repository: TemporaryRepository;
  let git: Git;
  const inherited = { ...process.env };

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await withStory(repository);
    git = createGit({ binary: gitBinary, log: quietLog });
  });
  afterEach(async () => {
    for (const name of Object.keys(process.env)) if (!(name in inherited)) Reflect.deleteProperty(process.env, name);
    Object.assign(process.env, inherited);
    await repository.dispose();
  });

  const run = (verb: Verb, ...args: string[]): ReturnType<Git['run']> => git.run(verb, args, { cwd: repository.path });

  function logged(folder: string): { port: ReturnType<typeof portFor>; log: string[] } {
    const log: string[] = [];
    return { port: portFor(folder, { ...quietLog, info: (line) => void log.push(line) }), log };
  }

  for (const verb of [
    'reset',
    'clean',
    'checkout',
    'switch',
    'restore',
    'stash',
    'push',
    'worktree remove',
    'gc',
    '-c',
    'constructor',
  ])
    it(`[G5] git ${verb} is refused before anything starts, also past the compiler`, async () => {
      await assert.rejects(run(verb as Verb), /is not among the allowed commands/);
    });

  it('[G2] an exit code that nobody expects becomes an error that says what, where, why and what next', async () => {
    const failed = await run('rev-parse', '--verify', 'refs/heads/nothing').catch((error: unknown) => error);
    assert.ok(failed instanceof GitError);
    assert.equal(failed.exitCode, 128);
    const [reason, where, todo] = failed.message.split('\n');
    assert.equal(reason, 'Needed a single revision');
    assert.match(where ?? '', /^In .*repository\.$/);
    assert.match(todo ?? '', /terminal/);
    assert.match(
      failed.detail,
      /^git rev-parse --verify refs\/heads\/nothing ended with exit code 128 in .*repository:\n/,
    );
  });

  it('[G2] the reason is the cause: what failed to sign, or which filter', async () => {
    const { port, log } = logged(repository.path);
    const tip = await repository.git('rev-parse', 'main');
    await repository.git('config', 'gpg.program', 'false');
    await repository.git('config', 'commit.gpgsign', 'true');
    const storyTip = await repository.git('rev-parse', 'story/42-sign-in');
    const unsigned: unknown = await port
      .buildCandidate({ ...candidateDefaults, base: tip, storyTip })
      .catch((error: unknown) => error);
    assert.equal(firstLine(messageOf(unsigned)), 'gpg failed to sign the data');
    assert.match(messageOf(unsigned), /set commit.gpgsign to false/);
    assert.match(log.join('\n'), /git commit-tree .* ended with exit code 1 in /);

    await repository.git('config', 'commit.gpgsign', 'false');
    await repository.commit({ '.gitattributes': 'crypt.txt filter=crypt\n', 'crypt.txt': 'x\n' }, 'Filtered');
    await repository.git('config', 'filter.crypt.smudge', 'false');
    await repository.git('config', 'filter.crypt.required', 'true');
    const commit = await repository.git('rev-parse', 'main');
    const unfiltered: unknown = await port
      .prepareGateTree({ folder: path.join(repository.folder, 'agents-gate-1'), commit })
      .catch((error: unknown) => error);
    assert.match(firstLine(messageOf(unfiltered)), /^crypt.txt: smudge filter '?crypt'? failed$/);
    assert.doesNotMatch(messageOf(unfiltered), /reset --hard/);
  });

  it('[G2] a repository that was renamed is said to be gone, in a sentence and for every kind of call', async () => {
    const port = portFor(repository.path);
    await port.branchTips();
    await rename(repository.path, `${repository.path}-renamed`);
    for (const ask of [() => port.branchTips(), () => port.localChanges(repository.path), () => port.worktrees()])
      await assert.rejects(ask(), { message: /^The folder .* is not there any more$/m });
    await assert.rejects(portFor(repository.path).check(), FolderGoneError);
  });

  it('[G2] an expected exit code is a value, and 1 is not 0', async () => {
    const port = portFor(repository.path);
    const [base, tip] = await Promise.all([
      repository.git('rev-parse', 'main'),
      repository.git('rev-parse', 'story/42-sign-in'),
    ]);
    assert.equal(await port.isAncestor(base, tip), false);
    assert.equal(await port.isAncestor(base, base), true);
    assert.equal(await port.tip('refs/heads/nothing'), null);
    await assert.rejects(port.isAncestor('0'.repeat(40), base), GitError);
  });

  it('[G2] a git that a signal ended is an error, not an answer', async () => {
    const binary = path.join(repository.folder, 'git');
    await writeFile(binary, '#!/bin/sh\nkill -9 $$\n');
    await chmod(binary, 0o755);
    const dying = createGit({ binary, log: quietLog });
    await assert.rejects(dying.run('version', [], { cwd: repository.path, expect: [0, 1, 128] }), {
      message: /^git version was ended before it was done$/m,
    });
  });

  it('[G2] a call that is wanted no more fails with the reason, unless it was over before anybody ended it', async () => {
    const binary = path.join(repository.folder, 'git');
    const began = path.join(repository.folder, 'began');
    const begin = async (script: string) => {
      await rm(began, { force: true });
      await writeFile(binary, `#!/bin/sh\n${script}\n`);
      await chmod(binary, 0o755);
      const stop = new AbortController();
      const signal = stop.signal;
      const call = createGit({ binary, log: quietLog }).run('version', [], { cwd: repository.path, signal });
      const ended = call.then(() => 'done', messageOf);
      const pid = await waitFor('the program to run', () =>
        existsSync(began) ? Number(readFileSync(began, 'utf8')) : undefined,
      );
      return { pid, ended, stop: () => stop.abort(new Error('Nobody wants it.')) };
    };
    // Ended, it says that all went well: so does a checkout whose filter is ended with it.
    const running = await begin(
      `trap 'exit 0' TERM\necho $$ > '${began}-new'\nmv '${began}-new' '${began}'\nwhile :; do sleep 0.01; done`,
    );
    running.stop();
    assert.equal(await running.ended, 'Nobody wants it.');
    const left = path.join(repository.folder, 'left');
    const leaving = await begin(
      `(trap '' TERM; exec sleep 600) >/dev/null 2>&1 &\necho $! > '${left}'\necho $$ > '${began}-new'\nmv '${began}-new' '${began}'\nwait`,
    );
    leaving.stop();
    assert.equal(await leaving.ended, 'Nobody wants it.');
    assert.equal(isAlive(Number(readFileSync(left, 'utf8'))), false, 'nothing of it goes on');
    const over = await begin(`sleep 600 &\necho $$ > '${began}-new'\nmv '${began}-new' '${began}'`);
    await waitFor('its end to be known here', () => wasReaped(over.pid));
    over.stop();
    assert.equal(await over.ended, 'done');
  });

  it('[G1] a missing program and a missing folder are told apart', async () => {
    const missing = createGit({ binary: path.join(repository.folder, 'no git'), log: quietLog });
    await assert.rejects(missing.run('version', [], { cwd: repository.path }), GitMissingError);
    const gone = git.run('version', [], { cwd: path.join(repository.folder, 'gone') });
    await assert.rejects(gone, FolderGoneError);
    await assert.rejects(gone, { message: /^The folder .*gone is not there any more\nIf it was moved or renamed/ });
  });

  it('[G2] variables of a surrounding git lead nowhere, in plumbing and porcelain alike', async () => {
    const port = portFor(repository.path);
    const expected = await port.branchTips();
    await repository.write('new.txt', 'x');
    Object.assign(process.env, {
      GIT_DIR: '/nowhere',
      GIT_WORK_TREE: '/nowhere',
      GIT_INDEX_FILE: '/nowhere/index',
      GIT_OBJECT_DIRECTORY: '/nowhere',
      GIT_NAMESPACE: 'other',
      GIT_CONFIG_COUNT: '1',
      GIT_CONFIG_KEY_0: 'core.bare',
      GIT_CONFIG_VALUE_0: 'true',
      GIT_EDITOR: 'false',
      GIT_SSH_COMMAND: 'false',
      GIT_ASKPASS: 'false',
      EDITOR: 'false',
      PAGER: 'false',
    });
    assert.deepEqual(await portFor(repository.path).branchTips(), expected);
    assert.deepEqual(await port.localChanges(repository.path), [{ path: 'new.txt', kind: 'untracked' }]);
  });

  it('[G2] no shell reads an argument, and values that look like options stay values', async () => {
    const port = portFor(repository.path);
    const start = await repository.git('rev-parse', 'main');
    const name = '--output=stolen; touch stolen $(touch stolen) `touch stolen`';
    const tip = await repository.commitOn('story/42-sign-in', { [name]: 'contents\n' }, name);
    assert.equal(await port.readFileAt(tip, name), 'contents\n');
    const facts = await port.reviewFacts({
      base: start,
      tip,
      reviewPaths: ['--output=stolen*', ':(exclude)*'],
      maxFileMB: 5,
    });
    assert.deepEqual(facts.reviewedPaths, [name]);
    await assert.rejects(port.tip('--all'), /is not a full ref name/);
    await assert.rejects(port.treeOf('HEAD'), /is not a full object id/);
    await assert.rejects(port.pinCandidate('../../heads/main', tip), /is not a job id/);
    await assert.rejects(readFile(path.join(repository.path, 'stolen')), /ENOENT/);
  });

  it('[G2] hooks and fsmonitor of the person’s do not run', async () => {
    const port = portFor(repository.path);
    const hooks = path.join(repository.path, '.git', 'hooks');
    const trace = path.join(repository.folder, 'ran');
    await mkdir(hooks, { recursive: true });
    for (const hook of ['reference-transaction', 'fsmonitor']) {
      await writeFile(path.join(hooks, hook), `#!/bin/sh\necho ${hook} >> '${trace}'\nexit 1\n`, { mode: 0o755 });
    }
    await repository.git('config', 'core.fsmonitor', path.join(hooks, 'fsmonitor'));
    await port.pinCandidate('job-1', await repository.git('rev-parse', 'main'));
    await port.localChanges(repository.path);
    await assert.rejects(readFile(trace), /ENOENT/);
  });

  it('[G2] a replaced commit is seen as everybody else sees it', async () => {
    const [main, story] = [
      await repository.git('rev-parse', 'main'),
      await repository.git('rev-parse', 'story/42-sign-in'),
    ];
    await repository.git('replace', main, story);
    assert.notEqual(await repository.git('rev-parse', 'main^{tree}'), await portFor(repository.path).treeOf(main));
  });

  it('[G2] answers of any size and any bytes come through whole', async () => {
    const data = Buffer.alloc(3_000_000, Buffer.from([0, 255, 10, 13]));
    const oid = await repository.blob(data);
    assert.ok((await run('cat-file', 'blob', oid)).stdout.equals(data));
  });
});

/** Whether its end was taken note of by this process, which is its parent. */
function wasReaped(pid: number): boolean {
  try {
    return !process.kill(pid, 0);
  } catch {
    return true;
  }
}
