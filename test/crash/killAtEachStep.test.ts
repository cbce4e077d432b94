import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { MERGE_STEPS } from '../../src/core/landing/job';
import type { StoryRecord } from '../../src/core/story/story';
import { bundleScript } from '../support/childProcess';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository } from '../support/temporaryRepository';
import { waitFor } from '../support/waitFor';
import type { EngineTask } from './engineProcess';
import { runTask, type TaskEnd } from './runTask';

interface Ended extends Omit<TaskEnd, 'stories'> {
  readonly story: StoryRecord | null;
}

/** Every record of the journal: the steps of a landing, read from the code, and the one that ends a job without. */
const RECORDS = [...MERGE_STEPS, 'stopped'] as const;

describe('killed around each record of the merge journal', () => {
  const scripts = new TemporaryFolder();
  let script: string;
  let repository: TemporaryRepository;
  let gateLog: string;

  before(() => (script = bundleScript('crash/engineProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'one\n', 'b.txt': 'one\n' }, 'Begin');
    gateLog = path.join(path.dirname(repository.path), `${path.basename(repository.path)}.gates`);
  });
  afterEach(() => repository.dispose());

  for (const step of RECORDS) {
    for (const moment of ['before', 'after'] as const) {
      it(`[MQ3, MQ4] SIGKILL ${moment} the record of "${step}": exactly one landing, no strike, nothing lost`, async () => {
        const conflicts = step === 'stopped';
        const killed = await run({ killAt: { step, moment } });
        assert.equal(killed.signal, 'SIGKILL', `it was killed there\n${killed.stderr}`);
        const again = await run({ killAt: null });
        assert.equal(again.code, 0, again.stderr);
        assert.ok(again.story !== null);
        assert.deepEqual(again.story.strikes, []);
        await (conflicts ? assertConflict(again.story) : assertLandedOnce(again.story));
        assert.equal(await repository.git('for-each-ref', 'refs/switchyard/candidates/'), '', 'no pin is left');
        assert.equal(await repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
      });

      function run(request: Pick<EngineTask, 'killAt'>): Promise<Ended> {
        return step === 'stopped' ? runConflicting(request) : runEngine(request);
      }
    }
  }

  /** The target holds one commit more, it is the story's merge, and its very tree went through the gate. */
  async function assertLandedOnce(story: StoryRecord): Promise<void> {
    assert.ok(story.stage.name === 'Done');
    const tip = await repository.git('rev-parse', 'refs/heads/main');
    assert.equal(story.stage.mergeCommit, tip);
    const landed = (await repository.git('log', '--first-parent', '--format=%H %T %P', 'main')).split('\n');
    assert.equal(landed.length, 2, 'one landing on top of the first commit');
    const [, tree, , storyTip] = landed[0]!.split(' ');
    assert.equal(storyTip, await repository.git('rev-parse', story.branch ?? ''));
    const gated = gateRuns().filter((run) => run.headTree === tree);
    assert.ok(gated.length > 0, 'the gate saw the landed tree');
    for (const run of gated) {
      assert.deepEqual([run.indexTree, run.changes], [run.headTree, ''], 'HEAD, index and files were equal');
    }
    assert.equal(await repository.git('status', '--porcelain'), '', "the person's checkout followed");
    assert.equal(await repository.read('a.txt'), 'two\n');
  }

  async function assertConflict(story: StoryRecord): Promise<void> {
    assert.ok(story.stage.name === 'MergeFailure');
    assert.deepEqual(story.stage.files, ['a.txt']);
    assert.equal(await repository.git('log', '--first-parent', '--format=%s', 'main'), 'Meanwhile\nBegin');
  }

  function gateRuns(): { headTree: string; indexTree: string; changes: string; cwd: string }[] {
    if (!existsSync(gateLog)) return [];
    const lines = readFileSync(gateLog, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as ReturnType<typeof gateRuns>[number]);
  }

  /** While the story's own gates run, the target gets a commit that conflicts with it. */
  async function runConflicting(request: Pick<EngineTask, 'killAt'>): Promise<Ended> {
    const go = `${gateLog}.go`;
    const running = runEngine(request, ['wait', go]);
    if (!existsSync(go)) {
      await waitFor('the gate to run', () => gateRuns().length > 0);
      await repository.commit({ 'a.txt': 'three\n' }, 'Meanwhile');
      writeFileSync(go, '');
    }
    return running;
  }

  async function runEngine({ killAt }: Pick<EngineTask, 'killAt'>, gateWords: string[] = []): Promise<Ended> {
    const gate = path.join(projectRoot, 'test', 'support', 'recordingGate.sh');
    const task: EngineTask = {
      repository: repository.path,
      bundle: path.join(projectRoot, 'dist', 'engine.js'),
      wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
      gates: [{ name: 'test', command: ['sh', gate, gateLog, ...gateWords] }],
      killAt,
      changes: [{ file: 'a.txt', text: 'two\n' }],
    };
    const { stories, ...ended } = await runTask(script, task);
    return { ...ended, story: stories[0] ?? null };
  }
});
