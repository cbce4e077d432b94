import assert from 'node:assert/strict';
import { PAST_RUNS } from '../../../src/core/agents/pastRun';
import { agentTranscriptId, pastRunsId } from '../../../src/core/story/contentIds';
import { agentText, keepPastRun, pastRunsOf } from '../../../src/engine/pastRuns';
import { storyIn, TIP } from '../../support/storyFixtures';

describe('what runs of agents said, on disk', () => {
  const story = storyIn({ name: 'QA', tip: TIP });
  const { key } = story;
  let texts: Map<string, string>;
  let writes: number;

  beforeEach(() => {
    texts = new Map();
    writes = Infinity;
  });

  const content = {
    read: (id: string) => Promise.resolve(texts.get(id) ?? null),
    write: (id: string, text: string) => {
      writes -= 1;
      if (writes < 0) return Promise.reject(new Error('killed'));
      texts.set(id, text);
      return Promise.resolve();
    },
  };

  /** The run `r<at>` has said `said <at>`, or this many letters. */
  async function end(at: number, letters?: number): Promise<void> {
    texts.set(agentTranscriptId(key), letters === undefined ? `said ${at}` : 'x'.repeat(letters));
    const runs = { agentRuns: () => [{ key, run: `r${at}`, at: new Date(at).toISOString() }] };
    const ports = {
      content,
      runs,
      store: { get: () => story },
      clock: { now: () => at },
      log: { warn: () => undefined },
    };
    await keepPastRun(ports as never, { story, agent: 'claude', role: 'coder', since: at, event: null });
  }

  async function assertTheirOwn(): Promise<void> {
    for (const { run } of await pastRunsOf(content, key))
      assert.equal(await agentText(content, key, 'transcript', run), run.replace('r', 'said '));
  }

  it('[A9, P1] killed between any two writes, each run that is listed has what it said itself', async () => {
    for (let killedAfter = 0; killedAfter < 6; killedAfter += 1) {
      texts.clear();
      for (let at = 1; at <= PAST_RUNS + 2; at += 1) await end(at);
      writes = killedAfter;
      await end(PAST_RUNS + 3);
      await assertTheirOwn();
      writes = Infinity;
      // The next window tells the same run again.
      await end(PAST_RUNS + 3);
      await assertTheirOwn();
      assert.equal((await pastRunsOf(content, key)).at(-1)?.run, `r${PAST_RUNS + 3}`);
    }
  });

  it('[A9] what is not kept any more takes no room', async () => {
    for (const at of [1, 2, 3]) await end(at, 5_000_000);
    assert.equal((await pastRunsOf(content, key)).length, 2);
    texts.delete(agentTranscriptId(key));
    texts.delete(pastRunsId(key));
    assert.equal([...texts.values()].join('').length, 10_000_000);
  });
});
