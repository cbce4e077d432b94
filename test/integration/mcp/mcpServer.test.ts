import assert from 'node:assert/strict';
import { readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { GREETING } from '../../../src/protocol/greeting';
import { projectRoot } from '../../support/projectRoot';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from '../engine/harness';
import { AgentScript } from './mcpFixture';
import { connect, connectTo } from './rawClient';

const KEEPER = path.join(projectRoot, 'dist', 'keeper.js');
const BODY = 'Say hello.\n\n- [ ] It greets\n- [ ] It is polite\n- [ ] It runs: `true`\n';

describe('an agent that works over MCP', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  let script: AgentScript;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    window = new TestWindow(repository);
    await window.open();
    script = new AgentScript(repository.folder);
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const passes = (): string => path.join(repository.path, '.git', 'switchyard', 'mcp');
  const plan = (...steps: unknown[]): void => {
    window.settings = { ...window.settings, agents: [script.profile(steps)] };
  };

  it('[A10] a person starts a story, its agent takes it over MCP to the gates, and it lands', async () => {
    plan(
      { use: 'story_get' },
      { use: 'feedback_get' },
      { use: 'progress', with: { text: 'writing\nthe [greeting](command:evil)' } },
      { use: 'merge_request' },
      { write: { 'hello.txt': 'hello\n' }, commit: null },
      { use: 'merge_request' },
      { commit: 'Say hello' },
      { use: 'criteria_tick', with: { criterion: 1 } },
      { use: 'criteria_tick', with: { criterion: 3 } },
      { use: 'criteria_tick', with: { criterion: 9 } },
      { use: 'followup_create', with: { title: 'Say goodbye', body: '- [ ] It parts' } },
      { use: 'status_text' },
      { use: 'output_get', with: { of: 'gates' } },
      { use: 'merge_request' },
      // What its program says after that is no matter: the gates decide.
      { exit: 3 },
    );
    const story = await window.newStory('Greet', BODY);
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Done');

    assert.equal(await repository.git('show', 'main:hello.txt'), 'hello');
    const told = JSON.parse(script.answers('story_get')[0] ?? '') as Record<string, unknown>;
    assert.deepEqual(told['criteria'], [
      { criterion: 1, text: 'It greets', done: false },
      { criterion: 2, text: 'It is polite', done: false },
      { criterion: 3, text: 'It runs: `true`', done: false, checkedBySwitchyard: true },
    ]);
    assert.deepEqual([told['number'], told['title'], told['branch'], told['target']], [1, 'Greet', 'story/1-greet', 'main']); // prettier-ignore
    const [noWork, uncommitted, noted] = script.answers('merge_request');
    assert.match(noWork ?? '', /no commit that main lacks/);
    assert.match(uncommitted ?? '', /1 uncommitted file: hello\.txt\. Commit or remove it/);
    assert.match(noted ?? '', /End your turn now/);
    const [ticked, byCommand, unknown] = script.answers('criteria_tick');
    assert.match(ticked ?? '', /Criterion 1 is ticked/);
    assert.match(byCommand ?? '', /checked by its command/);
    assert.match(unknown ?? '', /There is no criterion 9\. The story has 3/);
    assert.match(await window.session.bodyOf(story.key), /- \[x\] It greets\n- \[ \] It is polite/);
    assert.match(window.output.join(''), /writing the \[greeting\]\u200b\(command:evil\)/);
    assert.match(script.answers('status_text')[0] ?? '', /#1 Greet · Coding/);

    const followup = window.engine.stories().find((one) => one.number === 2);
    assert.equal(followup?.stage.name, 'Backlog');
    assert.deepEqual(followup.labels, ['follow-up']);
    assert.match(await window.session.bodyOf(followup.key), /scripted wrote this while it worked on #1\./);
    assert.deepEqual(readdirSync(passes()), [], 'its access is gone with the run');
    assert.match(window.warnings.join('\n'), /^(?!.*\[agents\])/s);
  });

  it('[A10] a blocked agent’s reason and question reach the person, and its run ends', async () => {
    const go = path.join(repository.folder, 'never');
    plan(
      { use: 'block', with: { reason: 'Two greetings\nfit.', question: 'Hello or Hi?' } },
      { use: 'block', with: { reason: 'again' } },
      { until: go },
    );
    const story = await window.newStory('Greet', BODY);
    await window.must(story, 'Start');
    const stage = await window.waitForStage(story, 'Blocked');
    assert.equal(stage.reason, 'scripted cannot go on: Two greetings fit. It asks: Hello or Hi?');
    await waitFor('the end of its run', () => window.card(story)?.agent === null);
    assert.equal(window.now(story).stage.name, 'Blocked');
  });

  it('[A8, A10] what it asked for is known to the window that goes on with its run, and its token stays good', async () => {
    const go = path.join(repository.folder, 'go');
    plan(
      { write: { 'hello.txt': 'hello\n' }, commit: 'Say hello' },
      { use: 'merge_request' },
      { until: go },
      { use: 'status_text' },
      { exit: 3 },
    );
    await window.close();
    window = new TestWindow(repository, { settings: window.settings, keeper: KEEPER });
    await window.open();
    const story = await window.newStory('Greet', BODY);
    await window.must(story, 'Start');
    await waitFor('its request', () => script.report().length === 1);
    await window.close();
    window = new TestWindow(repository, { settings: window.settings, keeper: KEEPER });
    await window.open();
    await waitFor('the board', () => window.session.model() !== null);
    writeFileSync(go, '');
    await window.waitForStage(story, 'Done');
    assert.match(script.answers('status_text')[0] ?? '', /#1 Greet/);
    assert.deepEqual(readdirSync(passes()), []);
  });

  it('[A10] its server goes on over an update of Switchyard as long as both talk alike, and else says that it was updated', async () => {
    const [go, never] = ['go', 'never'].map((name) => path.join(repository.folder, name)) as [string, string];
    plan({ use: 'progress', with: { text: 'begun' } }, { until: go }, { use: 'story_get' }, { until: never });
    const story = await window.newStory('Greet', BODY);
    await window.must(story, 'Start');
    await waitFor('its first answer', () => script.report().length === 1);
    const config = path.join(passes(), readdirSync(passes()).find((name) => !name.includes('opencode')) ?? '');
    const before = { ...GREETING };
    try {
      for (const [change, answer] of [
        [{ switchyard: before.switchyard + 1 }, /"title": "Greet"/],
        [{ agents: before.agents + 1 }, /^Switchyard was updated while you work.*commit your work and end your turn/],
      ] as const) {
        Object.assign(GREETING, before, change);
        const client = connect(config);
        assert.match(await client.use('story_get'), answer);
        await client.close();
      }
    } finally {
      Object.assign(GREETING, before);
    }
    await window.must(story, 'Freeze');
  });

  it('[A10] a token is good for the run that it was given to, and dead after it', async () => {
    const [go, never] = ['go', 'never'].map((name) => path.join(repository.folder, name)) as [string, string];
    plan({ use: 'story_get' }, { until: go }, { use: 'story_get' }, { until: never });
    const story = await window.newStory('Greet', BODY);
    await window.must(story, 'Start');
    await waitFor('its first answer', () => script.report().length === 1);
    const [file = ''] = readdirSync(passes()).filter((name) => !name.includes('opencode'));
    const config = path.join(passes(), file);
    assert.equal(statSync(config).mode & 0o777, process.platform === 'win32' ? 0o666 : 0o600);
    assert.equal(statSync(passes()).mode & 0o777, process.platform === 'win32' ? 0o777 : 0o700);

    const other = new AgentScript(repository.folder, 'other');
    const own = connect(config);
    assert.match(await own.use('story_get'), /"title": "Greet"/);
    const codex = connect(config, 'asCodex');
    assert.match(await codex.use('story_get'), /"title": "Greet"/);
    await codex.close();
    const forged = connect(config, { SWITCHYARD_TOKEN: '0'.repeat(64) });
    assert.match(await forged.use('story_get'), /does not let this run in any more/);
    await forged.close();
    assert.deepEqual(other.report(), []);

    writeFileSync(go, '');
    await waitFor('its second answer', () => script.report().length === 2);
    await window.must(story, 'Freeze');
    await waitFor('the end of its run', () => window.card(story)?.agent === null);
    assert.match(await own.use('progress', { text: 'still here' }), /does not let this run in any more/);
    await own.close();
    assert.doesNotMatch(window.output.join(''), /still here/);
  });
});

describe('VS Code’s own agent in a window on a story’s worktree', () => {
  it('[U8, A10] reaches that story as an agent of ours does, from a window that follows too, and no other folder', async () => {
    const repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    const window = new TestWindow(repository);
    await window.open();
    const follower = new TestWindow(repository);
    await follower.open();
    try {
      const story = await window.newStory('Greet', BODY);
      assert.equal(await window.session.agentServer(repository.path), null);
      await window.must(story, 'Start');
      await window.commit(window.now(story), { 'hello.txt': 'hello\n' });
      const folder = await window.session.worktreeOf(story.key);
      assert.equal(await follower.session.agentServer(repository.path), null);
      const server = await follower.session.agentServer(folder ?? '');
      assert.ok(server !== null);
      assert.deepEqual(server, await window.session.agentServer(folder ?? ''), 'one way in for a story');
      const client = connectTo(server);
      assert.match(await client.use('story_get'), /"title": "Greet"/);
      assert.match(await client.use('criteria_tick', { criterion: 2 }), /Criterion 2 is ticked/);
      assert.match(await client.use('merge_request'), /Its gates run now/);
      await window.waitForStage(story, 'Done');
      assert.match(await client.use('criteria_tick', { criterion: 1 }), /is in Done, where nothing of it is changed/);
      assert.equal(await follower.session.agentServer(folder ?? ''), null);
      await client.close();
    } finally {
      await follower.close();
      await window.close();
      await repository.dispose();
    }
  });
});
