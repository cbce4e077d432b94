import assert from 'node:assert/strict';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { chmod, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { inGerman } from '../../../support/words/german';
import { TestWindow } from '../harness';

/** What an agent that works as asked does. */
const COMMIT = 'git add -A; git commit -qm Work';

describe('what an agent’s run touches', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n', 'b.txt': 'b\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  function agent(...script: string[]): void {
    const coder = { name: 'coder', role: 'coder', command: ['sh', '-ec', script.join('\n')] };
    window.settings = { ...window.settings, agents: [coder] };
  }
  async function started(title = 'Work'): Promise<StoryRecord> {
    const story = await window.newStory(title);
    return window.must(story, 'Start');
  }
  const worktreeOf = (name = '1-work'): string => path.join(`${repository.path}.worktrees`, name);
  const refs = (prefix: string): Promise<string> => repository.git('for-each-ref', '--format=%(refname)', prefix);

  it('[A12] work on another branch is taken over into the story’s, and the worktree is back on it', async () => {
    agent('git switch -q -c feature/better-name', 'echo w > w.txt', COMMIT);
    const story = await started();
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:w.txt'), 'w');
    assert.equal(await repository.gitIn(worktreeOf(), 'symbolic-ref', 'HEAD'), story.branch);
    assert.equal(await repository.gitIn(worktreeOf(), 'status', '--porcelain'), '');
    assert.match(window.warnings.join('\n'), /worked on feature\/better-name\. Its 1 commit is on story\/1-work now/);
    assert.deepEqual(window.engine.findings(), []);
  });

  it('[A12] so is work on a detached HEAD, and on a branch that the agent came back from', async () => {
    agent('git switch -q --detach', 'echo w > w.txt', COMMIT);
    await window.waitForStage(await started(), 'Done');
    agent('git switch -q -c aside', 'echo x > x.txt', COMMIT, 'git switch -q -');
    await window.waitForStage(await started('Next'), 'Done');
    assert.equal(await repository.git('show', 'main:w.txt'), 'w');
    assert.equal(await repository.git('show', 'main:x.txt'), 'x');
  });

  it('[A12] work that does not build on the story’s is named and left where it is', async () => {
    agent('git switch -q --orphan elsewhere', 'echo w > w.txt', COMMIT);
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /worked on elsewhere\. .* does not build on story\/1-work/);
    assert.match(reason, /git switch story\/1-work/);
    assert.equal(await repository.gitIn(worktreeOf(), 'symbolic-ref', '--short', 'HEAD'), 'elsewhere');
  });

  it('[A12] a worktree that the agent removed is said to be gone, and Unblock makes another', async () => {
    agent('cd /', `git -C '${repository.path}' worktree remove --force '${worktreeOf()}'`);
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /The worktree of #1 is gone.*Unblock #1 to have a new one made/);
    agent('echo w > w.txt', COMMIT);
    await window.must(story, 'Unblock');
    await window.waitForStage(story, 'Done');
  });

  it('[A12] commits on the target stop the queue, also after a restart, until a person restores or keeps them', async () => {
    await repository.write('mine.txt', 'private\n');
    const before = await repository.git('rev-parse', 'main');
    agent(`cd '${repository.path}'`, 'echo work > work.txt', COMMIT);
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /moved main by 1 commit that no gate has seen: [0-9a-f]{8} Work\./);
    window.settings = { ...window.settings, agents: [] };
    const next = await window.newStory('Next');
    const refused = await window.engine.perform(next.key, { event: 'Start' });
    assert.match(refused.kind === 'refused' ? refused.message : '', /moved main/);

    await window.close();
    await window.open();
    await waitFor('the first look', () => window.session.model());
    const notice = window.session.model()?.notices.find((one) => one.action?.id === 'reviewRunChanges');
    assert.match(notice?.text ?? '', /Nothing lands until you restore main to [0-9a-f]{8} or keep it/);

    const [finding] = window.engine.findings();
    assert.ok(finding?.kind === 'targetMoved');
    assert.equal((await window.engine.decideFinding(finding.id, 'restore')).kind, 'done');
    assert.equal(await repository.git('rev-parse', 'main'), before);
    // What the agent swept in is as it was: there, and the person's own.
    assert.equal(await repository.read('mine.txt'), 'private\n');
    assert.equal(await repository.git('status', '--porcelain'), '?? mine.txt\n?? work.txt');
    assert.equal(await refs('refs/switchyard/rescue'), `refs/switchyard/rescue/undone/${finding.to}`);
    await window.must(next, 'Start');
    await window.commit(next, { 'n.txt': 'n\n' });
    await window.must(next, 'GatesStarted');
    await window.waitForStage(next, 'Done');
  });

  it('[A12] a move that says of itself that Switchyard made it is the agent’s all the same', async () => {
    agent('echo w > w.txt', COMMIT, 'git update-ref -m "switchyard: land #1" refs/heads/main HEAD', 'git commit -q --amend -m Other'); // prettier-ignore
    await started();
    await waitFor('a finding', () => window.engine.findings()[0]);
    assert.deepEqual(
      window.engine.findings().map(({ kind }) => kind),
      ['targetMoved'],
    );
  });

  it('[G3] a story’s branch that an agent made point to another is never written through', async () => {
    await repository.git('branch', 'mine');
    agent('b=$(git symbolic-ref HEAD)', 'git switch -q --detach', 'echo w > w.txt', COMMIT, 'git symbolic-ref $b refs/heads/mine'); // prettier-ignore
    const before = await repository.git('rev-parse', 'mine');
    const { reason } = await window.waitForStage(await started(), 'Blocked');
    assert.match(reason, /story\/1-work is no branch of its own any more: it points to mine/);
    assert.equal(await repository.git('rev-parse', 'mine'), before);
  });

  it('[A12] work is not taken over while something is uncommitted or under way there', async () => {
    agent('git switch -q -c aside', 'echo w > w.txt', COMMIT, 'echo more > a.txt');
    const first = await window.waitForStage(await started(), 'Blocked');
    assert.match(first.reason, /1 file there (is|are) uncommitted: a\.txt/);
    agent('git switch -q -c other', 'echo w > w.txt', COMMIT, 'touch "$(git rev-parse --git-dir)/BISECT_LOG"');
    const second = await window.waitForStage(await started('Next'), 'Blocked');
    assert.match(second.reason, /A bisect is under way/);
    assert.equal(await repository.git('rev-parse', 'story/1-work', 'story/2-next'), await repository.git('rev-parse', 'main', 'main')); // prettier-ignore
  });

  it('[A12] a queued story waits while the target’s move is undecided, and lands once it is kept', async () => {
    const queued = await window.codedStory('Queued', { 'q.txt': 'q\n' });
    // Frozen, and without an agent once it is not: what this agent does it does for the other story alone.
    await window.must(queued, 'Freeze');
    agent('echo x > x.txt', 'git add -A', 'git update-ref refs/heads/main $(git commit-tree -p HEAD -m Sly $(git write-tree))', 'git reset -q --hard'); // prettier-ignore
    const story = await started('Sly');
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /moved main by 1 commit that no gate has seen: [0-9a-f]{8} Sly/);
    window.settings = { ...window.settings, agents: [] };
    await window.must(queued, 'Unfreeze');
    await window.must(queued, 'QaSkipped');
    const card = await window.waitForCard(queued, 'a story that waits', (one) => one.why !== null);
    assert.equal(card.why, 'Waits until you restore or keep main, which coder moved.');
    const [finding] = window.engine.findings();
    assert.ok(finding !== undefined);
    await repository.git('reset', '--quiet');
    await repository.git('checkout', '--quiet', '--', '.');
    assert.equal((await window.engine.decideFinding(finding.id, 'keep')).kind, 'done');
    await window.waitForStage(queued, 'Done');
    assert.equal(await repository.git('show', 'main:x.txt'), 'x');
  });

  it('[A12] after the target was moved from elsewhere, Restore leaves nothing that the next commit could delete', async () => {
    agent('echo x > x.txt', 'git add -A', 'git update-ref refs/heads/main $(git commit-tree -p HEAD -m Sly $(git write-tree))', 'git reset -q --hard'); // prettier-ignore
    await window.waitForStage(await started(), 'Blocked');
    assert.equal(await repository.git('status', '--porcelain'), 'D  x.txt');
    const [finding] = window.engine.findings();
    assert.ok(finding !== undefined);
    assert.equal((await window.engine.decideFinding(finding.id, 'restore')).kind, 'done');
    assert.equal(await repository.git('status', '--porcelain'), '');
    assert.deepEqual(window.engine.findings(), []);
  });

  it('[A12, P5, U10] a window that follows can decide as well, and says in its language about what', async () => {
    agent('git update-ref refs/heads/main $(git commit-tree -p HEAD -m Sly $(git write-tree))');
    await window.waitForStage(await started(), 'Blocked');
    const second = new TestWindow(repository);
    await second.open();
    try {
      const [finding] = await waitFor('the leader’s findings', async () => {
        const found = await second.session.findings();
        return found.length > 0 ? found : null;
      });
      const tip = await repository.git('rev-parse', '--short=8', 'main');
      assert.ok(inGerman(finding?.said ?? []).startsWith(`coder hat bei der Arbeit an #1 main um 1 Commit bewegt, den kein Gate gesehen hat: ${tip} Sly.`)); // prettier-ignore
      const outcome = await second.session.decideFinding(finding?.id ?? '', 'restore');
      assert.equal(outcome.kind, 'done');
      assert.deepEqual(window.engine.findings(), []);
    } finally {
      await second.close();
    }
  });

  it('[A12] Restore says what is in the way, and keeps offering it', async () => {
    agent(`cd '${repository.path}'`, 'echo work > a.txt', COMMIT);
    await window.waitForStage(await started(), 'Blocked');
    await repository.write('a.txt', 'work, and mine\n');
    await repository.git('add', 'a.txt');
    const [finding] = window.engine.findings();
    assert.ok(finding !== undefined);
    const outcome = await window.engine.decideFinding(finding.id, 'restore');
    assert.deepEqual([outcome.kind, window.engine.findings().length], ['refused', 1]);
    assert.match(outcome.message, /staged changes in the same files/);
    await repository.commit({ 'c.txt': 'c\n' }, 'Go on');
    assert.match((await window.engine.decideFinding(finding.id, 'restore')).message, /has moved on/);
  });

  it('[A12] what a person commits, branches and tags meanwhile is theirs', async () => {
    const go = path.join(repository.folder, 'go');
    agent(`while [ ! -e '${go}' ]; do sleep 0.05; done`, 'echo w > w.txt', COMMIT);
    const story = await started();
    await window.waitForCard(story, 'an agent at work', (one) => one.state === 'working');
    await repository.commit({ 'p.txt': 'p\n' }, 'By hand');
    await repository.git('branch', 'mine');
    await repository.git('tag', 'mine-too');
    writeFileSync(go, '');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(window.engine.findings(), []);
  });

  it('[G12] a stash entry that an agent took is back, and its content does not land in silence', async () => {
    await repository.write('a.txt', 'secret\n');
    await repository.git('stash', '--quiet');
    const stashed = await repository.git('rev-parse', 'refs/stash');
    agent('git stash pop -q', COMMIT);
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /The commits of coder hold what is in your stash "WIP on main: .*": a\.txt/);
    assert.match(reason, /took "WIP on main: .*" from the stash\. It is back there/);
    assert.equal(await repository.git('rev-parse', 'refs/stash'), stashed);
    assert.equal(await refs('refs/switchyard/rescue'), `refs/switchyard/rescue/undone/${stashed}`);
    assert.equal(await repository.git('show', 'main:a.txt'), 'a');
    // No agent takes it up again by itself; a person who finds it right says so.
    await window.must(story, 'Unblock');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
  });

  it('[G12] neither does what an agent copied from the stash, tracked or not, and leaves there', async () => {
    await repository.write('mine.txt', 'private\n');
    await repository.git('stash', '--quiet', '--include-untracked');
    agent('git stash apply -q', COMMIT);
    const { reason } = await window.waitForStage(await started(), 'Blocked');
    assert.match(reason, /hold what is in your stash .*: mine\.txt/);
    assert.equal((await repository.git('stash', 'list')).split('\n').length, 1);
  });

  it('[G12] settings and hooks that an agent changed are shown, and Restore puts them back', async () => {
    const [config, hook] = ['config', 'hooks/pre-commit'].map((name) => path.join(repository.path, '.git', name));
    assert.ok(config !== undefined && hook !== undefined);
    writeFileSync(hook, '#!/bin/sh\nexit 0\n');
    await chmod(hook, 0o755);
    const before = readFileSync(config, 'utf8');
    agent('git config core.hooksPath /tmp/evil', `echo evil > '${hook}'`, 'echo w > w.txt', 'git -c core.hooksPath=/dev/null add -A', 'git -c core.hooksPath=/dev/null commit -qm Work'); // prettier-ignore
    await window.waitForStage(await started(), 'Done');
    const [finding] = window.engine.findings();
    assert.ok(finding !== undefined);
    const notice = window.session.model()?.notices.find((one) => one.action?.id === 'reviewRunChanges');
    assert.match(notice?.text ?? '', /git's settings \(core\.hookspath\); it changed the hook pre-commit/);
    assert.equal((await window.engine.decideFinding(finding.id, 'restore')).kind, 'done');
    assert.equal(readFileSync(config, 'utf8'), before);
    assert.equal(readFileSync(hook, 'utf8'), '#!/bin/sh\nexit 0\n');
  });

  it('[A7] the half that a failed run committed does not land by a run that did nothing', async () => {
    const once = path.join(repository.folder, 'once');
    agent(`[ -e '${once}' ] && exit 0`, `touch '${once}'`, 'echo half > half.txt', COMMIT, 'exit 1');
    const story = await started();
    assert.match((await window.waitForStage(story, 'Blocked')).reason, /exited with code 1; its branch holds 1 commit/);
    await window.must(story, 'Unblock');
    await waitFor('the second run to be judged', () => {
      const { stage } = window.now(story);
      return stage.name === 'Blocked' && /ended without a new commit/.test(stage.reason);
    });
    const { stage } = window.now(story);
    assert.match(stage.name === 'Blocked' ? stage.reason : '', /holds 1 commit from before.*say Ready for QA/);
    await assert.rejects(repository.git('show', 'main:half.txt'));
    // By a person's word it goes on.
    await window.must(story, 'Unblock');
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
  });

  it('[A7, B3] an agent that does nothing about red gates leaves the story with what was red, and not with a word to go on', async () => {
    const once = path.join(repository.folder, 'once');
    agent(`[ -e '${once}' ] && exit 0`, `touch '${once}'`, 'echo w > w.txt', COMMIT);
    // Green on the target: what is red there too waits for the target.
    const red = ['-e', 'console.log("# tests 1"); process.exitCode = Number(require("fs").existsSync("w.txt"))'];
    window.settings = { ...window.settings, gates: [{ name: 'test', command: [process.execPath, ...red] }] };
    const { reason } = await window.waitForStage(await started(), 'Blocked');
    assert.match(
      reason,
      /ended without a new commit\. It had come back with: .*test exited with code 1\. Mend that in its worktree/,
    );
  });

  it('[A7, ST4] what an agent had committed before it was frozen does not land by a run that did nothing', async () => {
    agent('echo half > half.txt', COMMIT, 'touch ../committed', 'exec sleep 600');
    const story = await started();
    await waitFor('the half to be committed', () => existsSync(worktreeOf('committed')));
    const frozen = await window.must(story, 'Freeze');
    // Until its agent has ended, a story that is unfrozen goes on with it.
    await window.session.settle();
    assert.equal(frozen.stage.name === 'Frozen' && frozen.stage.resumeTo.name, 'Coding');
    agent('true');
    await window.must(story, 'Unfreeze');
    const { reason } = await window.waitForStage(story, 'Blocked');
    assert.match(reason, /ended without a new commit\. Its branch holds 1 commit from before/);
    assert.equal(await repository.git('log', '--format=%s', 'main'), 'Begin');
  });

  it('[A7] what is uncommitted after a second chance is kept under a rescue ref, and the worktree as it is', async () => {
    agent('echo w > w.txt', 'echo changed > a.txt', 'git add a.txt');
    const story = await started();
    const { reason } = await window.waitForStage(story, 'Blocked');
    const ref = /refs\/switchyard\/rescue\/1\/uncommitted-\w+/.exec(reason)?.[0];
    assert.ok(ref !== undefined, reason);
    assert.equal(await repository.git('show', `${ref}:w.txt`), 'w');
    assert.equal(await repository.git('show', `${ref}:a.txt`), 'changed');
    assert.equal(await repository.gitIn(worktreeOf(), 'status', '--porcelain'), 'M  a.txt\n?? w.txt');
  });

  it('[G6, ST4] the lock of a git that was killed with its frozen agent does not stop the next one', async () => {
    agent('touch "$(git rev-parse --git-dir)/index.lock" ../locked', 'exec sleep 600');
    const story = await started();
    await waitFor('the lock', () => existsSync(worktreeOf('locked')));
    await window.must(story, 'Freeze');
    await window.session.settle();
    agent('echo w > w.txt', COMMIT);
    await window.must(story, 'Unfreeze');
    await window.waitForStage(story, 'Done');
  });

  it('[G6, B3] an old lock of nobody’s is shown with its age until a person removes it', async () => {
    const lock = path.join(repository.path, '.git', 'packed-refs.lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    await window.close();
    await window.open();
    const notice = await waitFor('the notice', () =>
      window.engine.model()?.notices.find(({ action }) => action?.id === 'removeLocks'),
    );
    assert.match(notice.text, /packed-refs\.lock is there for .*No git command seems to work there\..*Remove it/);
    const [found] = await window.session.locks();
    assert.ok(found !== undefined && existsSync(lock));
    assert.deepEqual(await window.session.removeLock(found), { kind: 'removed' });
    await waitFor('the notice to go', () => window.engine.model()?.notices.every(({ action }) => action?.id !== 'removeLocks')); // prettier-ignore
    assert.ok(!existsSync(lock));
  });

  it('[A12] an agent that hides git’s settings commits as the person', async () => {
    const settings = path.join(repository.folder, 'gitconfig');
    writeFileSync(settings, '[user]\n\tname = Pat Person\n\temail = pat@example.com\n');
    await repository.git('config', '--unset', 'user.name');
    await repository.git('config', '--unset', 'user.email');
    const kept = process.env['GIT_CONFIG_GLOBAL'];
    process.env['GIT_CONFIG_GLOBAL'] = settings;
    try {
      agent('export GIT_CONFIG_GLOBAL=/dev/null GIT_CONFIG_NOSYSTEM=1 HOME=/nonexistent', 'echo w > w.txt', COMMIT);
      await window.waitForStage(await started(), 'Done');
      assert.equal(await repository.git('log', '-1', '--format=%an <%ae> %cn', 'story/1-work'), 'Pat Person <pat@example.com> Pat Person'); // prettier-ignore
    } finally {
      process.env['GIT_CONFIG_GLOBAL'] = kept;
    }
  });

  it('[A3] an agent is told of commits that are there already', async () => {
    const story = await window.codedStory('Work', { 'w.txt': 'w\n' });
    const seen = path.join(repository.folder, 'seen');
    agent(`cat "$SWITCHYARD_PROMPT_FILE" > '${seen}'`, 'echo x > x.txt', COMMIT);
    window.engine.poke();
    await window.waitForStage(story, 'Done');
    assert.match(readFileSync(seen, 'utf8'), /There is 1 commit on this branch already/);
    await rm(seen);
    assert.ok(!existsSync(path.join(repository.path, '.git', 'switchyard', 'guard', 'trace')));
  });
});
