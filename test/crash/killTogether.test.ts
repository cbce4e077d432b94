import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { QueueBounds } from '../../src/core/pipeline/policy';
import { MERGE_STEPS } from '../../src/core/landing/job';
import type { StoryRecord } from '../../src/core/story/story';
import { bundleScript } from '../support/childProcess';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository } from '../support/temporaryRepository';
import type { EngineTask } from './engineProcess';
import { runTask, type TaskEnd } from './runTask';

const POLICIES: readonly QueueBounds[] = [
  { wanted: 'batch', parallel: 1, batch: 2 },
  { wanted: 'train', parallel: 2, batch: 1 },
];

describe('killed around every record of stories that land together', () => {
  const scripts = new TemporaryFolder();
  let script: string;
  let repository: TemporaryRepository;
  const beside = (name: string): string => path.join(path.dirname(repository.path), name);

  before(() => (script = bundleScript('crash/engineProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ base: 'one\n' }, 'Begin');
  });
  afterEach(() => repository.dispose());

  for (const queue of POLICIES) {
    it(`[MQ3, MQ4, MQ12] a ${queue.wanted}: window after window goes on, each story lands once, nothing is lost`, async () => {
      for (;;) {
        const ended = await run(queue);
        await assertGated();
        if (ended.signal === 'SIGKILL') continue;
        assert.equal(ended.code, 0, ended.stderr);
        await assertLandedOnce(ended.stories);
        break;
      }
      // Each step of each story was met, whichever way it was proven.
      for (const step of MERGE_STEPS)
        for (const number of [1, 2])
          for (const moment of ['before', 'after']) assert.ok(kills().includes(`#${number} ${step} ${moment}`), step);
    });
  }

  const kills = (): string[] => linesOf(beside('kills'));
  const linesOf = (file: string): string[] =>
    existsSync(file)
      ? readFileSync(file, 'utf8')
          .split('\n')
          .filter((line) => line !== '')
      : [];

  /** Whatever the target is at, its very tree went through the gate. */
  async function assertGated(): Promise<void> {
    const [tree, subject] = (await repository.git('log', '-1', '--format=%T%n%s', 'main')).split('\n');
    const gated = linesOf(beside('gates')).map((line) => JSON.parse(line) as { headTree: string; changes: string });
    const seen = gated.filter((one) => one.headTree === tree);
    assert.ok(subject === 'Begin' || seen.length > 0, `nothing proved ${subject}`);
    for (const one of seen) assert.equal(one.changes, '');
  }

  async function assertLandedOnce(stories: readonly StoryRecord[]): Promise<void> {
    const landed = await repository.git('log', '--first-parent', '--reverse', '--format=%s %H', 'main');
    const subjects = landed.split('\n').map((line) => line.replace(/ \S+$/, ''));
    assert.deepEqual(subjects, ['Begin', 'Change a (#1)', 'Change b (#2)']);
    for (const story of stories) {
      assert.ok(story.stage.name === 'Done', story.stage.name);
      assert.ok(landed.includes(`(#${story.number}) ${story.stage.mergeCommit}`));
      assert.deepEqual(story.strikes, []);
    }
    assert.equal(stories.length, 2);
    assert.equal(await repository.git('status', '--porcelain'), '', "the person's checkout followed");
    assert.equal(await repository.git('for-each-ref', 'refs/switchyard/candidates/'), '', 'no pin is left');
    assert.equal(await repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
  }

  function run(queue: QueueBounds): Promise<TaskEnd> {
    const gate = path.join(projectRoot, 'test', 'support', 'recordingGate.sh');
    const task: EngineTask = {
      repository: repository.path,
      bundle: path.join(projectRoot, 'dist', 'engine.js'),
      wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
      gates: [{ name: 'test', command: ['sh', gate, beside('gates')] }],
      killAt: null,
      killAtEachIn: beside('kills'),
      queue,
      changes: ['a', 'b'].map((file) => ({ file, text: 'story\n' })),
    };
    return runTask(script, task);
  }
});
