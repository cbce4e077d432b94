import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MERGE_STEPS } from '../../src/core/landing/job';
import type { QueueBounds } from '../../src/core/pipeline/policy';
import type { StoryRecord } from '../../src/core/story/story';
import { projectRoot } from '../support/projectRoot';
import { waitFor } from '../support/waitFor';
import { CrashScene, linesOf } from './crashScene';
import type { EngineTask, Moment } from './engineProcess';
import { runTask, type TaskEnd } from './runTask';

/** How the queue works, and at which moment of each record the process is killed for the first of two stories. */
const SCENES: readonly { readonly queue: QueueBounds; readonly first: Moment }[] = [
  { queue: { wanted: 'one', parallel: 1, batch: 1 }, first: 'before' },
  { queue: { wanted: 'batch', parallel: 1, batch: 2 }, first: 'before' },
  { queue: { wanted: 'train', parallel: 2, batch: 1 }, first: 'after' },
];

/** For the second story it is killed at the other moment: so both moments of each record are met. */
const OTHER: Readonly<Record<Moment, Moment>> = { before: 'after', after: 'before' };

interface GateRun {
  readonly headTree: string;
  readonly indexTree: string;
  readonly changes: string;
}

describe('killed around each record of the merge journal', () => {
  const scene = new CrashScene('engineProcess', { 'a.txt': 'one\n', 'b.txt': 'one\n' });

  for (const { queue, first } of SCENES) {
    it(`[MQ3, MQ4, MQ12] ${queue.wanted}: window after window goes on, each story lands once, without a strike, nothing is lost`, async () => {
      const killAt = { each: 'step', notedIn: scene.beside('kills'), first } as const;
      for (;;) {
        const ended = await run({ killAt, queue, changes: changesOf('a', 'b') });
        await assertGated();
        if (ended.signal === 'SIGKILL') continue;
        assert.equal(ended.code, 0, ended.stderr);
        await assertLandedOnce(ended.stories);
        break;
      }
      // Each step of each story was met, whichever way it was proven.
      const expected = MERGE_STEPS.flatMap((step) => [`#1 ${step} ${first}`, `#2 ${step} ${OTHER[first]}`]);
      assert.deepEqual(linesOf(scene.beside('kills')).sort(), expected.sort());
    });
  }

  for (const moment of ['before', 'after'] as const) {
    it(`[MQ3, MQ4, MQ7] SIGKILL ${moment} the record that ends a landing without one: a conflict, no strike, nothing lost`, async () => {
      const killed = await runConflicting({ step: 'stopped', moment });
      assert.equal(killed.signal, 'SIGKILL', `it was killed there\n${killed.stderr}`);
      const { code, stories, stderr } = await runConflicting(null);
      assert.equal(code, 0, stderr);
      const [story] = stories;
      assert.ok(story?.stage.name === 'MergeFailure');
      assert.deepEqual([story.stage.files, story.strikes], [['a.txt'], []]);
      assert.equal(await scene.repository.git('log', '--first-parent', '--format=%s', 'main'), 'Meanwhile\nBegin');
      await assertNothingLeft();
    });
  }

  const changesOf = (...names: string[]) => names.map((name) => ({ file: `${name}.txt`, text: 'two\n' }));

  const gateRuns = (): GateRun[] => linesOf(scene.beside('gates')).map((line) => JSON.parse(line) as GateRun);

  /** Whatever the target is at, its very tree went through the gate. */
  async function assertGated(): Promise<void> {
    const [tree, subject] = (await scene.repository.git('log', '-1', '--format=%T%n%s', 'main')).split('\n');
    const seen = gateRuns().filter(({ headTree }) => headTree === tree);
    assert.ok(subject === 'Begin' || seen.length > 0, `nothing proved ${subject}`);
    for (const { headTree, indexTree, changes } of seen) assert.deepEqual([indexTree, changes], [headTree, '']);
  }

  async function assertLandedOnce(stories: readonly StoryRecord[]): Promise<void> {
    const landed = (
      await scene.repository.git('log', '--first-parent', '--reverse', '--format=%s|%H|%P', 'main')
    ).split('\n');
    const subjects = landed.map((line) => line.split('|')[0]);
    assert.deepEqual(subjects, ['Begin', 'Change a.txt (#1)', 'Change b.txt (#2)']);
    assert.equal(stories.length, 2);
    for (const { number, branch, stage, strikes } of stories) {
      const [, commit, parents] = (landed[number] ?? '').split('|');
      assert.ok(stage.name === 'Done', stage.name);
      assert.equal(stage.mergeCommit, commit);
      assert.equal(parents?.split(' ')[1], await scene.repository.git('rev-parse', branch ?? ''));
      assert.deepEqual(strikes, []);
    }
    assert.equal(await scene.repository.git('status', '--porcelain'), '', "the person's checkout followed");
    assert.deepEqual([await scene.repository.read('a.txt'), await scene.repository.read('b.txt')], ['two\n', 'two\n']);
    await assertNothingLeft();
  }

  async function assertNothingLeft(): Promise<void> {
    assert.equal(await scene.repository.git('for-each-ref', 'refs/switchyard/candidates/'), '', 'no pin is left');
    assert.equal(await scene.repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
  }

  /** While the story's own gates run, the target gets a commit that conflicts with it. */
  async function runConflicting(killAt: EngineTask['killAt']): Promise<TaskEnd> {
    const go = scene.beside('go');
    const running = run({ killAt, changes: changesOf('a') }, ['wait', go]);
    if (!existsSync(go)) {
      await waitFor('the gate to run', () => gateRuns().length > 0);
      await scene.repository.commit({ 'a.txt': 'three\n' }, 'Meanwhile');
      writeFileSync(go, '');
    }
    return running;
  }

  function run(task: Pick<EngineTask, 'killAt' | 'queue' | 'changes'>, gateWords: string[] = []): Promise<TaskEnd> {
    const gate = path.join(projectRoot, 'test', 'support', 'recordingGate.sh');
    return runTask(scene.script, {
      ...scene.place,
      gates: [{ name: 'test', command: ['sh', gate, scene.beside('gates'), ...gateWords] }],
      ...task,
    });
  }
});
