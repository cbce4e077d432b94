import assert from 'node:assert/strict';
import { Turn } from '../../../src/base/turn';
import { systemClock } from '../../../src/base/systemClock';
import type { MergeJob } from '../../../src/core/landing/job';
import { MergeRun, type MergeRunPorts } from '../../../src/landing/mergeRun';
import type { GitPort } from '../../../src/ports/git';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { liveLead } from '../../support/liveLead';
import { createGitPort } from '../../../src/git/gitPort';
import { CountingGit, countVerbs } from '../../support/countingGit';
import { portFor, quietLog, withStory } from '../git/fixture';

const BRANCH = 'refs/heads/story/42-sign-in';

/** One landing on real git, without an engine around it: a person let the story in, and no gate is configured. */
describe('A merge run', () => {
  let repository: TemporaryRepository;
  let git: GitPort;
  let jobs: MergeJob[];

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    git = portFor(repository.path);
    jobs = [];
  });
  afterEach(() => repository.dispose());

  const ports = (change: Partial<MergeRunPorts> = {}): MergeRunPorts => ({
    git,
    journal: { jobsOf: () => jobs, append: (job) => Promise.resolve(void jobs.push(job)) },
    clock: systemClock,
    log: quietLog,
    lead: { epoch: 1, confirm: () => Promise.resolve(liveLead(1)) },
    prove: () => Promise.resolve({ kind: 'passed', results: [] }),
    wanted: () => true,
    target: () => Promise.resolve('refs/heads/main'),
    finish: () => Promise.resolve('told' as const),
    onChange: () => undefined,
    onWait: () => undefined,
    turn: new Turn(),
    heldBackBy: () => Promise.resolve(null),
    ...change,
  });
  const job = async (change: Partial<MergeJob> = {}): Promise<MergeJob> => ({
    id: 'job-1',
    storyKey: 'k42',
    number: 42,
    target: 'refs/heads/main',
    storyBranch: BRANCH,
    storyTip: await repository.git('rev-parse', BRANCH),
    strategy: 'merge',
    subject: 'Land',
    provenBy: 'person',
    step: 'queued',
    boot: 1,
    reassigned: 0,
    candidate: null,
    results: [],
    stopped: null,
    queuedAt: '2026-01-01T00:00:00.000Z',
    stepAt: '2026-01-01T00:00:00.000Z',
    ...change,
  });
  const steps = (): string[] => jobs.map((one) => one.step);

  it('[MQ3] a candidate that git gc took away before its pin is built again', async () => {
    await withStory(repository);
    let collected = false;
    const pinCandidate: GitPort['pinCandidate'] = async (id, candidate) => {
      if (!collected) await repository.git('gc', '--quiet', '--prune=now');
      collected = true;
      return git.pinCandidate(id, candidate);
    };
    const ended = await new MergeRun(await job(), ports({ git: { ...git, pinCandidate } })).ended;
    assert.equal(ended.step, 'cleaned');
    assert.equal(await repository.git('rev-parse', 'main'), ended.candidate?.commit);
    assert.deepEqual(steps(), [
      ...['leased', 'merged', 'leased', 'merged', 'gating', 'gated', 'landing', 'landed', 'cleaned'],
    ]);
  });

  it('[MQ3] asks git nothing before a step that does not depend on it', async () => {
    await withStory(repository);
    await repository.git('switch', '--quiet', '--detach');
    const counting = new CountingGit(repository.folder);
    const port = createGitPort({ folder: repository.path, binary: counting.binary, log: quietLog, clock: systemClock });
    await Promise.all([port.worktrees(), port.branchTips(), port.identity()]);
    const before = counting.count;
    const ended = await new MergeRun(await job(), ports({ git: port })).ended;
    assert.equal(ended.step, 'cleaned');
    const verbs = new Map(countVerbs(counting.calls(before)));
    // Pin, landing and the pin's removal; the refs are listed anew only where they have changed.
    assert.equal(verbs.get('update-ref'), 3);
    assert.ok((verbs.get('for-each-ref') ?? 0) <= 2, JSON.stringify([...verbs]));
    assert.ok(counting.count - before <= 11, JSON.stringify([...verbs]));
  });

  it('[MQ3] a landing whose pin was removed, and its candidate with it, is built again', async () => {
    await withStory(repository);
    const gone = { commit: '1'.repeat(40), tree: '2'.repeat(40), parents: ['3'.repeat(40)] };
    const base = await repository.git('rev-parse', 'main');
    const left = await job({ step: 'landing', candidate: { ...gone, base } });
    const ended = await new MergeRun(left, ports()).ended;
    assert.equal(ended.step, 'cleaned');
    assert.equal(await repository.git('rev-parse', 'main^1'), base);
  });
});
