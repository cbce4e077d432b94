import assert from 'node:assert/strict';
import path from 'node:path';
import { AgentTalks } from '../../../../../src/engine/agents/talks/agentTalks';
import { openWords } from '../../../../../src/store/talks/wordsFile';
import { HandClock } from '../../../../support/handClock';
import { STAGES, storyIn } from '../../../../support/storyFixtures';
import { TemporaryFolder } from '../../../../support/temporaryFolder';

describe('what people write to an agent', () => {
  const folder = new TemporaryFolder();
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  after(() => folder.remove());

  it('[A8, A13] what is written in the very moment of another waits on, where an agent was given only that other one', async () => {
    const story = storyIn(STAGES.Coding);
    const talks = new AgentTalks({
      words: await openWords(path.join(folder.path, 'words.json'), log),
      clock: new HandClock(),
      log,
      newId: () => 'id',
      patienceMs: () => 0,
      onChange: () => undefined,
      story: () => story,
      readsAfter: () => 'run',
      agentAt: () => null,
    });
    await talks.write(story.key, 'given', 'atTurnEnd');
    const given = talks.messages(story.key).map(({ at }) => at);
    await talks.write(story.key, 'of the same moment', 'atTurnEnd');
    await talks.takeMessages(story.key, given);
    assert.deepEqual(talks.messages(story.key).map(({ text }) => text), ['of the same moment']); // prettier-ignore
  });
});
