import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

/** An agent that writes its name below what stands in `who.txt` and commits that, as soon as `until` exists where it is given. */
function agent(name: string, { until = '', limits = {} } = {}): object {
  const script = `
    while (${JSON.stringify(until)} !== '' && !require('node:fs').existsSync(${JSON.stringify(until)}));
    require('node:fs').appendFileSync('who.txt', ${JSON.stringify(`${name}\n`)});
    const git = (...words) => require('node:child_process').execFileSync('git', words);
    git('add', '-A');
    git('commit', '-qm', ${JSON.stringify(`By ${name}`)});`;
  return { name, role: 'coder', command: [process.execPath, '-e', script], limits };
}

/** Reviews as `script` says, an entry for each start. */
function reviewer(name: string, home: string, script: readonly (readonly string[])[]): object {
  const program = path.join(projectRoot, 'test', 'support', 'reviewingAgent.mjs');
  const env = { REVIEW_HOME: home, REVIEW_SCRIPT: JSON.stringify(script) };
  return { name, role: 'qa', command: [process.execPath, program, '{promptFile}'], env };
}

/** Red on what one has written alone. */
const ALONE = `
  const { existsSync, readFileSync } = require('node:fs');
  process.exit(existsSync('who.txt') && readFileSync('who.txt', 'utf8').split('\\n').length < 3 ? 1 : 0)`;
const TWICE = [{ name: 'test', command: [process.execPath, '-e', ALONE] }];

