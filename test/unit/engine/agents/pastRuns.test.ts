import assert from 'node:assert/strict';
import { PAST_RUNS } from '../../../../src/core/agents/pastRun';
import { agentProfileSchema, type AgentProfile } from '../../../../src/core/agents/profile';
import { agentTranscriptId, bodyId, pastRunsId } from '../../../../src/core/story/contentIds';
import { agentText, isAccepted, keepPastRun, pastRunsOf, textOf } from '../../../../src/engine/agents/pastRuns';
import { storyIn, TIP } from '../../../support/storyFixtures';

const RITA = profile({ name: 'rita', role: 'qa', command: 'rita' });
const CODER = profile({ name: 'claude', command: 'claude' });

function profile(given: object): AgentProfile {
  return agentProfileSchema.parse(given);
}

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
    const figures = { turns: 2, inputTokens: null, outputTokens: null, costUsd: 0.5 };
    const one = { key, run: `r${at}`, at: new Date(at).toISOString(), ...figures };
    // It was asked once more, only to commit; what it did on another story is none of this.
    const runs = { agentRuns: () => [one, { ...one, run: 'more', turns: 1, costUsd: null }, { ...one, key: 'other' }] };
    const ports = {
      content,
      runs,
      store: { get: () => story },
      clock: { now: () => at },
      log: { warn: () => undefined },
    };
    await keepPastRun(ports as never, { story, profile: CODER, role: 'coder', since: at, event: null });
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

  it('[A1] what a review accepted counts for that commit, that story but for ticks, and that very agent, until its gates are asked again', async () => {
    const accept = async (bodyAt: string | null, of = story, given?: string): Promise<void> => {
      texts.clear();
      texts.set(bodyId(key), '- [ ] It waves.');
      const figures = { turns: null, inputTokens: null, outputTokens: null, costUsd: null };
      const runs = { agentRuns: () => [{ key, run: 'r1', at: new Date(5).toISOString(), ...figures }] };
      const ports = { content, runs, store: { get: () => ({ ...story, bodyAt }) }, clock: { now: () => 9 } };
      const event = { name: 'GatesPassed', branch: 'b', tip: TIP, commitsAhead: 1 } as const;
      await keepPastRun(ports as never, { story: of, profile: RITA, role: 'reviewer', since: 5, event, given });
    };
    const counts = (of = story, by = RITA, again: string | null = null): Promise<boolean> =>
      isAccepted({ content, verdicts: { askedAgain: () => again } } as never, of, by);
    await accept(null);
    assert.equal(await counts(), true);
    assert.equal(await counts(story, { ...RITA, name: 'rob' }), false);
    // Another one under the same name, or one that may take longer.
    assert.equal(await counts(story, { ...RITA, command: 'rita --fast' }), false);
    assert.equal(await counts(story, { ...RITA, env: { RITA: 'kind' } }), false);
    assert.equal(await counts(story, { ...RITA, limits: { silenceMinutes: 9 } }), true);
    assert.equal(await counts({ ...story, title: `${story.title} twice` }), false);
    assert.equal(await counts({ ...story, type: 'bug' }), false);
    assert.equal(await counts(storyIn({ name: 'QA', tip: 'e'.repeat(40) })), false);
    assert.equal(await counts(story, RITA, new Date(4).toISOString()), true);
    assert.equal(await counts(story, RITA, new Date(6).toISOString()), false);
    texts.set(bodyId(key), '- [x] It waves.');
    assert.equal(await counts(), true);
    texts.set(bodyId(key), '- [x] It waves twice.');
    assert.equal(await counts(), false);
    // What raced beside a story is the story once it is kept.
    await accept(null, { ...story, title: `${story.title} (ann)`, agent: 'ann' });
    assert.equal(await counts({ ...story, agent: 'ann' }), true);
    assert.equal(await counts({ ...story, agent: 'bea' }), true);
    // It had another title when an earlier window began the review.
    texts.set(bodyId(key), '- [ ] It waves.');
    const given = await textOf(content, story, RITA);
    await accept(null, { ...story, title: 'Another' }, given);
    assert.equal(await counts({ ...story, title: 'Another' }), false);
    assert.equal(await counts(), true);
    // It was told another text than the one that stood there in the end.
    await accept(new Date(7).toISOString());
    assert.equal(await counts(), false);
  });

  it('[A9, U5] each has what its agent took in all, as far as it said', async () => {
    await end(1);
    const [kept] = await pastRunsOf(content, key);
    assert.deepEqual(kept?.spent, { turns: 3, tokens: null, usd: 0.5 });
  });

  it('[A9] what is not kept any more takes no room', async () => {
    for (const at of [1, 2, 3]) await end(at, 5_000_000);
    assert.equal((await pastRunsOf(content, key)).length, 2);
    texts.delete(agentTranscriptId(key));
    texts.delete(pastRunsId(key));
    assert.equal([...texts.values()].join('').length, 10_000_000);
  });
});
