import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isAlive } from '../../../support/isAlive';
import { expectError } from '../../../support/mocha/unexpectedErrors';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { GREEN, TestWindow } from '../harness';

const RECORDING_GATE = path.join(projectRoot, 'test', 'support', 'recordingGate.sh');

describe('landing a story on a real repository', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let gateLog: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'Begin');
    gateLog = path.join(path.dirname(repository.path), `${path.basename(repository.path)}.gates`);
    window = new TestWindow(repository);
    await window.open();
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const recording = (...words: string[]) => [{ name: 'test', command: ['sh', RECORDING_GATE, gateLog, ...words] }];
  const gateRuns = () =>
    existsSync(gateLog)
      ? readFileSync(gateLog, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as { pid: number; cwd: string; head: string; headTree: string; indexTree: string; changes: string })
      : []; // prettier-ignore

  it('[MQ1] the gate runs on exactly the commit that lands, outside .git and outside the workspace', async () => {
    window.settings = { ...window.settings, gates: recording() };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.commit({ 'b.txt': 'two\n' }, 'Another landed meanwhile');
    await window.must(story, 'GatesStarted');
    const done = await window.waitForStage(story, 'Done');
    const last = gateRuns().at(-1);
    assert.ok(last !== undefined);
    assert.equal(last.head, done.mergeCommit);
    assert.equal(last.headTree, await repository.git('rev-parse', 'main^{tree}'));
    assert.deepEqual([last.indexTree, last.changes], [last.headTree, '']);
    assert.equal(last.cwd, path.join(`${repository.path}.worktrees`, 'agents-gate-1'));
  });

  it('[MQ11] a story on the target’s tip is gated once, for the tree that lands is the one that QA proved', async () => {
    window.settings = { ...window.settings, gates: recording() };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.deepEqual(
      gateRuns().map(({ headTree }) => headTree),
      [await repository.git('rev-parse', 'main^{tree}')],
    );
    assert.match((await window.session.outputsOf(story.key)).join(), /Gate test passed before on these very files/);
  });

  for (const [strategy, parents] of [
    ['merge', 2],
    ['squash', 1],
    ['rebase', 1],
  ] as const) {
    it(`[MQ2] ${strategy} lands with ${parents} parent(s), both trailers and the person as committer`, async () => {
      window.settings = { ...window.settings, strategy };
      const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
      await window.must(story, 'GatesStarted');
      await window.waitForStage(story, 'Done');
      assert.equal((await repository.git('log', '-1', '--format=%P', 'main')).split(' ').length, parents);
      const message = await repository.git('log', '-1', '--format=%B', 'main');
      assert.match(message, new RegExp(`Story: #1\nStory-Key: ${story.key}`));
      assert.equal(
        await repository.git('log', '-1', '--format=%cn', 'main'),
        await repository.git('config', 'user.name'),
      );
      assert.equal(await repository.read('a.txt'), 'two\n');
    });
  }

  it('[MQ2] without a git identity nothing starts, and the reason stands on the story', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.git('config', '--unset', 'user.name');
    await repository.git('config', '--unset', 'user.email');
    await window.must(story, 'GatesStarted');
    const card = await window.waitForCard(
      story,
      'a story that waits for an identity',
      (one) => one.stage === 'Merge' && one.why !== null,
    );
    assert.match(card.why ?? '', /git knows your name and email/);
    assert.deepEqual(
      window.session.model()?.notices.map((notice) => notice.action?.id),
      ['setIdentity'],
    );
    assert.equal(await repository.git('log', '-1', '--format=%s', 'main'), 'Begin');
  });

  it('[S1, G3] a title of shell metacharacters runs nothing and lands with its name as it is', async () => {
    const title = '"; touch pwned; $(touch pwned) `touch pwned` | > pwned & --orphan=x \'%PATH%';
    const story = await window.codedStory(title, { 'a.txt': 'two\n' });
    assert.match(story.branch ?? '', /^refs\/heads\/story\/1-[a-z0-9-]+$/);
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('log', '-1', '--format=%s', 'main'), `${title} (#1)`);
    assert.equal(await repository.git('status', '--porcelain'), '');
    assert.ok(!existsSync(path.join(repository.path, 'pwned')));
  });

  it('[U12, MQ1] a detached HEAD is no obstacle: the target moves and the checkout stays where it is', async () => {
    const head = await repository.git('rev-parse', 'HEAD');
    await repository.git('checkout', '--quiet', '--detach');
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    const done = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('rev-parse', 'main'), done.mergeCommit);
    assert.equal(await repository.git('rev-parse', 'HEAD'), head);
    assert.equal(await repository.read('a.txt'), 'one\n');
  });

  it('[MQ4, MQ1] a target that moves while gates run means merging afresh, without a strike', async () => {
    const go = `${gateLog}.go`;
    window.settings = { ...window.settings, gates: recording() };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    window.settings = { ...window.settings, gates: recording('wait', go) };
    await window.must(story, 'QaSkipped');
    await waitFor('the gate to run', () => gateRuns().length > 0);
    await repository.commit({ 'b.txt': 'by hand\n' }, 'Meanwhile');
    writeFileSync(go, '');
    const done = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('log', '-1', '--format=%s', `${done.mergeCommit}^1`), 'Meanwhile');
    assert.deepEqual(window.now(story).strikes, []);
    assert.equal(gateRuns().at(-1)?.head, done.mergeCommit, 'the gate ran again, on the new candidate');
  });

  it('[ST1, MQ4] a branch that moves while it merges goes back to QA, and its new tip lands', async () => {
    const go = `${gateLog}.go`;
    window.settings = { ...window.settings, gates: recording('wait', go) };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'QaSkipped');
    await waitFor('the gate to run', () => gateRuns().length > 0);
    await window.commit(story, { 'a.txt': 'three\n' });
    writeFileSync(go, '');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.read('a.txt'), 'three\n');
    assert.ok(
      (await window.engine.history({ cursor: 0, limit: 100 })).some((entry) => entry.event === 'ReQueuedForQa'),
    );
    assert.deepEqual(window.now(story).strikes, []);
  });

  it('[ST4] Freeze ends the gates of a merge, and the story lands after Unfreeze', async () => {
    const go = `${gateLog}.go`;
    window.settings = { ...window.settings, gates: recording('wait', go) };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'QaSkipped');
    await waitFor('the gate to run', () => gateRuns().length > 0);
    const { pid } = gateRuns()[0]!;
    const queuedAt = window.now(story).queuedAt;
    await window.must(story, 'Freeze');
    assert.equal(isAlive(pid), false, 'the gate process has ended');
    assert.equal(window.engine.questions.mergeStatus(story.key).kind, 'failed');
    writeFileSync(go, '');
    const back = await window.must(story, 'Unfreeze');
    assert.equal(back.queuedAt, queuedAt, 'it keeps its age in the queue');
    await window.waitForStage(story, 'Done');
  });

  it('[MQ10, MQ6] a gate that hangs is ended with what it started, and the story is blocked with the fix', async () => {
    const child =
      "const c = require('child_process').spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore' }); c.unref(); console.log('child ' + c.pid)";
    const hang = `${child}; setInterval(() => {}, 1000)`;
    window.settings = {
      ...window.settings,
      gates: [{ name: 'slow', command: [process.execPath, '-e', hang], timeoutSeconds: 1 }],
    };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /Gate slow ran longer than 1 s and was ended/);
    assert.equal(blocked.fix, 'editGates');
    const pid = Number(/child (\d+)/.exec(window.output.join(''))?.[1]);
    assert.equal(isAlive(pid), false, 'the detached child has ended too');
    window.settings = { ...window.settings, gates: GREEN };
    await window.must(story, 'Unblock');
    await window.waitForStage(story, 'Done');
  });

  it('[MQ10] a story that deletes a test or changes the gates is held for review and says why; Approve lets it land', async () => {
    await repository.commit({ 'test/a.test.js': 'x\n' }, 'A test');
    const story = await window.codedStory('Less tests', {
      'test/a.test.js': null,
      '.switchyard/config.yaml': 'gates: []\n',
    });
    await window.must(story, 'GatesStarted');
    const held = await window.waitForStage(story, 'ReviewHold');
    assert.match(held.reasons.join(' '), /config\.yaml.*a\.test\.js|a\.test\.js.*config\.yaml/s);
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'Done');
  });

  it('[MQ10] gates come from the target, never from the story', async () => {
    await repository.commit(
      {
        '.switchyard/config.yaml': `gates:\n  - name: target\n    command: ["sh", "${RECORDING_GATE}", "${gateLog}"]\n`,
      },
      'Gates',
    );
    const story = await window.codedStory('No gates please', {
      '.switchyard/config.yaml': 'gates:\n  - name: story\n    command: touch pwned\n',
    });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'ReviewHold');
    assert.equal(gateRuns().length, 1);
    assert.ok(window.output.join('').includes('recordingGate') && !window.output.join('').includes('pwned'));
  });

  it('[MQ10] without any gate a person has to look before a story lands', async () => {
    window.settings = { ...window.settings, gates: [] };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    const held = await window.waitForStage(story, 'ReviewHold');
    assert.match(held.reasons[0] ?? '', /No gates are configured/);
    await window.must(story, 'Approved');
    await window.waitForStage(story, 'Done');
  });

  it('[A11] nothing runs before its commands are approved, and everything goes on once they are', async () => {
    window.permission = 'unapproved';
    window.settings = { ...window.settings, gates: recording() };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForCard(story, 'a story that waits for approval', (card) => /approve/.test(card.why ?? ''));
    assert.deepEqual(gateRuns(), []);
    window.permission = 'granted';
    window.engine.poke();
    await window.waitForStage(story, 'Done');
  });

  it('[A11] gates that changed while a story waited to land run only when they too are approved', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.write('a.txt', 'in the way\n');
    await window.must(story, 'GatesStarted');
    await window.waitForCard(
      story,
      'a landing that waits',
      (card) => card.stage === 'Merge' && ['waiting', 'needsYou'].includes(card.state),
    );
    window.permission = 'unapproved';
    const config = `gates:\n  - name: new\n    command: ["sh", "${RECORDING_GATE}", "${gateLog}"]\n`;
    await repository.commitOn('main', { '.switchyard/config.yaml': config }, 'New gates');
    await repository.git('reset', '--quiet');
    await window.waitForCard(story, 'a landing that waits for approval', (card) => /approv/.test(card.why ?? ''));
    assert.deepEqual(gateRuns(), []);
    await repository.git('checkout', '--quiet', '--', '.');
    window.permission = 'granted';
    window.engine.poke();
    const done = await window.waitForStage(story, 'Done');
    assert.equal(gateRuns().at(-1)?.head, done.mergeCommit);
  });

  it('[MQ1, MQ10] a story that gates let into the queue does not land unproven when the gates are taken away', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.write('a.txt', 'in the way\n');
    await window.must(story, 'GatesStarted');
    await window.waitForCard(
      story,
      'a landing that waits',
      (card) => card.stage === 'Merge' && ['waiting', 'needsYou'].includes(card.state),
    );
    window.settings = { ...window.settings, gates: [] };
    await repository.commitOn('main', { 'b.txt': 'meanwhile\n' }, 'Meanwhile');
    await repository.git('checkout', '--quiet', 'HEAD', '--', '.');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /no gate is configured any more/);
    assert.equal(await repository.git('log', '-1', '--format=%s', 'main'), 'Meanwhile');
  });

  it('[ST1] Retry Merge refuses a branch that moved since it was proven', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.commit({ 'a.txt': 'three\n' }, 'Meanwhile');
    await window.must(story, 'QaSkipped');
    await window.waitForStage(story, 'MergeFailure');
    await window.commit(story, { 'c.txt': 'more\n' });
    const outcome = await window.engine.perform(story.key, { event: 'RetryMerge' });
    assert.equal(outcome.kind, 'refused', JSON.stringify(outcome));
    const events = async () => (await window.engine.history({ cursor: 0, limit: 100 })).map((entry) => entry.event);
    await waitFor('the new tip to go to QA', async () => (await events()).includes('ReQueuedForQa'), { seen: events });
  });

  it('[A2, ST3] no agent starts on a story that a person took out of the queue', async () => {
    const agent = { name: 'quick', role: 'coder', command: [process.execPath, '-e', 'console.log("agent ran")'] };
    window.settings = { ...window.settings, agents: [] };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.write('a.txt', 'in the way\n');
    await window.must(story, 'QaSkipped');
    await window.waitForCard(story, 'a landing that waits', (card) => ['waiting', 'needsYou'].includes(card.state));
    window.settings = { ...window.settings, agents: [agent] };
    await window.must(story, 'MergeAborted');
    await window.engine.settle();
    await window.engine.settle();
    assert.deepEqual([window.now(story).stage.name, window.output.join('').includes('agent ran')], ['Coding', false]);
    assert.match(window.card(story)?.why ?? '', /[Nn]o agent starts on it/);
  });

  it('[A3, A7] an agent that leaves work uncommitted is asked once more, only to commit; then the story is blocked', async () => {
    const script =
      "require('fs').appendFileSync('left.txt', 'x'); console.log(require('fs').readFileSync(process.argv[1], 'utf8').split('\\n')[0])";
    const agent = { name: 'messy', role: 'coder', command: [process.execPath, '-e', script, '{promptFile}'] };
    window.settings = { ...window.settings, agents: [agent] };
    const story = await window.newStory('Leave a mess');
    await window.must(story, 'Start');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /messy left 1 uncommitted file: left\.txt/);
    assert.deepEqual(window.output.join('').trim().split('\n'), [
      'Work on story #1: Leave a mess',
      'Commit the work on story #1: Leave a mess',
    ]);
  });

  it('[A6] an agent that says nothing is ended, and the story is blocked with the reason', async () => {
    const agent = {
      name: 'quiet',
      command: [process.execPath, '-e', 'setInterval(() => {}, 1000)'],
      limits: { silenceMinutes: 0.02 },
    };
    window.settings = { ...window.settings, agents: [agent] };
    const story = await window.newStory('Be quiet');
    await window.must(story, 'Start');
    const blocked = await window.waitForStage(story, 'Blocked');
    assert.match(blocked.reason, /quiet: It printed nothing for 1 s and was ended/);
    await window.waitForCard(story, 'a cold story', (card) => card.mark === 'cold');
  });

  it('[ST2, ST6] what the table lacks is refused with what is possible, and changes nothing', async () => {
    const story = await window.newStory('Two');
    const refused = await window.engine.perform(story.key, { event: 'Approved' });
    assert.equal(refused.kind, 'refused');
    const moved = await window.engine.moveTo(story.key, 'Done');
    assert.ok(moved.kind === 'refused');
    assert.match(moved.message, /A story in Backlog cannot move to Done\. It can move to Coding/);
    assert.deepEqual(window.now(story), story);
  });

  it('[MQ16] stories land first come, first served', async () => {
    // A bisect in the checkout of the target holds back every landing there.
    await repository.write('.git/BISECT_LOG', '');
    const first = await window.codedStory('First', { 'b.txt': 'first\n' });
    const second = await window.codedStory('Second', { 'c.txt': 'second\n' });
    const third = await window.codedStory('Third', { 'd.txt': 'third\n' });
    await window.must(first, 'QaSkipped');
    await window.must(third, 'QaSkipped');
    await window.must(second, 'QaSkipped');
    await window.waitForCard(first, 'a landing that waits', (card) => ['waiting', 'needsYou'].includes(card.state));
    assert.deepEqual(window.engine.questions.mergeStatus(second.key), { kind: 'queued', ahead: 2 });
    await repository.remove('.git/BISECT_LOG');
    for (const story of [first, second, third]) await window.waitForStage(story, 'Done');
    const landed = await repository.git('log', '--first-parent', '--reverse', '--format=%s', 'main');
    assert.deepEqual(landed.split('\n').slice(1), ['First (#1)', 'Third (#3)', 'Second (#2)']);
  });

  for (const [event, stage] of [
    ['Freeze', 'Frozen'],
    ['Demote', 'Backlog'],
    ['Abandon', 'Archived'],
    ['MergeAborted', 'Coding'],
  ] as const) {
    it(`[ST4, MQ1] ${event} holds at whatever moment of a merge it comes: the story stays in ${stage} and nothing lands`, async () => {
      const slow = `setTimeout(() => console.log('# tests 1'), 300)`;
      window.settings = { ...window.settings, gates: [{ name: 'slow', command: [process.execPath, '-e', slow] }] };
      const before = await repository.git('rev-parse', 'main');
      for (const turns of [0, 1, 2, 4, 8, 16, 32, 64]) {
        const story = await window.codedStory(`After ${turns}`, { [`f${turns}.txt`]: 'x\n' });
        await window.must(story, 'QaSkipped');
        for (let turn = 0; turn < turns; turn++) await new Promise(setImmediate);
        await window.must(story, event);
        await window.engine.settle();
        await window.engine.settle();
        assert.equal(window.now(story).stage.name, stage, `after ${turns} turns`);
        const open = ['queued', 'running', 'waiting'].includes(window.engine.questions.mergeStatus(story.key).kind);
        assert.equal(open, false, `no job is left after ${turns} turns`);
      }
      assert.equal(await repository.git('rev-parse', 'main'), before);
    });
  }

  it('[ST2] a refused command leaves a merge that is under way alone', async () => {
    const go = `${gateLog}.go`;
    window.settings = { ...window.settings, gates: recording('wait', go) };
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'QaSkipped');
    await waitFor('the gate to run', () => gateRuns().length > 0);
    for (const event of ['GatesStarted', 'Approved', 'Start'] as const) {
      assert.equal((await window.engine.perform(story.key, { event })).kind, 'refused');
    }
    assert.equal(window.engine.questions.mergeStatus(story.key).kind, 'running');
    writeFileSync(go, '');
    await window.waitForStage(story, 'Done');
    assert.equal(gateRuns().length, 1, 'the gate ran once');
  });

  it('[ST2, G4] two Starts at once make one worktree: the second click of a double click does nothing more', async () => {
    const story = await window.newStory('Two');
    const both = [
      window.engine.perform(story.key, { event: 'Start' }),
      window.engine.perform(story.key, { event: 'Start' }),
    ];
    const kinds = (await Promise.all(both)).map((outcome) => outcome.kind);
    assert.deepEqual(kinds, ['changed', 'changed']);
    const starts = (await window.engine.history({ cursor: 0, limit: 100 })).filter((entry) => entry.event === 'Start');
    assert.equal(starts.length, 1);
  });

  it('[MQ1] a landing that waits goes to the branch that is the target by then', async () => {
    await repository.branch('develop');
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.write('a.txt', 'in the way\n');
    await window.must(story, 'QaSkipped');
    await window.waitForCard(story, 'a landing that waits', (card) => ['waiting', 'needsYou'].includes(card.state));
    const main = await repository.git('rev-parse', 'main');
    window.settings = { ...window.settings, target: 'develop' };
    window.engine.poke();
    const done = await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('rev-parse', 'develop'), done.mergeCommit);
    assert.equal(await repository.git('rev-parse', 'main'), main);
  });

  it('[P6, A2] when changes cannot be written, no run is repeated: its end is kept and told, and a new window goes on', async () => {
    expectError(/could not be written and is kept/);
    const log = path.join(repository.path, '.git', 'switchyard', 'stories.log');
    const spoil = `require('fs').appendFileSync(${JSON.stringify(log)}, 'x'); console.log('agent ran')`;
    window.settings = { ...window.settings, agents: [{ name: 'spoiler', command: [process.execPath, '-e', spoil] }] };
    const story = await window.newStory('Spoil');
    await window.must(story, 'Start');
    await waitFor('a notice', () => window.session.model()?.notices.some((notice) => notice.severity === 'error'), {
      seen: () => window.session.model()?.notices,
    });
    await waitFor('a second try to write', () => window.errors.filter((error) => /is kept/.test(error)).length > 1);
    assert.equal(window.output.join('').match(/agent ran/g)?.length, 1, 'the agent ran once');
    window.settings = { ...window.settings, agents: [] };
    await window.close();
    await window.open();
    assert.equal(window.now(story).stage.name, 'Coding', 'nothing that was acknowledged is lost');
    await window.must(story, 'Freeze');
  });

  it('[MQ5, B3] a landing that git cannot do says why, and can be taken out of the queue', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await repository.write('a.txt', 'in the way\n');
    await window.must(story, 'QaSkipped');
    await window.waitForCard(story, 'a landing that waits', (card) => ['waiting', 'needsYou'].includes(card.state));
    const index = path.join(repository.path, '.git', 'index');
    const good = readFileSync(index);
    expectError(/the landing cannot go on: \.git\/index: index file smaller than expected/);
    writeFileSync(index, 'broken');
    const card = await window.waitForCard(story, 'a landing that cannot go on', (one) =>
      /cannot go on/.test(one.why ?? ''),
    );
    assert.equal(card.state, 'waiting');
    await window.must(story, 'MergeAborted');
    writeFileSync(index, good);
    assert.equal(window.now(story).stage.name, 'Coding');
  });

  it('[MQ10] configured review.paths hold a story that touches them', async () => {
    window.settings = { ...window.settings, reviewPaths: ['secret/**'] };
    const story = await window.codedStory('Two', { 'secret/key.txt': 'x\n' });
    await window.must(story, 'GatesStarted');
    const held = await window.waitForStage(story, 'ReviewHold');
    assert.match(held.reasons.join(' '), /secret\/key\.txt/);
  });

  it('[ST9] the history tells who did what, and is read on from a cursor', async () => {
    const story = await window.codedStory('Two', { 'a.txt': 'two\n' });
    await window.must(story, 'GatesStarted');
    await window.waitForStage(story, 'Done');
    const entries = await window.engine.history({ cursor: 0, limit: 100, key: story.key });
    const steps = entries.filter((entry) => entry.from !== entry.to).map((entry) => `${entry.event} by ${entry.by}`);
    assert.deepEqual(steps, [
      'Created by person',
      'Start by person',
      'GatesStarted by person',
      'GatesPassed by gates',
      'MergeSucceeded by merge queue',
    ]);
    const cursor = entries[2]!.sequence;
    assert.deepEqual(await window.engine.history({ cursor, limit: 1, key: story.key }), [entries[3]]);
  });
});
