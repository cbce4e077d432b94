import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { StoryRecord } from '../../../../src/core/story/story';
import { isAlive } from '../../../support/isAlive';
import { projectRoot } from '../../../support/projectRoot';
import { waitFor } from '../../../support/waitFor';
import type { TestWindow } from '../harness';
import { KeptScene } from './keptScene';

const AGENT = path.join(projectRoot, 'test', 'support', 'acpAgent.mjs');

describe('agents that are talked with, and outlive their window', () => {
  const scene = new KeptScene();

  const state = (): string => path.join(scene.repository.folder, 'agent');
  /** What the agent says that it was asked for: words that begin a line of its log. */
  const asked = (...words: string[]): string[] => {
    const file = path.join(state(), 'log');
    const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
    return lines.filter((line) => words.includes(line.split(' ')[0] ?? ''));
  };

  function openWindow(limits: object = {}): Promise<TestWindow> {
    const env = { ACP_AGENT: JSON.stringify({ state: state(), load: true, close: true }) };
    const agent = { name: 'scripted', transport: 'acp', command: [process.execPath, AGENT], env, limits };
    return scene.open(agent);
  }

  const heard = (window: TestWindow): string => window.output.join('');

  /** A story whose agent has begun these steps. */
  async function begunStory(window: TestWindow, ...steps: string[]): Promise<StoryRecord> {
    const body = `Do it.\n\`\`\`acp\nsay I begin.\n${steps.join('\n')}\n\`\`\`\n`;
    const story = await window.newStory('Make a file', body);
    await window.must(story, 'Start');
    await waitFor('the agent to begin', () => heard(window).includes('I begin.'));
    return story;
  }

  it('[A8] its turn goes on while no window is there, and the next one hears all of it and lands its work once', async () => {
    const first = await openWindow();
    const story = await begunStory(first, `until ${scene.release}`, 'write made.txt made', 'usage', 'commit Make it');
    const agent = await scene.agent();
    await first.close();
    assert.ok(isAlive(agent), 'it goes on');

    const second = await openWindow();
    await second.waitForCard(story, 'the agent at work', ({ agent: name }) => name === 'scripted');
    await waitFor('what it said', () => heard(second).includes('I begin.'));
    assert.equal(await scene.agent(), agent);
    writeFileSync(scene.release, '');
    await second.waitForStage(story, 'Done');
    assert.equal(await scene.repository.git('show', 'main:made.txt'), 'made');
    const [output = ''] = await second.session.outputsOf(story.key);
    assert.equal(output.match(/I begin\./g)?.length, 1, output);
    assert.match(output, /I begin\.\nTool edit: Write made\.txt\nFile added: \S+made\.txt/);
    assert.deepEqual(asked('initialize', 'prompt', 'cancel', 'close').map((line) => line.split(' ')[0]), ['initialize', 'prompt', 'close']); // prettier-ignore
    await waitFor('nothing to be kept of it', () => scene.runs().length === 0);
    assert.equal(isAlive(agent), false);
  });

  it('[A8] a turn that ended while no window was there is judged by the next, and is not asked for again', async () => {
    const first = await openWindow();
    const story = await begunStory(
      first,
      `until ${scene.release}`,
      'write made.txt made',
      'commit Make it',
      'say It is made.',
    );
    await first.close();
    writeFileSync(scene.release, '');
    await waitFor('the commit', async () =>
      (await scene.repository.git('log', '--all', '--format=%s')).includes('Make it'),
    );
    const second = await openWindow();
    await second.waitForStage(story, 'Done');
    assert.match(heard(second), /It is made\./);
    assert.equal(asked('prompt').length, 1);
  });

  it('[A8, A11] what it asked and nobody answered is asked again by the next window, and what was answered is not', async () => {
    const first = await openWindow();
    const story = await begunStory(
      first,
      'ask run npm install',
      'ask run npm test',
      'write made.txt made',
      'commit Make it',
    );
    await first.waitForCard(story, 'the first', ({ question }) => question?.text.includes('npm install') === true);
    await first.session.answerAgent(story.key, null, 'once');
    await first.waitForCard(story, 'the second', ({ question }) => question?.text.includes('npm test') === true);
    await first.close();

    const second = await openWindow();
    const card = await second.waitForCard(story, 'the second again', ({ question }) => question !== null);
    assert.match(card.question?.text ?? '', /npm test/);
    await second.session.answerAgent(story.key, null, 'once');
    await second.waitForStage(story, 'Done');
    assert.deepEqual(asked('answer'), ['answer selected b', 'answer selected b']);
    assert.equal(asked('prompt').length, 1);
    assert.match(heard(second), /Allowed\.[^]*Allowed\. You allowed it once\./);
  });

  it('[A8, A13] what a person writes to it in the next window reaches it at the end of its turn, and a third window hears both', async () => {
    const first = await openWindow();
    const story = await begunStory(first, `until ${scene.release}`, 'write made.txt made', 'commit Make it');
    await first.close();
    const second = await openWindow();
    await second.waitForCard(story, 'the agent at work', ({ agent }) => agent === 'scripted');
    await second.session.writeToAgent(
      story.key,
      `Go on.\n\`\`\`acp\nsay Going on.\nuntil ${scene.release}2\n\`\`\`\n`,
      'atTurnEnd',
    );
    writeFileSync(scene.release, '');
    await waitFor('its second turn', () => heard(second).includes('Going on.'));
    await second.close();
    const third = await openWindow();
    await waitFor('what it said', () => heard(third).includes('Going on.'));
    assert.match(heard(third), /I begin\.[^]*You wrote: Go on\.[^]*Going on\./);
    await third.session.writeToAgent(story.key, 'And now end.', 'now');
    await third.waitForStage(story, 'Done');
    assert.equal(await scene.repository.git('show', 'main:said.txt'), 'And now end.');
    assert.equal(asked('prompt').length, 3);
    assert.equal(asked('initialize').length, 1);
  });

  it('[A8, ST4] one that a window attached to is ended by Freeze in its own words', async () => {
    const first = await openWindow();
    const story = await begunStory(first, 'hang');
    const agent = await scene.agent();
    await first.close();
    const second = await openWindow();
    await second.waitForCard(story, 'the agent at work', ({ agent: name }) => name === 'scripted');
    await second.must(second.now(story), 'Freeze');
    await waitFor('the agent to end', () => !isAlive(agent));
    assert.equal(asked('cancel').length, 1);
    await waitFor('nothing to be kept of it', () => scene.runs().length === 0);
  });

  it('[A7, A8] one that crashed while no window was there goes on warm, in its worktree as it left it', async () => {
    const first = await openWindow();
    const story = await begunStory(first, `until ${scene.release}`, 'write half.txt half', 'crash');
    const agent = await scene.agent();
    await first.close();
    writeFileSync(scene.release, '');
    await waitFor('the agent to end', () => !isAlive(agent));
    const second = await openWindow();
    await second.waitForStage(story, 'Done');
    assert.equal(await scene.repository.git('show', 'main:half.txt'), 'half');
    assert.equal(asked('load').length, 1);
  });

  it('[A6, A8] one that is at a turn for too long while no window is there is ended, and the next window says so and begins it again', async () => {
    const limits = { turnMinutes: 0.1 };
    const first = await openWindow(limits);
    const story = await begunStory(first, 'write half.txt half', `until ${scene.release}`);
    const agent = await scene.agent();
    await first.close();
    await waitFor('the agent to be ended', () => !isAlive(agent));
    writeFileSync(scene.release, '');
    const second = await openWindow(limits);
    await second.waitForStage(story, 'Done');
    const said = [...first.warnings, ...second.warnings].join('\n');
    assert.match(said, /It was at one turn for .* and was ended\. It is started again, 1 of 3\./);
    assert.equal(await scene.repository.git('show', 'main:half.txt'), 'half');
    assert.ok(asked('load').length > 0, 'it goes on with its conversation');
  });
});
