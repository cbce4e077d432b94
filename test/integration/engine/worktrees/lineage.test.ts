import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EngineSettings } from '../../../../src/engine/ports';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

describe('lineage: a story that builds on another', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let parent: StoryRecord;
  let child: StoryRecord;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const now = (story: StoryRecord): StoryRecord => window.now(story);
  const tipOf = (story: StoryRecord): Promise<string> => repository.git('rev-parse', now(story).branch ?? '');
  const subjects = async (story: StoryRecord): Promise<string[]> =>
    (await repository.git('log', '--format=%s', `main..${now(story).branch ?? ''}`)).split('\n');
  const folderOf = async (story: StoryRecord): Promise<string> => (await window.engine.worktreeOf(story.key)) ?? '';
  const reviewed = async (story: StoryRecord): Promise<void> => {
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
  };
  const approve = async (story: StoryRecord): Promise<void> => {
    await window.must(story, 'Approved', { seen: await tipOf(story) });
  };
  const standsOn = (commit: string): Promise<unknown> =>
    waitFor(`the child to stand on ${commit}`, () => now(child).childOf?.at === commit, {
      seen: () => ({ child: now(child), card: window.card(child), warnings: window.warnings }),
    });

  /** A parent that waits for its review, and its child with one commit on it. */
  async function family(settings: Partial<EngineSettings> = {}): Promise<void> {
    window = new TestWindow(repository, { settings: { gates: [], ...settings } });
    await window.open();
    parent = await window.codedStory('Parent', { 'p.txt': 'one\n' });
    const wanted = { title: 'Child', type: 'story', body: '', childOf: parent.key } as const;
    const made = await window.session.createStory(wanted);
    assert.ok(made.kind === 'created');
    child = made.story;
    const early = await window.session.perform(child.key, { event: 'Start' });
    assert.ok(early.kind === 'refused' && early.message.includes(`#${parent.number}`), JSON.stringify(early));
    await reviewed(parent);
    await window.waitForCard(child, 'Start on offer', ({ primaryActions }) => primaryActions.includes('start'));
    await window.must(child, 'Start');
    assert.equal(await tipOf(child), await tipOf(parent));
    await window.commit(child, { 'c.txt': 'child\n' });
  }

  it('[MQ14, S11] a child that was fast-forwarded with its parent while Switchyard was not there is Done, where git logs nothing', async () => {
    await repository.git('config', 'core.logAllRefUpdates', 'false');
    await family();
    await window.engine.settle();
    const branch = now(child).branch ?? '';
    await window.close();
    await repository.git('merge', '--quiet', '--ff-only', branch);
    await window.open();
    for (const story of [parent, child]) assert.equal((await window.waitForStage(story, 'Done')).by, 'outside');
  });

  it('[G13, S11] while a filter hangs in the child that is moved, others land, and it is moved once that answers', async () => {
    const [begun, go, smudge] = ['begun', 'go', 'smudge'].map((one) => path.join(repository.folder, one)) as [
      string,
      string,
      string,
    ];
    const hangs = `: > '${begun}'; while [ ! -e '${go}' ]; do sleep 0.05; done`;
    writeFileSync(smudge, `#!/bin/sh\ncase "$PWD" in */2-child) ${hangs} ;; esac\nexec cat\n`, { mode: 0o755 });
    await repository.commit({ '.gitattributes': '*.bin filter=slow\n' }, 'Filters');
    await family();
    const other = await window.codedStory('Other', { 'o.txt': 'o\n' });
    await repository.git('config', 'filter.slow.smudge', smudge);
    await window.must(parent, 'Rejected', { text: 'Two' });
    await window.commit(parent, { 'p.bin': 'two\n' });
    await reviewed(parent);
    await waitFor('the child to be moved', () => existsSync(begun));
    await window.must(other, 'QaSkipped');
    await window.waitForStage(other, 'Done');
    assert.notEqual(now(child).childOf?.at, await tipOf(parent));
    writeFileSync(go, '');
    await standsOn(await tipOf(parent));
    assert.equal(await repository.gitIn(await folderOf(child), 'status', '--porcelain'), '');
    assert.deepEqual(window.errors, []);
  });

  it('[S11, G4] it begins on its parent’s reviewed commit, follows it when it changes, and lands after it', async () => {
    await family();
    const before = await tipOf(child);
    await window.waitForCard(child, 'whose child it is', ({ facts }) => facts.includes(`child of #${parent.number}`));
    await reviewed(child);
    await approve(child);
    await window.waitForStage(child, 'Merge');
    await window.must(parent, 'Rejected', { text: 'Two' });
    await window.commit(parent, { 'p.txt': 'two\n' });
    const author = ['-c', 'user.name=Ada', '-c', 'user.email=ada@example.com'];
    execFileSync('git', [...author, 'commit', '--quiet', '--amend', '--no-edit', '--reset-author'], { cwd: await folderOf(parent) }); // prettier-ignore
    await reviewed(parent);
    const parentTip = await tipOf(parent);
    await standsOn(parentTip);
    await window.waitForStage(child, 'ReviewHold');
    assert.equal(await repository.git('rev-parse', `${now(child).branch ?? ''}~1`), parentTip);
    assert.equal(await repository.git('rev-parse', `refs/switchyard/rescue/undone/${before}`), before);
    const folder = await folderOf(child);
    assert.equal(await repository.gitIn(folder, 'status', '--porcelain'), '');
    assert.deepEqual(['p.txt', 'c.txt'].map((name) => readFileSync(path.join(folder, name), 'utf8')), ['two\n', 'child\n']); // prettier-ignore
    await approve(child);
    await window.waitForCard(child, 'that it waits', ({ why }) => why?.includes(`#${parent.number}`) === true);
    await approve(parent);
    const first = (await window.waitForStage(parent, 'Done')).mergeCommit;
    const second = (await window.waitForStage(child, 'Done')).mergeCommit;
    await repository.git('merge-base', '--is-ancestor', first, second);
    assert.equal(now(child).childOf, undefined);
    assert.equal(await repository.git('show', 'main:c.txt'), 'child');
  });

  it('[U13, S11] its review shows what is its own: from its parent, and from the target once the parent has landed', async () => {
    await family();
    const from = async (): Promise<string | undefined> => (await window.session.reviewOf(child.key))?.base;
    assert.equal(await from(), await tipOf(parent));
    assert.equal(await repository.git('diff', '--name-only', (await from()) ?? '', await tipOf(child)), 'c.txt');
    await approve(parent);
    await window.waitForStage(parent, 'Done');
    await waitFor('the child to be on the target', () => now(child).childOf === undefined, { deadlineMs: 60_000 });
    assert.equal(await from(), await repository.git('merge-base', 'main', await tipOf(child)));
    assert.equal(await repository.git('diff', '--name-only', (await from()) ?? '', await tipOf(child)), 'c.txt');
  });

  it('[S11, G4] where the parent lands in other commits, what is the child’s own is moved onto the target, once nothing is uncommitted', async () => {
    await family({ strategy: 'squash' });
    const folder = await folderOf(child);
    writeFileSync(path.join(folder, 'c.txt'), 'child, and more\n');
    await approve(parent);
    await window.waitForStage(parent, 'Done');
    await window.waitForCard(child, 'what is in the way', ({ facts }) => JSON.stringify(facts).includes('c.txt'));
    assert.equal(readFileSync(path.join(folder, 'c.txt'), 'utf8'), 'child, and more\n');
    await window.commit(child, { 'c.txt': 'child, and more\n' });
    window.session.poke();
    await waitFor('the child to be on the target', () => now(child).childOf === undefined, { deadlineMs: 60_000 });
    assert.deepEqual(await subjects(child), ['Work on it', 'Work on it']);
    assert.ok(existsSync(path.join(folder, 'p.txt')));
  });

  it('[S11, B3] what cannot be moved by itself needs a person: files, commits and command are named, and nothing is changed', async () => {
    await family();
    await window.commit(child, { 'p.txt': 'of the child\n' });
    const before = await tipOf(child);
    await window.must(parent, 'Rejected', { text: 'Two' });
    await window.commit(parent, { 'p.txt': 'two\n' });
    await reviewed(parent);
    const { reason } = await window.waitForStage(child, 'Blocked');
    assert.match(
      reason,
      /In conflict: p\.txt\..*cannot be replayed.*git rebase --onto [0-9a-f]{12} [0-9a-f]{12} story\//,
    );
    const folder = await folderOf(child);
    assert.deepEqual([await tipOf(child), await repository.gitIn(folder, 'status', '--porcelain')], [before, '']);
    await window.waitForCard(child, 'that a person is needed', ({ group }) => group === 'Needs you');
    const [, onto = '', at = ''] = /--onto (\w+) (\w+)/.exec(reason) ?? [];
    await repository.gitIn(folder, 'rebase', '--quiet', '-X', 'theirs', '--onto', onto, at);
    await window.must(child, 'Unblock');
    await standsOn(await tipOf(parent));
    assert.equal(now(child).stage.name, 'Coding');
  });
});
