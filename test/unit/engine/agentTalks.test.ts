import assert from 'node:assert/strict';
import type { KeptWord } from '../../../src/core/agents/question';
import { AgentTalks } from '../../../src/engine/talks/agentTalks';
import { HandClock } from '../../support/handClock';
import { STAGES, storyIn } from '../../support/storyFixtures';

describe('what people write to an agent', () => {
  it('[A8, A13] what is written in the very moment of another waits on, where an agent was given only that other one', async () => {
    const story = storyIn(STAGES.Coding);
    const kept: KeptWord[] = [];
    const talks = new AgentTalks({
      words: {
        list: () => kept,
        add: (word) => Promise.resolve(void kept.push(word)),
        take: (_key, _kind, at = []) => Promise.resolve(kept.splice(0, Infinity, ...kept.filter((one) => !at.includes(one.at)))), // prettier-ignore
      },
      clock: new HandClock(),
      log: { debug() {}, info() {}, warn() {}, error() {} },
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
