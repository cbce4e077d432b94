import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GitPort } from '../../../../src/ports/git';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { build, candidateDefaults, portFor, withStory } from '../fixture';

describe('Merge strategies', () => {
  let repository: TemporaryRepository;
  let port: GitPort;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
  });
  afterEach(() => repository.dispose());

  const show = (format: string, commit: string): Promise<string> =>
    repository.git('show', '--no-patch', `--format=${format}`, commit);

  it('[MQ2] a merge commit is the person’s and names the story in trailers git can read', async () => {
    const { candidate } = await build(port, { ...(await withStory(repository)), subject: 'Land\nthe  "story" (#42)' });
    const people = 'Sam Sample <sam@example.com>';
    assert.equal(await show('%an <%ae>|%cn <%ce>', candidate), `${people}|${people}`);
    assert.equal(await show('%B', candidate), 'Land the  "story" (#42)\n\nStory: #42\nStory-Key: k42');
    assert.equal(await show('%(trailers:key=Story-Key,valueonly)', candidate), 'k42');
  });

  it('[MQ2] a squash is by who began the story, with everybody else as co-author, on the target alone', async () => {
    const tips = await withStory(repository);
    const branch = 'story/42-sign-in';
    await repository.commitOn(branch, { b: 'b' }, 'More', 'Bob Ünïcode <bob@example.com>');
    await repository.commitOn(
      branch,
      { c: 'c' },
      'Pair\n\nCo-authored-by: Cy <cy@example.com>',
      'Ada L <ADA@example.com>',
    );
    const storyTip = await repository.commitOn(branch, { d: 'd' }, 'Again', 'Bob <bob@example.com>');
    const built = await build(port, { base: tips.base, storyTip, strategy: 'squash' });
    assert.deepEqual(built.parents, [tips.base]);
    assert.equal(await show('%an <%ae>|%cn', built.candidate), 'Ada <ada@example.com>|Sam Sample');
    assert.equal(
      await show('%(trailers)', built.candidate),
      [
        'Story: #42',
        'Story-Key: k42',
        'Co-authored-by: Bob Ünïcode <bob@example.com>',
        'Co-authored-by: Cy <cy@example.com>',
      ].join('\n'),
    );
    assert.equal(built.tree, (await build(port, { base: tips.base, storyTip })).tree);
  });

  it('[MQ2] a rebase keeps each commit with its author and time, and gives the tree of the plain merge', async () => {
    const tips = await withStory(repository);
    const storyTip = await repository.commitOn(
      'story/42-sign-in',
      { 'src/a.txt': 'a2\n' },
      'Second\n\nWhy: because',
      'Bob <bob@example.com>',
    );
    const built = await build(port, { base: tips.base, storyTip, strategy: 'rebase' });
    const log = (format: string, range: string): Promise<string> =>
      repository.git('log', '--reverse', `--format=${format}`, range);
    const range = `${tips.base}..${built.candidate}`;
    assert.equal(await log('%s', range), 'Sign in\nSecond');
    assert.equal(await log('%an %ae %at', range), await log('%an %ae %at', `main..story/42-sign-in`));
    assert.equal(await log('%(trailers:key=Story-Key,valueonly,separator=%x2C)', range), 'k42\nk42');
    assert.equal(await show('%(trailers)', built.candidate), 'Why: because\nStory: #42\nStory-Key: k42');
    assert.equal(built.tree, (await build(port, { base: tips.base, storyTip })).tree);
    assert.deepEqual(built.parents, [await repository.git('rev-parse', `${built.candidate}^`)]);
  });

  it('[MQ2] rebasing leaves no helper commit in the object store', async () => {
    const tips = await withStory(repository);
    const before = (await repository.git('cat-file', '--batch-all-objects', '--batch-check=%(objecttype)')).split('\n');
    await build(port, { ...tips, strategy: 'rebase' });
    const after = (await repository.git('cat-file', '--batch-all-objects', '--batch-check=%(objecttype)')).split('\n');
    const commits = (types: string[]): number => types.filter((type) => type === 'commit').length;
    assert.equal(commits(after), commits(before) + 1);
  });

  it('[MQ2] a rebase whose commits conflict one by one says which commit, though merging would be clean', async () => {
    await repository.commit({ f: '1\n' }, 'Begin');
    await repository.branch('story/42-sign-in');
    await repository.commitOn('story/42-sign-in', { f: 'story\n' }, 'There');
    const storyTip = await repository.commitOn('story/42-sign-in', { f: '1\n', g: 'g' }, 'And back');
    const base = await repository.commit({ f: 'main\n' }, 'Main');
    assert.equal((await build(port, { base, storyTip })).kind, 'built');
    const outcome = await port.buildCandidate({ ...candidateDefaults, base, storyTip, strategy: 'rebase' });
    assert.equal(outcome.kind, 'conflict');
    assert.deepEqual(outcome.files, ['f']);
    assert.match(outcome.message, /\(There\) cannot be replayed/);
  });

  it('[MQ2] a rebase that would undo what a merge in the story resolved is a conflict that says so', async () => {
    await repository.commit({ f: '1\n', g: '1\n' }, 'Begin');
    await repository.branch('story/42-sign-in');
    const one = await repository.commitOn('story/42-sign-in', { g: 'story\n' }, 'Story');
    await repository.commit({ h: 'main\n' }, 'Main');
    await repository.git('switch', '--quiet', 'story/42-sign-in');
    await repository.git('merge', '--quiet', '--no-commit', '--no-ff', 'main');
    await repository.write('extra', 'made while merging\n');
    await repository.commit({}, 'Merge with an extra file');
    const outcome = await port.buildCandidate({
      ...candidateDefaults,
      base: await repository.git('rev-parse', 'main'),
      storyTip: await repository.git('rev-parse', 'HEAD'),
      strategy: 'rebase',
    });
    assert.equal(outcome.kind, 'conflict');
    assert.match(outcome.message, /other contents than merging/);
    assert.equal(one.length, 40);
  });

  for (const strategy of ['squash', 'rebase'] as const) {
    it(`[MQ2] a story whose changes the target has by other commits leaves no empty commit (${strategy})`, async () => {
      const { base, storyTip } = await withStory(repository);
      const first = await build(port, { base, storyTip, strategy });
      const again = await port.buildCandidate({ ...candidateDefaults, base: first.candidate, storyTip, strategy });
      assert.deepEqual(again, { kind: 'alreadyMerged', commit: first.candidate, takenBack: [] });
    });
  }

  it('[MQ2] trailers are the same whatever the person’s settings say of them, and no command of theirs runs', async () => {
    const tips = await withStory(repository);
    const storyTip = await repository.commitOn('story/42-sign-in', { x: 'x' }, 'Second\n\nFixes: #1\nStory: #42');
    const ran = path.join(repository.folder, 'ran');
    const settings = {
      'trailer.separators': '=%',
      'trailer.ifexists': 'replace',
      'trailer.where': 'start',
      'trailer.story.key': 'Tale',
      'trailer.story.command': `touch ${ran}`,
      'trailer.sign.key': 'Signed-off-by: ',
      'trailer.sign.cmd': `touch ${ran}; echo me`,
    };
    for (const [name, value] of Object.entries(settings)) await repository.git('config', name, value);
    const { candidate } = await build(port, { base: tips.base, storyTip, strategy: 'rebase' });
    const bodies = await Promise.all([show('%B', `${candidate}^`), show('%B', candidate)]);
    assert.deepEqual(bodies, [
      'Sign in\n\nStory: #42\nStory-Key: k42',
      'Second\n\nFixes: #1\nStory: #42\nStory-Key: k42',
    ]);
    assert.equal(existsSync(ran), false);
    await repository.git('update-ref', 'refs/heads/main', candidate);
    const again = await port.buildCandidate({ ...candidateDefaults, base: candidate, storyTip, strategy: 'rebase' });
    assert.deepEqual(again, { kind: 'alreadyMerged', commit: candidate, takenBack: [] });
  });

  it('[MQ2] commit.gpgsign is honoured with the person’s own key', async () => {
    const key = path.join(repository.folder, 'key');
    execFileSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]);
    const allowed = path.join(repository.folder, 'allowed');
    const publicKey = execFileSync('ssh-keygen', ['-y', '-f', key], { encoding: 'utf8' });
    await writeFile(allowed, `sam@example.com ${publicKey}`);
    const settings = { 'gpg.format': 'ssh', 'user.signingKey': key, 'gpg.ssh.allowedSignersFile': allowed };
    for (const [name, value] of Object.entries(settings)) await repository.git('config', name, value);
    const tips = await withStory(repository);
    for (const strategy of ['merge', 'squash', 'rebase'] as const) {
      await repository.git('config', 'commit.gpgsign', 'true');
      assert.equal(await show('%G?', (await build(port, { ...tips, strategy })).candidate), 'G');
      await repository.git('config', 'commit.gpgsign', 'false');
      assert.equal(await show('%G?', (await build(port, { ...tips, strategy })).candidate), 'N');
    }
  });

  it('[MQ2] a missing identity is known before anything starts, and no name is guessed', async () => {
    const tips = await withStory(repository);
    assert.deepEqual(await port.identity(), { kind: 'known', name: 'Sam Sample', email: 'sam@example.com' });
    for (const [name, value] of [
      ['user.name', 'Sam Sample'],
      ['user.email', 'sam@example.com'],
    ] as const) {
      await repository.git('config', '--unset', name);
      assert.deepEqual(await port.identity(), { kind: 'missing' });
      await assert.rejects(port.buildCandidate({ ...candidateDefaults, ...tips }), /Set your name and address/);
      await repository.git('config', name, value);
    }
  });

  it('[MQ2] a signing program that fails stops the candidate with its own words', async () => {
    const tips = await withStory(repository);
    const program = path.join(repository.folder, 'sign');
    await writeFile(program, '#!/bin/sh\necho no key for you >&2\nexit 2\n');
    await chmod(program, 0o755);
    await repository.git('config', 'gpg.program', program);
    await repository.git('config', 'commit.gpgsign', 'true');
    await assert.rejects(port.buildCandidate({ ...candidateDefaults, ...tips }), /gpg failed to sign[^]*signing key/);
  });
});
