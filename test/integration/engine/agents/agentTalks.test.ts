import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Card } from '../../../../src/core/board/card';
import { storeFolderIn } from '../../../../src/store/storeFolder';
import { projectRoot } from '../../../support/projectRoot';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

const AGENT = path.join(projectRoot, 'test', 'support', 'acpAgent.mjs');

describe('talking with agents at work', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;
  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'README.md': 'here\n' }, 'first');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const state = (): string => path.join(repository.folder, 'agent');
  const log = (): string[] =>
    existsSync(path.join(state(), 'log')) ? readFileSync(path.join(state(), 'log'), 'utf8').split('\n') : [];
  const steps = (...lines: string[]): string => `Do it.\n\`\`\`acp\n${lines.join('\n')}\n\`\`\`\n`;

  async function open(can: object = {}, settings: object = {}): Promise<TestWindow> {
    const env = { ACP_AGENT: JSON.stringify({ state: state(), load: true, close: true, ...can }) };
    const agent = { name: 'scripted', transport: 'acp', command: [process.execPath, AGENT], env };
    window = new TestWindow(repository, { settings: { agents: [agent], ...settings } });
    await window.open();
    return window;
  }

  it('[A1, A9] a story goes from Start to Done over ACP, and its output is text to read', async () => {
    await open();
    const story = await window.newStory(
      'Say hello',
      steps('say I begin.', 'write hello.txt hello', 'commit Say hello'),
    );
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:hello.txt'), 'hello');
    const output = window.output.join('');
    assert.match(output, /scripted: I begin\.\nTool edit: Write hello\.txt\nFile added: \S+hello\.txt\n/);
    assert.doesNotMatch(output, /jsonrpc/);
  });

  it('[A11] what an agent asks is on its card, is answered once, for the story, or not at all, and never outside', async () => {
    await open();
    const script = steps('ask run npm install', 'ask run npm install left', 'ask edit ../out.txt', 'say never');
    const story = await window.newStory('Ask', script);
    await window.must(story, 'Start');
    const first = await window.waitForCard(story, 'the question', (card) => card.question !== null);
    assert.equal(first.brief, 'Asks to run npm install');
    assert.match(first.why ?? '', /^scripted asks to run `npm install`\. Denied by itself at \d\d:\d\d\.$/);
    assert.deepEqual([first.need, first.state, first.group], ['question', 'asks', 'Needs you']);
    assert.deepEqual(first.primaryActions, ['allowOnce', 'allowForStory', 'deny']);
    assert.equal((await window.session.answerAgent(story.key, first.question?.id ?? '', 'story')).kind, 'done');
    // The second one is covered by what was allowed; the third is not, and may not be.
    const third = await window.waitForCard(
      story,
      'the third',
      ({ question }) => question?.text.includes('out.txt') === true,
    );
    assert.deepEqual(third.primaryActions, ['allowOnce', 'deny']);
    const refused = await window.session.answerAgent(story.key, null, 'story');
    assert.match(refused.message, /^This can be allowed once alone/);
    assert.equal((await window.session.answerAgent(story.key, first.question?.id ?? '', 'deny')).kind, 'refused');
    await window.session.answerAgent(story.key, null, 'deny');
    // What it was allowed to do is left uncommitted, so it is asked once more.
    await window.waitForStage(story, 'Done');
    assert.deepEqual(
      log().filter((line) => line.startsWith('answer')),
      ['answer selected b', 'answer selected b', 'answer selected c'],
    );
    assert.equal(existsSync(path.join(repository.folder, 'out.txt')), false);
    assert.match(
      window.output.join(''),
      /Allowed\. You allowed commands that begin with `npm install` for this story\./,
    );
  });

  it('[A11] a question that nobody answers is denied by itself', async () => {
    await open({}, { askMinutes: 0.005 });
    const story = await window.newStory('Ask', steps('ask run npm install', 'say never'));
    await window.must(story, 'Start');
    await window.waitForStage(story, 'Blocked');
    assert.deepEqual(
      log().filter((line) => line.startsWith('answer')),
      ['answer selected c'],
    );
    assert.match(window.output.join(''), /Denied\. Nobody answered within 0 s\./);
  });

  it('[A13] a message waits for the end of the turn, or cuts it short, and is kept where no agent is at work', async () => {
    await open();
    const flag = path.join(repository.folder, 'go-on');
    const story = await window.newStory('Listen', steps('say working', `until ${flag}`, 'write a.txt a', 'commit One'));
    assert.match(
      (await window.session.writeToAgent(story.key, 'early', 'now')).message,
      /^No agent works on #1 in Backlog/,
    );
    await window.must(story, 'Start');
    await waitFor('its turn', () => window.output.join('').includes('working'));
    const kept = await window.session.writeToAgent(story.key, 'use the helper', 'atTurnEnd');
    assert.equal(kept.message, '#1: scripted reads this at the end of its turn.');
    writeFileSync(flag, '');
    await window.waitForStage(story, 'Done');
    assert.equal(await repository.git('show', 'main:said.txt'), 'use the helper');

    const other = await window.newStory('Hang', steps('say hanging', 'hang'));
    await window.must(other, 'Start');
    await waitFor('its turn', () => window.output.join('').includes('hanging'));
    const end = path.join(repository.folder, 'end');
    const written = steps(`until ${end}`, 'write said.txt stop that', 'commit Stop');
    const now = await window.session.writeToAgent(other.key, written, 'now');
    assert.equal(now.message, '#2: scripted reads this now.');
    const words = path.join(storeFolderIn(path.join(repository.path, '.git')), 'words.json');
    const waiting = (): string => readFileSync(words, 'utf8');
    await waitFor('it to be its agent’s', () => !waiting().includes('stop that'), { seen: waiting });
    writeFileSync(end, '');
    await window.waitForStage(other, 'Done');
    assert.equal(await repository.git('show', 'main:said.txt'), 'stop that');
  });

  it('[A13, A3] a person takes a story over and gives it back: the agent ends, none begins meanwhile, and the next goes on warm', async () => {
    await open();
    const story = await window.newStory('Take', steps('say working', 'hang'));
    await window.must(story, 'Start');
    await waitFor('its turn', () => window.output.join('').includes('working'));
    const taken = await window.session.takeOver(story.key);
    assert.equal(taken.kind, 'taken');
    assert.ok(log().includes('cancel'));
    const card = await window.waitForCard(story, 'it to be theirs', ({ agent }) => agent === null);
    assert.match(card.why ?? '', /^Yours to work on: .* or Give Back\.$/);
    assert.ok(card.actions.includes('giveBack'));
    await window.must(story, 'GivenBack');
    await waitFor('the next run', () => log().some((line) => line.startsWith('load ')));
    await window.waitForStage(story, 'Done');
    // The nudge has no block of steps, so it was taken for what a person says.
    assert.match(await repository.git('show', 'main:said.txt'), /^Go on with story #1: Take\./);
  });

  it('[A5, A4] a conversation over ACP that a person throws away is neither loaded nor resumed', async () => {
    await open();
    const story = await window.newStory(
      'Lost',
      steps('say working', 'write a.txt a', 'commit One', 'say Committed', 'hang'),
    );
    await window.must(story, 'Start');
    await waitFor('its commit', () => window.output.join('').includes('Committed'));
    assert.equal((await window.session.startFresh(story.key)).kind, 'done');
    const prompts = (): string[] => log().filter((line) => line.startsWith('prompt '));
    await waitFor('the second prompt', () => prompts().length === 2);
    assert.equal(log().filter((line) => line.startsWith('new ')).length, 2);
    assert.ok(!log().some((line) => line.startsWith('load ')));
    assert.match(prompts()[1] ?? '', /This is in your folder already/);
    await window.must(story, 'Freeze');
  });

  it('[U2, A9, A6] what an agent over ACP says and takes shows while it works, is kept, and ends it at its limits', async () => {
    await open();
    const flag = path.join(repository.folder, 'go-on');
    const story = await window.newStory('Count', steps('usage', 'say Counting', `until ${flag}`, 'write a.txt a', 'commit One')); // prettier-ignore
    await window.must(story, 'Start');
    const shows = (fact: string) => (card: Card) => card.facts.includes(fact);
    const card = await window.waitForCard(story, 'what it says', shows('Counting'));
    assert.deepEqual(card.facts.slice(2), ['turn 1', '1k tokens', '$0.05', 'Counting']);
    writeFileSync(flag, '');
    await window.waitForStage(story, 'Done');
    const { agents } = await window.session.statistics({ from: null, to: null });
    const { turns, tokens, costUsd } = agents[0] ?? {};
    assert.deepEqual([turns?.sum, tokens?.sum, costUsd?.sum], [1, 1234, 0.05]);

    const [scripted] = window.settings.agents as readonly object[];
    const agent = { ...scripted, limits: { usd: 0.01, retries: 0 } };
    window.settings = { ...window.settings, agents: [agent] };
    const dear = await window.newStory('Dear', steps('usage', 'hang'));
    await window.must(dear, 'Start');
    const { reason } = await window.waitForStage(dear, 'Blocked');
    assert.match(reason, /^scripted: It cost more than \$0\.01 and was ended\./);
    // What that took counts for the story's budget.
    window.settings = { ...window.settings, agents: [{ ...agent, limits: { perStory: { tokens: 1000 } } }] };
    await window.must(dear, 'Unblock');
    const spent = await window.waitForStage(dear, 'Blocked');
    assert.match(spent.reason, /^scripted has used up its budget for #2: 1234 tokens of 1000\./);
  });

  it('[A6] a rate limit that an agent over ACP answers with is no strike: its story waits, and says until when', async () => {
    await open();
    const story = await window.newStory('Limited', steps('error 429 Slow down'));
    await window.must(story, 'Start');
    const card = await window.waitForCard(story, 'the wait', ({ why }) => why?.includes('may go on at') === true);
    assert.match(card.why ?? '', /^scripted may go on at .* It has reached a rate limit, and goes on by itself\.$/);
    assert.deepEqual([card.stage, window.now(story).strikes], ['Coding', []]);
  });
});
