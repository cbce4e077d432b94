import assert from 'node:assert/strict';
import { chmodSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import { SerialQueue } from '../../../../src/base/serialQueue';
import type { Notice } from '../../../../src/core/board/notices';
import type { TargetFacts } from '../../../../src/core/pipeline/facts';
import { TargetPush } from '../../../../src/engine/target/targetPush';
import { liveLead } from '../../../support/liveLead';
import { plainRemotes } from '../../../support/plainRemotes';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { openPushMemory } from '../../../../src/store/queue/pushFile';
import { KeptLog } from '../../../unit/store/storeFixtures';
import { portFor } from '../../git/fixture';
import { TestWindow } from '../harness';

describe('pushing what landed', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let bare: string;
  let clone: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
    [bare, clone] = [path.join(repository.folder, 'remote.git'), path.join(repository.folder, 'clone')];
    await repository.git('clone', '--quiet', '--bare', '.', bare);
    await repository.git('remote', 'add', 'origin', bare);
    await repository.git('fetch', '--quiet', 'origin');
    await repository.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
    window = new TestWindow(repository, { settings: { push: 'always' } });
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const there = () => repository.gitIn(bare, 'rev-parse', 'main');
  const here = () => repository.git('rev-parse', 'main');
  const notice = (): Notice | undefined =>
    window.session
      .model()
      ?.notices.find(({ action, text }) => action?.id === 'pushTarget' || text.includes('origin/main'));
  const noticeThat = (what: RegExp) =>
    waitFor(`a notice ${what.source}`, () => (what.test(notice()?.text ?? '') ? notice() : undefined), {
      seen: () => ({ notices: window.session.model()?.notices, warnings: window.warnings }),
    });
  async function land(title: string, file: string): Promise<string> {
    const story = await window.codedStory(title, { [file]: `${title}\n` });
    await window.must(story, 'GatesStarted');
    return (await window.waitForStage(story, 'Done')).mergeCommit;
  }
  async function elsewhere(file: string): Promise<string> {
    if (!existsSync(clone)) await repository.git('clone', '--quiet', bare, clone);
    const identity = ['-c', 'user.name=Else', '-c', 'user.email=else@example.com'];
    writeFileSync(path.join(clone, file), 'elsewhere\n');
    await repository.gitIn(clone, 'add', '-A');
    await repository.gitIn(clone, ...identity, 'commit', '-qm', 'Elsewhere');
    await repository.gitIn(clone, 'push', '--quiet', 'origin', 'HEAD:main');
    return repository.gitIn(clone, 'rev-parse', 'HEAD');
  }
  function hook(folder: string, name: string, script: string): void {
    mkdirSync(path.join(folder, 'hooks'), { recursive: true });
    const file = path.join(folder, 'hooks', name);
    writeFileSync(file, `#!/bin/sh\n${script}\n`);
    chmodSync(file, 0o755);
  }
  const isPushed = () =>
    waitFor('the push', async () => (await there()) === (await here()), { seen: () => window.warnings });

  it('[MQ15] after a landing the target is pushed, and the pre-push hook of the person runs', async () => {
    const mark = path.join(repository.folder, 'ran');
    hook(path.join(repository.path, '.git'), 'pre-push', `cat > '${mark}'`);
    await land('Two', 'a.txt');
    await isPushed();
    assert.ok(existsSync(mark));
    // The remote has it a moment before git has ended here.
    await waitFor('no more notice', () => notice() === undefined, { seen: notice });
    assert.equal(await repository.gitIn(bare, 'for-each-ref', 'refs/notes'), '', 'receipts stay here');
    await waitFor('the receipt', async () => (await repository.git('for-each-ref', 'refs/notes')) !== '');
    assert.equal((await window.session.push('receipts')).kind, 'done');
    assert.match(await repository.gitIn(bare, 'for-each-ref', 'refs/notes'), /refs\/notes\/switchyard/);
  });

  it('[MQ15] never pushes nothing, and ask says how far the target is ahead until a person pushes', async () => {
    window.settings = { ...window.settings, push: 'never' };
    await land('Two', 'a.txt');
    assert.notEqual(await there(), await here());
    assert.equal(notice(), undefined);
    window.settings = { ...window.settings, push: 'ask' };
    window.session.poke();
    const asked = await noticeThat(/main is 2 commits ahead of origin\/main/);
    assert.deepEqual([asked.severity, asked.action?.label], ['info', 'Push']);
    assert.equal((await window.session.push('target')).kind, 'done');
    assert.equal(await there(), await here());
    await waitFor('no more notice', () => notice() === undefined);
  });

  for (const strategy of ['merge', 'squash'] as const) {
    it(`[MQ15] where the remote moved its commits come in as a story, proven and merged, and then all is pushed (${strategy})`, async () => {
      window.settings = { ...window.settings, strategy };
      const theirs = await elsewhere('theirs.txt');
      const landed = await land('Two', 'a.txt');
      await isPushed();
      for (const commit of [theirs, landed]) await repository.git('merge-base', '--is-ancestor', commit, 'main');
      const brought = window.engine.stories().find(({ bringsIn }) => bringsIn !== undefined);
      assert.deepEqual([brought?.title, brought?.stage.name], ['Bring in origin/main', 'Done']);
      await waitFor('no more notice', () => notice() === undefined);
    });
  }

  it('[MQ15] a remote that refuses or cannot be reached is said in plain words, stops no landing, and Retry pushes it', async () => {
    hook(bare, 'pre-receive', 'echo "no pushes on a Friday" >&2; exit 1');
    await land('Two', 'a.txt');
    const refused = await noticeThat(/did not take main/);
    assert.match(refused.text, /Stories go on landing here\./);
    assert.equal(refused.action?.label, 'Retry');
    hook(bare, 'pre-receive', 'exit 0');
    renameSync(bare, `${bare}.away`);
    await land('Three', 'b.txt');
    await noticeThat(/cannot be reached/);
    assert.equal((await window.session.push('target')).kind, 'refused');
    renameSync(`${bare}.away`, bare);
    assert.equal((await window.session.push('target')).kind, 'done');
    assert.equal(await there(), await here());
  });

  it('[MQ15] a pre-push hook that refuses keeps it here, and a target without a remote branch says what to do', async () => {
    hook(path.join(repository.path, '.git'), 'pre-push', 'exit 1');
    await land('Two', 'a.txt');
    await noticeThat(/a hook, here or there/);
    await repository.git('branch', '--unset-upstream', 'main');
    const outcome = await window.session.push('target');
    assert.match(outcome.message, /Publish Branch/);
  });

  it('[G4] a Pull that is cancelled before its turn moves nothing', async () => {
    await elsewhere('theirs.txt');
    const before = await here();
    const pushing = window.session.push('receipts');
    const pulling = window.session.pull();
    await window.session.cancelUnderWay('pull');
    assert.match((await pulling).message, /was cancelled, and main is where it was/);
    await pushing;
    assert.equal(await here(), before);
  });

  it('[G4] Pull moves the target forward alone, with the checkout of it, and says what keeps it from that', async () => {
    const pulled = async (): Promise<string> => {
      const { kind, message } = await window.session.pull();
      return `${kind}: ${message}`;
    };
    assert.equal(await pulled(), 'done: main has all that origin/main has.');
    const theirs = await elsewhere('a.txt');
    for (const name of ['merge.autostash', 'pull.rebase']) await repository.git('config', name, 'true');
    await repository.write('a.txt', 'mine\n');
    assert.match(await pulled(), /^refused: main was not moved. .*changes of yours in the same files\. a\.txt: /);
    assert.equal(await repository.read('a.txt'), 'mine\n');
    await repository.write('a.txt', 'one\n');
    assert.equal(await pulled(), 'done: main has moved forward to origin/main.');
    assert.deepEqual([await here(), await repository.git('status', '--porcelain')], [theirs, '']);
    await repository.commit({ 'b.txt': 'b\n' }, 'Here alone');
    await elsewhere('c.txt');
    assert.match(await pulled(), /^refused: main has commits that origin\/main lacks/);
    renameSync(bare, `${bare}.away`);
    assert.match(await pulled(), /^refused: origin\/main cannot be reached/);
    await repository.git('branch', '--unset-upstream', 'main');
    assert.match(await pulled(), /^refused: main follows no branch of a remote/);
  });

  it('[MQ15] what is to be said of a push outlives the window, and one that was cut off is made again', async () => {
    hook(bare, 'pre-receive', 'echo "closed on Fridays" >&2; exit 1');
    await land('Two', 'a.txt');
    const before = await noticeThat(/did not take main/);
    await window.close();
    await window.open();
    const after = await noticeThat(/did not take main/);
    assert.equal(after.text.split(' (')[0], before.text.split(' (')[0]);
    await window.close();
    rmSync(path.join(bare, 'hooks', 'pre-receive'));
    const file = path.join(repository.path, '.git', 'switchyard', 'push.json');
    const log = new KeptLog();
    const memory = await openPushMemory(file, log);
    assert.deepEqual([memory.last()?.target, memory.last()?.problem?.problem], ['refs/heads/main', 'refused']);
    await memory.note({ target: 'refs/heads/main', problem: null });
    await window.open();
    await isPushed();
    await waitFor('it to be over', async () => (await openPushMemory(file, log)).last() === null);
    await waitFor('nothing to be said of it', () => notice() === undefined);
    assert.equal(notice(), undefined);
  });

  it('[MQ15, P5] a window closes though its remote does not answer, and the next one pushes again', async () => {
    const [begun, go] = [path.join(repository.folder, 'begun'), path.join(repository.folder, 'go')];
    const gitDir = path.join(repository.path, '.git');
    hook(gitDir, 'pre-push', `: > '${begun}'\nwhile [ ! -e '${go}' ]; do sleep 0.02; done\nexit 1`);
    const landed = await land('One', 'one.txt');
    await waitFor('it to be pushed', () => existsSync(begun));
    await window.close();
    assert.notEqual(await there(), landed);
    assert.deepEqual(window.errors, []);
    writeFileSync(go, '');
    hook(gitDir, 'pre-push', 'exit 0');
    await window.open();
    await waitFor('it to be there', async () => (await there()) === landed);
  });

  it('[MQ15] one that was cut off stays so where the target is gone when its turn comes, and is made once that is back', async () => {
    await window.close();
    const memory = await openPushMemory(path.join(repository.folder, 'push.json'), new KeptLog());
    await memory.note({ target: 'refs/heads/main', problem: null });
    await repository.commit({ 'b.txt': 'two\n' }, 'Two');
    const git = portFor(repository.path);
    const target = async (): Promise<TargetFacts> => {
      const tip = await git.tip('refs/heads/main');
      if (tip === null) return { kind: 'missing', message: 'main is gone' };
      return { kind: 'found', ref: 'refs/heads/main', tip };
    };
    const turns = new SerialQueue();
    const [remotes, store] = [plainRemotes(repository.path), { stories: () => [] }];
    const [onPushed, onChange] = [() => undefined, () => undefined];
    const unasked = () => Promise.reject(new Error('Nothing has to be brought in.'));
    const rest = {
      lead: { epoch: 1, confirm: () => Promise.resolve(liveLead(1)) },
      log: new KeptLog(),
      book: { adopt: unasked, apply: unasked },
      clock: systemClock,
      setting: () => 'always' as const,
    };
    const push = new TargetPush({ git, remotes, store, pushes: memory, target, turns, onPushed, onChange, ...rest });
    const look = async () => (await push.look(await target()))?.state;
    let go = (): void => undefined;
    void turns.run(() => new Promise<void>((resolve) => (go = resolve)));
    assert.deepEqual(await look(), { kind: 'pushing' });
    await repository.git('branch', '--quiet', '-m', 'main', 'away');
    go();
    await push.settled();
    await repository.git('branch', '--quiet', '-m', 'away', 'main');
    assert.deepEqual(await look(), { kind: 'pushing' });
    await push.settled();
    assert.deepEqual([await there(), memory.last()], [await here(), null]);
  });
});
