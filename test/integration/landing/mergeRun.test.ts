import assert from 'node:assert/strict';
import { systemClock } from '../../../src/base/systemClock';
import type { MergeJob } from '../../../src/core/landing/job';
import { LandingLine } from '../../../src/landing/landingLine';
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
    blameDisk: () => Promise.resolve(null),
    judgeBase: () => Promise.resolve({ kind: 'green' }),
    areApart: () => Promise.resolve(false),
    onChange: () => undefined,
    onWait: () => undefined,
    line: new LandingLine(() => ({ kind: 'one' })),
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

  it('[MQ3] a story that was taken out right before its target moves does not land', async () => {
    await withStory(repository);
    const base = await repository.git('rev-parse', 'main');
    let isWanted = true;
    const confirm = (): Promise<ReturnType<typeof liveLead>> => {
      isWanted = false;
      return Promise.resolve(liveLead(1));
    };
    const lead = { epoch: 1, confirm };
    const ended = await new MergeRun(await job(), ports({ lead, wanted: () => isWanted })).ended;
    assert.equal(ended.stopped?.kind, 'withdrawn');
    assert.equal(await repository.git('rev-parse', 'main'), base);
  });

  it('[MQ3, MQ12] of a batch a story that was taken out right before the target moves stays out, and the other one lands', async () => {
    await withStory(repository);
    await repository.branch('story/43-other');
    await repository.commitOn('story/43-other', { 'other.txt': 'other\n' }, 'Other');
    const other = { storyBranch: 'refs/heads/story/43-other', id: 'job-2', storyKey: 'k43', number: 43 };
    let isWanted = true;
    const confirm = (): Promise<ReturnType<typeof liveLead>> => {
      if (taken.rests === 'forLanding') isWanted = false;
      return Promise.resolve(liveLead(1));
    };
    const line = new LandingLine(() => ({ kind: 'batch', size: 2 }));
    const wanted: MergeRunPorts['wanted'] = ({ number }) => number === 43 || isWanted;
    const shared = ports({ line, wanted, lead: { epoch: 1, confirm } });
    const joining = line.expectOne();
    const taken = new MergeRun(await job(), shared);
    const stays = new MergeRun(
      await job({ ...other, storyTip: await repository.git('rev-parse', other.storyBranch) }),
      shared,
    );
    joining.dispose();
    assert.equal((await taken.ended).stopped?.kind, 'withdrawn');
    assert.equal((await stays.ended).step, 'cleaned');
    assert.equal(await repository.git('ls-tree', '--name-only', 'main', 'story.txt', 'other.txt'), 'other.txt');
  });

  it('[MQ26] a landing goes on where the one before it went while it looked whether it has to wait', async () => {
    await withStory(repository);
    const first = [{ job: await job({ number: 7 }), wait: null, ahead: null }];
    const heldBackBy: MergeRunPorts['heldBackBy'] = () => Promise.resolve(first.pop() ?? null);
    assert.equal((await new MergeRun(await job(), ports({ heldBackBy })).ended).step, 'cleaned');
  });

  const approvals = [
    { what: 'lands when a person approved just that', by: 'person', shown: 'this', stopped: undefined },
    { what: 'is held when only gates let it in', by: 'gates', shown: 'this', stopped: 'takenBack' },
    { what: 'is held when another commit was approved', by: 'person', shown: 'other', stopped: 'takenBack' },
  ] as const;
  for (const { what, by, shown, stopped } of approvals) {
    it(`[MQ25] a story that takes back what others landed ${what}`, async () => {
      await repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      await withStory(repository);
      await repository.git('switch', '--quiet', 'main');
      await repository.commit({ 'a.txt': 'two\n' }, 'Theirs (#9)\n\nStory: #9\nStory-Key: k9');
      const parents = ['-p', BRANCH, '-p', 'main'];
      const ours = await repository.git('commit-tree', '-m', 'Ours', ...parents, `${BRANCH}^{tree}`);
      await repository.git('update-ref', BRANCH, ours);
      const before = shown === 'this' ? ours : await repository.git('rev-parse', 'main');
      jobs.push(
        await job({
          id: 'job-0',
          storyTip: before,
          stopped: { kind: 'takenBack', paths: ['a.txt', 'main.txt'], reasons: ['It takes back a.txt.'] },
        }),
      );
      const ended = await new MergeRun(await job({ provenBy: by }), ports()).ended;
      assert.equal(ended.stopped?.kind, stopped);
    });
  }
});
