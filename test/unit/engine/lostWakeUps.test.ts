import assert from 'node:assert/strict';
import type { MergeJob } from '../../../src/core/landing/job';
import type { StoryRecord } from '../../../src/core/story/story';
import { LazyRaces } from '../../../src/engine/races/lazyRaces';
import { MergeRuns } from '../../../src/engine/landing/mergeRuns';
import { OutsideChanges } from '../../../src/engine/landing/outsideChanges';
import { WindowAgents } from '../../../src/engine/agents/desk/windowAgents';
import { HandClock } from '../../support/handClock';
import { asWritten } from '../../../src/core/words/said';
import { storyIn, TARGET_TIP, TIP } from '../../support/storyFixtures';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function turns(): Promise<void> {
  for (let at = 0; at < 20; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

/** What comes while a part of the engine is at work, or what it could not do: nothing else may ever tell of it again. */
describe('a part of the engine', () => {
  let clock: HandClock;
  let pokes: number;
  const poke = (): void => void (pokes += 1);

  beforeEach(() => {
    clock = new HandClock();
    pokes = 0;
  });

  describe('races', () => {
    const racer = (key: string, stage: 'Coding' | 'ReviewHold'): StoryRecord => ({
      ...storyIn(stage === 'Coding' ? { name: 'Coding', feedback: null, coder: 'anyone' } : { name: stage, tip: TIP, reasons: ['It races.'] }), // prettier-ignore
      ...{ key, race: { with: 'one' }, branch: `refs/heads/${key}` },
    });
    const racesOf = (stories: () => StoryRecord[], treeOf: () => Promise<string>, change: object = {}): LazyRaces =>
      new LazyRaces({
        store: { stories, get: (key: string) => stories().find((one) => one.key === key) },
        git: { treeOf, tip: () => Promise.resolve(null) },
        verdicts: { recent: () => [{ tree: 't', of: 'story', gate: 'test', verdict: 'passed', ms: 1, tests: null }] },
        quarantines: { list: () => [] },
        runs: { agentRuns: () => [] },
        content: { read: () => Promise.resolve(null) },
        target: () => Promise.resolve({ kind: 'missing', message: '' }),
        ...{ clock, log: quiet, onDue: poke, refuse: () => null },
        previewRemoval: (keys: readonly string[]) =>
          Promise.resolve(keys.map((key) => ({ key, number: 1, obstacles: [asWritten('A terminal is in it.')] }))),
        ...change,
      } as never);

    it('[A14] one that comes to be proven while it is looked whether one is, is looked at too', async () => {
      let looks = 0;
      let answer = (): void => undefined;
      const treeOf = (): Promise<string> => {
        looks += 1;
        return new Promise((resolve) => (answer = () => resolve('another')));
      };
      const races = racesOf(() => [racer('one', 'ReviewHold'), racer('two', 'Coding')], treeOf);
      races.step({ key: 'one', what: 'takeProven' });
      while (looks === 0) await turns();
      races.step({ key: 'one', what: 'takeProven' });
      answer();
      await turns();
      assert.equal(looks, 2);
      answer();
      await races.settled();
    });

    it('[A14] one that could not be decided is looked at again, although nothing else happens', async () => {
      const races = racesOf(() => [racer('one', 'ReviewHold'), racer('two', 'ReviewHold')], () => Promise.resolve('t')); // prettier-ignore
      races.step({ key: 'one', what: 'takeProven' });
      await races.settled();
      clock.pass(60_000);
      assert.equal(pokes, 1);
    });
  });

  it('[MQ14] looks again for what came to the target where a look has failed', async () => {
    const outside = new OutsideChanges({
      git: { lookOutside: () => Promise.reject(new Error('index.lock is there')) },
      journal: { jobs: () => [] },
      seenTips: { last: () => null },
      ...{ clock, log: quiet, onEnd: poke },
    } as never);
    const story = { ...storyIn({ name: 'Coding', feedback: null, coder: 'person' }), branch: 'refs/heads/story/1-a' };
    const target = { kind: 'found', ref: 'refs/heads/main', tip: TARGET_TIP };
    const nothing = { findings: [], jobs: [], runs: new Map(), pending: new Map() };
    outside.seen({ ...nothing, target, stories: [story], tips: new Map([[story.key, TIP]]) } as never);
    await outside.dispose();
    clock.pass(10_000);
    assert.equal(pokes, 1);
  });

  it('[MQ3] takes up a landing that broke off once its time has come, also where the timer is early by the clock', async () => {
    const candidate = { commit: TIP, tree: 't', parents: [TARGET_TIP], base: TARGET_TIP };
    const job = { id: 'job-1', storyKey: 'one', number: 1, step: 'landing', candidate, target: 'refs/heads/main', stopped: null } as MergeJob; // prettier-ignore
    const late = { ms: 0 };
    const broken = (): Promise<never> => Promise.reject(new Error('the disk is gone'));
    const merges = new MergeRuns({
      git: { changedPaths: broken, hasCandidate: broken, tip: broken },
      journal: { openJobs: () => [job], job: () => job, jobsOf: () => [job] },
      clock: { now: () => clock.now() - late.ms, after: (ms: number, then: () => void) => clock.after(ms, then) },
      ...{ log: quiet, onEnd: poke, onChange: () => undefined, blameDisk: () => Promise.resolve(null) },
      ...{ policy: () => ({ kind: 'one' }), target: broken, story: () => undefined },
    } as never);
    await merges.dispatch('one', 'refs/heads/main', 'job-1');
    await assert.rejects(merges.withdraw('one', 'it is deleted'), /the disk is gone/);
    late.ms = 1;
    clock.pass(5000);
    await merges.dispatch('one', 'refs/heads/main', 'job-1');
    assert.equal(merges.facts()[0]?.state, 'active');
    await merges.suspendAll().catch(() => undefined);
  });

  it('[A13] lets the agent of a window in where that failed before', async () => {
    const story = { ...storyIn({ name: 'Coding', feedback: null, coder: 'person' }), branch: 'refs/heads/story/1-a' };
    let isFull = true;
    const server = { name: 'switchyard', command: 'node', args: [], env: {} };
    const agents = new WindowAgents({
      git: { worktrees: () => Promise.resolve([{ path: __dirname, branch: story.branch }]) },
      letIn: () => (isFull ? Promise.reject(new Error('ENOSPC')) : Promise.resolve({ server })),
      ...{ stories: () => [story], isAtWork: () => false },
    } as never);
    await assert.rejects(agents.serverFor(__dirname), /ENOSPC/);
    isFull = false;
    assert.deepEqual(await agents.serverFor(__dirname), server);
  });
});