describe('the agent that a person chooses for a story', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  const open = async (agents: readonly object[], gates?: readonly object[]): Promise<void> => {
    window = new TestWindow(repository, { settings: { agents, ...(gates && { gates }) } });
    await window.open();
    await waitFor('the agents to be read', () => window.engine.commands());
  };
  const who = (): Promise<string> => repository.git('show', 'main:who.txt');
  const start = async ({ key }: StoryRecord): Promise<void> => {
    const started = await window.session.perform(key, { event: 'Start' });
    assert.ok(started.kind === 'changed', started.kind === 'refused' ? started.message : '');
  };

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  it('[A2] it codes the story, also after the window was closed and after red gates, and its card says so meanwhile', async () => {
    await open([agent('first'), agent('second')], TWICE);
    const story = await window.newStory('Say who', 'Who are you?');
    const card = await window.waitForCard(story, 'it to be offered', ({ actions }) => actions.includes('startWith'));
    assert.ok(card.actions.includes('chooseAgent') && card.facts.length === 0);
    assert.equal((await window.session.raceOf(story.key)).choices[0]?.chosen, 'first');
    const chosen = await window.session.describe(story.key, { agent: 'second' });
    assert.equal(chosen.kind, 'changed');
    await window.waitForCard(story, 'the choice', ({ facts }) => facts.includes('coded by second'));
    await window.close();
    await open([agent('first'), agent('second')], TWICE);
    assert.equal((await window.session.raceOf(story.key)).choices[0]?.chosen, 'second');
    await start(story);
    await window.waitForStage(story, 'Done');
    assert.equal(await who(), 'second\nsecond');
  });

  it('[A2] the first codes again where that is chosen, and by whom a story is coded is in its history', async () => {
    await open([agent('first'), agent('second')]);
    const story = await window.newStory('Say who', 'Who are you?');
    await window.session.describe(story.key, { agent: 'second' });
    await window.session.describe(story.key, { agent: null });
    assert.equal(window.now(story).agent, undefined);
    const history = await window.session.historyOf(story.key, 10);
    assert.deepEqual(history.map(({ evidence }) => evidence).filter((said) => said.startsWith('agent')), [
      'agent: the first → second',
      'agent: second → the first',
    ]); // prettier-ignore
    await start(story);
    await window.waitForStage(story, 'Done');
    assert.equal(await who(), 'first');
  });

  it('[A2] where the chosen one is not configured any more the first codes, and card and log say so', async () => {
    await open([agent('first'), agent('second')]);
    const story = await window.newStory('Say who', 'Who are you?');
    await window.session.describe(story.key, { agent: 'second' });
    window.settings = { ...window.settings, agents: [agent('first')] };
    await window.session.settle();
    const said = 'second is not configured, so first codes it';
    const card = await window.waitForCard(story, 'it to be said', ({ facts }) => facts.includes(said));
    assert.ok(card.actions.includes('chooseAgent'), 'the first can be chosen for good');
    await start(story);
    await window.waitForStage(story, 'Done');
    assert.equal(await who(), 'first');
    assert.ok(
      window.warnings.some((line) => line.includes('second is not configured')),
      window.warnings.join('\n'),
    );
  });

  it('[A1, A2] a story is reviewed by the agent that a person chose for that, and its history says so', async () => {
    const rosa = reviewer('rosa', path.join(repository.folder, 'rosa'), [['reject Say more.'], ['accept']]);
    await open([agent('first'), reviewer('rita', path.join(repository.folder, 'rita'), []), rosa]);
    const story = await window.newStory('Say who', 'Who are you?');
    const offered = await window.waitForCard(story, 'it to be offered', ({ actions }) => actions.includes('chooseAgent')); // prettier-ignore
    assert.ok(!offered.actions.includes('startWith'), 'one agent codes');
    const { choices } = await window.session.raceOf(story.key);
    assert.deepEqual(choices, [{ role: 'reviewer', agents: ['rita', 'rosa'], chosen: 'rita' }]);
    const wrong = await window.session.describe(story.key, { agent: 'first', role: 'reviewer' });
    assert.equal(wrong.kind === 'refused' ? wrong.message : '', 'No agent that does this is named first.');
    await window.session.describe(story.key, { agent: 'rosa', role: 'reviewer' });
    await window.close();
    await open([agent('first'), reviewer('rita', path.join(repository.folder, 'rita'), []), rosa]);
    await start(story);
    await window.waitForStage(story, 'Done');
    assert.equal(await who(), 'first\nfirst');
    const { agents } = await window.session.runsOf(story.key);
    assert.deepEqual(agents.map((run) => `${run.agent} ${run.came}`), ['first handedOver', 'rosa sentBack', 'first handedOver', 'rosa accepted']); // prettier-ignore
    const history = await window.session.historyOf(story.key, 50);
    assert.ok(history.some(({ evidence }) => evidence === 'reviewer: the first → rosa'));
  });

  it('[A2, P5] a window that follows chooses, and nobody is chosen that is not configured', async () => {
    await open([agent('first'), agent('second')]);
    const follower = new TestWindow(repository);
    await follower.open();
    try {
      const story = await window.newStory('Say who', 'Who are you?');
      await follower.waitForCard(story, 'the story', () => true);
      const wrong = await follower.session.describe(story.key, { agent: 'third' });
      assert.equal(wrong.kind === 'refused' ? wrong.message : '', 'No agent that does this is named third.');
      assert.equal((await follower.session.describe(story.key, { agent: 'second' })).kind, 'changed');
      await start(story);
      await window.waitForStage(story, 'Done');
      assert.equal(await who(), 'second');
    } finally {
      await follower.close();
    }
  });

  it('[A2, A6] a story waits for an agent that has as many runs as it may, says so, and goes on once one has ended', async () => {
    const until = path.join(repository.folder, 'go-on');
    await open([agent('first', { until, limits: { atOnce: 1 } }), agent('second')]);
    const [one, two] = [await window.newStory('One'), await window.newStory('Two')];
    await start(one);
    await window.waitForCard(one, 'the first to be at work', (card) => card.agent === 'first');
    await start(two);
    const waits = await window.waitForCard(two, 'the wait', ({ state }) => state === 'waiting');
    assert.equal(waits.why, 'Waits for first (1 of 1 at work).');
    // Whoever waits for that agent alone goes on with another one at once.
    await window.session.describe(two.key, { agent: 'second' });
    await window.waitForStage(two, 'Done');
    assert.equal(window.now(one).stage.name, 'Coding');
    const three = await window.newStory('Three');
    await start(three);
    await window.waitForCard(three, 'the wait', ({ why }) => why === 'Waits for first (1 of 1 at work).');
    writeFileSync(until, '');
    await window.waitForStage(three, 'Done');
  });
});
