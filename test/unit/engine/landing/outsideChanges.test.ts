import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import { OutsideChanges } from '../../../../src/engine/landing/outsideChanges';
import { storyIn, TIP } from '../../../support/storyFixtures';

describe('what came to the target, once it was seen', () => {
  it('[MQ14] a story that went on meanwhile is looked at once more; one that stands where it stood is not', async () => {
    const story = { ...storyIn({ name: 'Coding', feedback: null, coder: 'person' }), branch: 'refs/heads/work' };
    let [now, looks, isTaken] = [story, 0, false];
    const ports = {
      git: {
        lookOutside: () => {
          looks += 1;
          now = looks === 1 ? { ...story, stageAt: '2026-02-01T00:00:00.000Z' } : now;
          const arrived = [{ key: story.key, how: 'merged', commit: TIP, at: story.stageAt }];
          return Promise.resolve({ arrived, lost: [], reverted: [], undone: [], ofOthers: [] });
        },
        storyPlace: () => Promise.resolve({ kind: 'gone' }),
      },
      store: { get: () => now, history: () => Promise.resolve([]) },
      journal: { jobs: () => [], jobsOf: () => [] },
      seenTips: { last: () => null, note: () => Promise.resolve() },
      book: {
        apply: (_key: string, _event: unknown, _by: string, onlyIf: (one: typeof story) => boolean) => {
          isTaken = onlyIf(now);
          return Promise.resolve(isTaken ? { kind: 'changed', story: now } : { kind: 'refused' });
        },
      },
      log: { info: () => undefined, debug: () => undefined, warn: (message: string) => assert.fail(message) },
      onEnd: () => undefined,
    };
    const outside = new OutsideChanges(ports as never);
    const round = async (): Promise<[number, boolean]> => {
      const facts = { target: { kind: 'found', ref: 'refs/heads/main', tip: TIP }, stories: [now], tips: new Map([[story.key, TIP]]), jobs: [], runs: new Map(), pending: new Map(), findings: [] }; // prettier-ignore
      outside.seen(facts as never);
      for (let turns = 0; turns < 10; turns += 1) await turn();
      return [looks, isTaken];
    };
    assert.deepEqual(await round(), [1, false]);
    assert.deepEqual(await round(), [2, true]);
    assert.deepEqual(await round(), [2, true]);
    await outside.dispose();
  });
});
