import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { ACTIONS } from '../../../src/core/board/actions';
import { asFollowed } from '../../../src/core/board/asFollowed';
import type { Card } from '../../../src/core/board/card';
import type { EventName } from '../../../src/core/story/events';
import type { StageName } from '../../../src/core/story/stage';
import type { PersonRequest } from '../../../src/engine/stories/personCommands';
import { checkedBytes } from '../../../src/store/content/checkedFile';
import { storeFolderIn } from '../../../src/store/storeFolder';
import { projectRoot } from '../../support/projectRoot';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { quickClock } from '../../support/quickClock';
import { waitFor } from '../../support/waitFor';
import { GREEN, TestWindow } from '../engine/harness';
import { bundleScript, startScript } from '../../support/childProcess';

const wasm = path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm');

/** Content as a creation leaves it that was cut off. */
function leaveContent(repository: string, key: string, number: number): void {
  const folder = path.join(storeFolderIn(path.join(repository, '.git')), 'content', key);
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, 'number'), String(number));
  writeFileSync(path.join(folder, 'body.checked'), checkedBytes(`# Words of ${key}\n`));
}

/** What a person does in one window, through its session alone, wherever the engine is. */
class PersonIn {
  readonly done = new Set<EventName>();

  constructor(readonly window: TestWindow) {}

  async creates(title: string): Promise<string> {
    const outcome = await this.window.session.createStory({ title, type: 'story', body: '- [ ] it works' });
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    await this.window.session.settle();
    return outcome.story.key;
  }

  async asks(key: string, event: PersonRequest['event'], rest: Partial<PersonRequest> = {}): Promise<void> {
    const outcome = await this.window.session.perform(key, { event, ...rest });
    if (outcome.kind === 'refused') throw new Error(`${event}: ${outcome.message}`);
    this.done.add(event);
    await this.window.session.settle();
  }

  card(key: string): Card | undefined {
    return this.window.session.model()?.cards.find((card) => card.key === key);
  }

  sees(key: string, stage: StageName): Promise<Card> {
    const found = () => {
      const card = this.card(key);
      return card?.stage === stage ? card : undefined;
    };
    return waitFor(`the story in ${stage}`, found, { seen: () => this.card(key) });
  }

  /** Writes and commits in the story's worktree. */
  async commits(key: string, files: Readonly<Record<string, string>>): Promise<string> {
    const folder = await this.window.session.worktreeOf(key);
    if (folder === null) throw new Error('The story has no worktree.');
    for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
    execFileSync('git', ['add', '-A'], { cwd: folder });
    execFileSync('git', ['commit', '-qm', 'Work on it'], { cwd: folder });
    return folder;
  }
}

