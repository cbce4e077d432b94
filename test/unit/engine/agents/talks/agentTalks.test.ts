import assert from 'node:assert/strict';
import path from 'node:path';
import { AgentTalks } from '../../../../../src/engine/agents/talks/agentTalks';
import { openWords } from '../../../../../src/store/talks/wordsFile';
import { HandClock } from '../../../../support/handClock';
import { STAGES, storyIn } from '../../../../support/storyFixtures';
import { TemporaryFolder } from '../../../../support/temporaryFolder';

describe('what people and an agent say to each other', () => {
  const folder = new TemporaryFolder();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  const story = storyIn(STAGES.Coding);
  let files = 0;
  after(() => folder.remove());

  async function open(): Promise<AgentTalks> {
    let ids = 0;
    return new AgentTalks({
      words: await openWords(path.join(folder.path, `words-${(files += 1)}.json`), log),
      clock: new HandClock(),
      log,
      newId: () => `id${(ids += 1)}`,
      patienceMs: () => 600_000,
      onChange: () => undefined,
      story: () => story,
      readsAfter: () => 'run',
      agentAt: () => null,
    });
  }

  it('[A8, A13] what is written in the very moment of another waits on, where an agent was given only that other one', async () => {
    const talks = await open();
    await talks.write(story.key, 'given', 'atTurnEnd');
    const given = talks.messages(story.key).map(({ at }) => at);
    await talks.write(story.key, 'of the same moment', 'atTurnEnd');
    await talks.takeMessages(story.key, given);
    assert.deepEqual(talks.messages(story.key).map(({ text }) => text), ['of the same moment']); // prettier-ignore
  });

  it('[A11] what is allowed for a story settles what it covers and waits already, of that story, and nothing outside', async () => {
    const talks = await open();
    const answered: string[] = [];
    const ask = (command: string, outside: readonly string[] = [], key = story.key): void => {
      const asked = { kind: 'run', title: '', command, paths: [], outside } as const;
      const { signal } = new AbortController();
      void talks.ask({ ...story, key }, 'claude', asked, signal).then(({ decision, why }) => void answered.push(`${command}: ${decision}. ${why}`)); // prettier-ignore
    };
    ask('npm install');
    ask('npm install left');
    ask('npm publish');
    ask('npm install --prefix=/usr', ['/usr']);
    ask('npm install', [], 'another');
    assert.equal((await talks.answer(story.key, 'id1', 'story')).kind, 'done');
    const allowed = 'allow. You allowed commands that begin with `npm install` for this story.';
    assert.deepEqual(answered, [`npm install: ${allowed}`, `npm install left: ${allowed}`]);
    assert.match(talks.questionOf(story.key)?.text ?? '', /npm publish/);
  });
});
