import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import type { StoryRecord } from '../../../../src/core/story/story';
import { isAlive } from '../../../support/isAlive';
import { projectRoot } from '../../../support/projectRoot';
import { waitFor } from '../../../support/waitFor';
import type { TestWindow } from '../harness';
import { KeptScene } from './keptScene';

const AGENT = [process.execPath, path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs'), '{promptFile}'];

/** Writes a file once it is released, and commits only what it finds uncommitted. */
const FORGETS = (release: string): string[] => [
  'sh',
  '-c',
  `if [ -f left.txt ]; then git add -A && git commit -qm "Left" && echo committed it
  else until [ -f '${release}' ]; do sleep 0.05; done; echo left > left.txt; echo left it; fi`,
];

describe('agents that outlive their window', () => {
  const scene = new KeptScene();

  const openWindow = (): Promise<TestWindow> => scene.open({ name: 'coder', role: 'coder', command: AGENT });

  /** A story whose agent has begun, and goes on once it is released. */
  async function begunStory(window: TestWindow): Promise<StoryRecord> {
    const body = `until: ${scene.release}\n\n\`\`\`file made.txt\nmade\n\`\`\`\n`;
    const story = await window.newStory('Make a file', body);
    await window.must(story, 'Start');
    await waitFor('the agent to begin', () => window.output.join('').includes('Working on'));
    return story;
  }

  it('[A8] an agent goes on while no window is there, and the next one hears all of it and lands its work once', async () => {
    const first = await openWindow();
    const story = await begunStory(first);
    const agent = await scene.agent();
    await first.close();
    assert.ok(isAlive(agent), 'it goes on');

    const second = await openWindow();
    await waitFor('its output', () => second.output.join('').includes('Working on'));
    await second.waitForCard(story, 'the agent at work', ({ agent: name }) => name === 'coder');
    assert.equal(await scene.agent(), agent);
    writeFileSync(scene.release, '');
    await second.waitForStage(story, 'Done');
    await assertWhole(second, story);
    assert.equal(await scene.repository.git('show', 'main:made.txt'), 'made');
    await waitFor('nothing to be kept of it', () => scene.runs().length === 0);
    assert.equal(isAlive(agent), false);
  });

  it('[A6, A8] one that is at a turn for too long, the time before its window counted, is ended by the next', async () => {
    const agent = { name: 'coder', role: 'coder', command: AGENT, limits: { turnMinutes: 5, retries: 0 } };
    const first = await scene.open(agent);
    const story = await begunStory(first);
    await first.close();
    const later = { ...systemClock, now: () => systemClock.now() + 6 * 60_000 };
    const second = await scene.open(agent, later);
    const { reason } = await second.waitForStage(story, 'Blocked');
    assert.match(reason, /It was at one turn for 5 min and was ended\./);
  });

  it('[A8] one that ended while no window was there is judged by the next, and does not run twice', async () => {
    const first = await openWindow();
    const story = await begunStory(first);
    const agent = await scene.agent();
    await first.close();
    writeFileSync(scene.release, '');
    await waitFor('the agent to end', () => !isAlive(agent));

    const second = await openWindow();
    await second.waitForStage(story, 'Done');
    await assertWhole(second, story);
  });

  it('[A8, ST4] one that a window attached to is ended by Freeze, and what nobody waits for is ended', async () => {
    const first = await openWindow();
    const story = await begunStory(first);
    const agent = await scene.agent();
    await first.close();
    const second = await openWindow();
    await second.must(second.now(story), 'Freeze');
    await waitFor('the agent to end', () => !isAlive(agent));
    await waitFor('nothing to be kept of it', () => scene.runs().length === 0);
  });

  it('[A8] a keeper that was killed takes its agent with it, and the agent begins again', async () => {
    const first = await openWindow();
    const story = await begunStory(first);
    const agent = await scene.agent();
    const { keeper: mark } = JSON.parse(readFileSync(path.join(scene.runs()[0]!, 'keeper.json'), 'utf8')) as {
      keeper: { pid: number };
    };
    process.kill(mark.pid, 'SIGKILL');
    await waitFor('the agent to end', () => !isAlive(agent));
    writeFileSync(scene.release, '');
    await first.waitForStage(story, 'Done');
    assert.deepEqual(first.now(story).strikes, []);
  });

  it('[A7, A8] one that left its work uncommitted is asked to commit it by the next window', async () => {
    const first = await openWindow();
    const forgets = `until: ${scene.release}

`;
    first.settings = { ...first.settings, agents: [{ name: 'coder', role: 'coder', command: FORGETS(scene.release) }] };
    const story = await first.newStory('Forget to commit', forgets);
    await first.must(story, 'Start');
    const agent = await scene.agent();
    await first.close();
    writeFileSync(scene.release, '');
    await waitFor('the agent to end', () => !isAlive(agent));
    const second = await openWindow();
    await second.waitForStage(story, 'Done');
    const [output = ''] = await second.session.outputsOf(story.key);
    assert.match(output, /left it[^]*committed it/);
  });

  async function assertWhole(window: TestWindow, story: StoryRecord): Promise<void> {
    const [output = ''] = await window.session.outputsOf(story.key);
    const lines = output.split('\n').filter((line) => /^(?:Working|Plan|\[\d|Committed)/.test(line));
    assert.deepEqual(
      lines.map((line) => line.split(/[ :]/)[0]),
      ['Working', 'Plan', '[1/1]', 'Committed'],
      output,
    );
  }
});