describe('windows that follow', () => {
  let repository: TemporaryRepository;
  const windows: TestWindow[] = [];

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'Begin');
  });
  afterEach(async () => {
    for (const window of windows.splice(0).reverse()) await window.close();
    await repository.dispose();
  });

  async function open(...[place, options]: ConstructorParameters<typeof TestWindow>): Promise<TestWindow> {
    const window = new TestWindow(place, options);
    windows.push(window);
    await window.open();
    return window;
  }

  function showsTheSame(leader: TestWindow, follower: TestWindow): Promise<unknown> {
    const led = () => {
      const model = leader.session.model();
      return model === null ? null : asFollowed(model);
    };
    const same = () => follower.session.model() !== null && isDeepStrictEqual(follower.session.model(), led());
    return waitFor('both windows to show the same', same, { seen: () => [led(), follower.session.model()] });
  }

  it('[P5] a window that follows shows the whole of what the leader shows, an agent at work and a cold story', async () => {
    const agent = { name: 'sleeper', role: 'coder', command: [process.execPath, '-e', 'setInterval(() => {}, 1e6)'] };
    const leader = await open(repository, { settings: { agents: [agent], maxCoders: 1 } });
    const stories = [];
    for (const title of ['At work', 'Waits its turn', 'Cold']) stories.push(await leader.newStory(title));
    const [atWork, , cold] = stories;
    for (const story of stories) await leader.must(story, 'Start');
    await leader.must(cold!, 'Block', { text: 'Nobody knows how.' });
    await leader.waitForCard(atWork!, 'an agent at work', (card) => card.state === 'working');
    const follower = await open(repository);
    await showsTheSame(leader, follower);
    const model = follower.session.model();
    assert.deepEqual([model?.mode, model?.counts.running, model?.counts.needsYou], ['following', 1, 1]);
    assert.equal(follower.card(atWork!)?.state, 'working');
    assert.ok((follower.card(cold!)?.actions.length ?? 0) > 0, 'its actions are offered');
    await leader.must(cold!, 'Unblock');
    const another = await leader.newStory('Another one');
    await leader.waitForCard(another, 'the new story', () => true);
    await showsTheSame(leader, follower);
    assert.equal(follower.session.model()?.cards.length, 4);
  });

  it('[P5] what is too large to be handed over is refused in words, and nothing else breaks', async () => {
    await open(repository);
    const follower = await open(repository);
    const body = 'x'.repeat(9 * 2 ** 20);
    const outcome = await follower.session.createStory({ title: 'Long', type: 'story', body });
    assert.match(outcome.kind === 'refused' ? outcome.message : '', /^The new story is too large to be handed/);
    const long = await follower.session.createStory({ title: 'Long', type: 'story', body: body.slice(0, 1_000_000) });
    assert.ok(long.kind === 'created');
    assert.equal((await follower.session.bodyOf(long.story.key)).length, 1_000_000);
    assert.equal(follower.session.problem(), null);
  });

  it('[R1, R2, R3, R4, P5] a window that follows finds half-written stories and recovers those that its person chose', async () => {
    const leader = await open(repository);
    const follower = await open(repository);
    await waitFor('the board', () => follower.session.model() !== null);
    for (const [key, number] of [['lost', 5], ['other', 6]] as const) leaveContent(repository.path, key, number); // prettier-ignore
    const look = await follower.session.recoverHalfWritten({});
    assert.deepEqual(look, await leader.session.recoverHalfWritten({}));
    assert.deepEqual(look.found.map(({ number, title }) => [number, title]), [[5, 'Words of lost'], [6, 'Words of other']]); // prettier-ignore
    assert.equal(await follower.session.halfWrittenText('lost'), '# Words of lost\n');
    assert.equal(await follower.session.halfWrittenText('nothing'), null);
    assert.equal(follower.session.model()?.cards.length, 0, 'a look changes nothing');
    const wish = { numbers: [5], mode: 'recover' } as const;
    const { results } = await follower.session.recoverHalfWritten(wish);
    const [became, ...more] = results;
    assert.ok(became?.kind === 'recovered' && more.length === 0);
    await waitFor('the story in both windows', () => follower.session.model()?.cards.length === 1);
    assert.equal(await follower.session.bodyOf(became.story.key), '# Words of lost\n');
    assert.deepEqual((await follower.session.recoverHalfWritten(wish)).results, []);
    assert.deepEqual((await leader.session.recoverHalfWritten({})).found.map(({ key }) => key), ['other']); // prettier-ignore
  });

  it('[P5] every action works from a window on the worktree of a story, and asks nothing of another window', async () => {
    const leader = await open(repository, { settings: { gates: GREEN, reviewPaths: ['a.txt'] } });
    const anywhere = new PersonIn(await open(repository));
    const first = await anywhere.creates('First');
    await anywhere.asks(first, 'Start');
    assert.equal((await anywhere.window.session.moveTo(first, 'Coding')).kind, 'refused');
    await anywhere.asks(first, 'GivenBack');
    const worktree = await anywhere.commits(first, { 'a.txt': 'first\n' });
    const person = new PersonIn(await open({ path: worktree }));
    await person.sees(first, 'Coding');
    await person.asks(first, 'Block', { text: 'A question' });
    await person.asks(first, 'Unblock');
    await person.asks(first, 'Freeze');
    await person.asks(first, 'Unfreeze');
    const second = await person.creates('Second, which will be in conflict');
    await person.asks(second, 'Start');
    await person.commits(second, { 'a.txt': 'second\n' });

    await person.asks(first, 'GatesStarted');
    await person.sees(first, 'ReviewHold');
    await person.asks(first, 'Rejected', { text: 'Better words' });
    await person.commits(first, { 'a.txt': 'first, in better words\n' });
    await person.asks(first, 'GatesStarted');
    await person.sees(first, 'ReviewHold');
    await person.asks(first, 'Approved');
    await person.sees(first, 'Done');
    assert.equal(await repository.git('show', 'main:a.txt'), 'first, in better words');
    await person.asks(first, 'Accept');
    await person.asks(first, 'Reopen', { reopenTo: 'Backlog' });

    await person.asks(second, 'GatesStarted');
    await person.sees(second, 'ReviewHold');
    await person.asks(second, 'ReQueuedForQa');
    await person.sees(second, 'ReviewHold');
    await person.asks(second, 'Approved');
    await person.sees(second, 'MergeFailure');
    await person.asks(second, 'RetryMerge');
    await person.sees(second, 'MergeFailure');
    await person.asks(second, 'FixupRequested');
    await person.asks(second, 'Demote');
    await person.asks(second, 'Abandon');
    assert.equal((await person.sees(second, 'Archived')).key, second);

    const third = await person.creates('Third, which will wait for a file');
    assert.equal((await person.window.session.moveTo(third, 'Coding')).kind, 'changed');
    await person.commits(third, { 'b.txt': 'third\n' });
    writeFileSync(path.join(repository.path, 'b.txt'), 'mine\n');
    await person.asks(third, 'QaSkipped');
    await waitFor('the landing to wait', async () => {
      return (await person.window.session.mergeStatusOf(third)).kind === 'waiting';
    });
    await person.asks(third, 'MergeAborted');
    await person.sees(third, 'Coding');
    const fourth = await person.creates('Fourth, which the third takes the place of');
    await person.asks(fourth, 'Supersede', { by: 3 });
    await person.sees(fourth, 'Archived');

    // Nobody else works on it: the leader says so.
    const alone = await person.window.session.perform(third, { event: 'Reassigned' });
    assert.match(alone.kind === 'refused' ? alone.message : '', /is worked on here already/);

    const done = new Set([...anywhere.done, ...person.done, 'Reassigned']);
    const offered = Object.values(ACTIONS).flatMap(({ event }) => event ?? []);
    assert.deepEqual(offered.filter((event) => !done.has(event)), []); // prettier-ignore
    assert.deepEqual(leader.warnings.filter((warning) => warning.startsWith('[hub]')), []); // prettier-ignore
  });

  it('[P5] what a window that follows is asked about a story is answered as in the leader', async () => {
    const leader = await open(repository);
    const story = await leader.codedStory('Two', { 'a.txt': 'two\n' });
    await leader.must(story, 'GatesStarted');
    await leader.waitForStage(story, 'Done');
    const follower = await open(repository);
    await showsTheSame(leader, follower);
    for (const { session } of [leader, follower]) await session.settle();
    const answers = async ({ session }: TestWindow) => [
      session.commands(),
      await session.worktreeOf(story.key),
      await session.changesOf(story.key),
      await session.bodyOf(story.key),
      await session.mergeStatusOf(story.key),
      await session.historyOf(story.key, 3),
      await session.branches(),
      await session.verifyLandings(''),
    ];
    assert.deepEqual(await answers(follower), await answers(leader));
    assert.match((await follower.session.outputsOf(story.key)).join('\n'), /# tests 1/);
    const refused = await follower.session.perform(story.key, { event: 'Approved' });
    const there = await leader.session.perform(story.key, { event: 'Approved' });
    assert.ok(refused.kind === 'refused' && there.kind === 'refused');
    assert.equal(refused.message, there.message);
    await assert.doesNotReject(follower.session.acknowledgeLosses());
  });

  it('[P5] a window that follows hears what a run says, all of it and once, from the moment it looks', async () => {
    const talker = 'let n = 0; setInterval(() => console.log(`line ${++n};`), 20)';
    const agent = { name: 'talker', role: 'coder', command: [process.execPath, '-e', talker] };
    const leader = await open(repository, { settings: { agents: [agent] } });
    const story = await leader.newStory('Talk');
    await leader.must(story, 'Start');
    await waitFor('the agent to talk', () => leader.output.join('').includes('line 5;'));
    const follower = await open(repository);
    const before = (await follower.session.outputsOf(story.key)).join('');
    await waitFor('more of it', () => follower.output.length > 5);
    const heard = (before + follower.output.join('')).match(/line \d+;/g) ?? [];
    assert.deepEqual(heard, heard.map((_, index) => `line ${index + 1};`)); // prettier-ignore
    const reader = await open(repository);
    await reader.session.agentTextOf(story.key, 'transcript', null);
    await waitFor('what it says, for who reads its transcript', () => reader.output.length > 0);
  });

  // On Windows processes cannot be stopped there.
  if (process.platform !== 'win32')
    it('[P5] a leader that hangs is said to, what it was doing when it died is said not to be known, and what it was asked is answered by the next', async function () {
      const scripts = new TemporaryFolder();
      const leader = startScript(bundleScript('integration/session/windowProcess', scripts.path), [
        repository.path,
        wasm,
      ]);
      try {
        await once(leader, 'message');
        const follower = await open(repository, { clock: quickClock });
        const card = await waitFor('the story', () => follower.session.model()?.cards[0]);
        const patient = await open(repository);
        leader.kill('SIGSTOP');
        const { session } = follower;
        const asked = [session.perform(card.key, { event: 'Start' }), session.race(card.key, ['one', 'two'])];
        const [read, searched] = [patient.session.storyText(1, null), patient.session.search('nothing', 5)];
        await waitFor('words about it', () =>
          /process \d+\) does not answer/.test(follower.session.problem()?.message ?? ''),
        );
        assert.equal(follower.session.engine(), null, 'a leader that hangs still leads');
        leader.kill('SIGKILL');
        // What only looks is asked again of who leads next.
        assert.match(JSON.stringify(await read), /"kind":"found"/);
        assert.deepEqual((await searched).matches, []);
        for (const outcome of await Promise.all(asked))
          assert.match(
            outcome.kind === 'refused' ? outcome.message : '',
            /Whether #1 was changed is not known: look at it/,
          );
        await waitFor('one of them to lead', () => follower.session.engine() ?? patient.session.engine());
        await waitFor('no problem any more', () => follower.session.problem() === null);
        assert.equal((await follower.session.perform(card.key, { event: 'Start' })).kind, 'changed');
      } finally {
        leader.kill('SIGKILL');
        scripts.remove();
      }
    });

  it('[P5] a command between two leaders waits for the next one, and is done there', async () => {
    const leader = await open(repository);
    const story = await leader.newStory('Two');
    const follower = await open(repository);
    await showsTheSame(leader, follower);
    await leader.close();
    const outcome = await follower.session.perform(story.key, { event: 'Start' });
    assert.equal(outcome.kind, 'changed', JSON.stringify(outcome));
  });

  it('[P5] a copy of a repository is one of its own, while the original is open and after it was closed', async () => {
    const original = await open(repository);
    const story = await original.newStory('In both');
    const copies = ['while open', 'closed'].map((name) => path.join(repository.folder, name));
    execFileSync('cp', ['-R', repository.path, copies[0]!]);
    const openCopy = await open({ path: copies[0]! });
    assert.notEqual(openCopy.session.engine(), null);
    await original.close();
    execFileSync('cp', ['-R', repository.path, copies[1]!]);
    const closedCopy = await open({ path: copies[1]! });
    for (const copy of [openCopy, closedCopy]) {
      await copy.must(story, 'Start');
      assert.equal(await copy.engine.worktreeOf(story.key), path.join(`${copies[windows.indexOf(copy) - 1]}.worktrees`, '1-in-both')); // prettier-ignore
    }
    assert.equal(await repository.git('branch', '--list', 'story/*'), '');
  });
});
