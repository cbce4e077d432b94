import assert from 'node:assert/strict';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { LandRequest } from '../../../../src/ports/candidates';
import type { GitPort } from '../../../../src/ports/git';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { build, landing, openRepository, portFor, withStory } from '../fixture';
import { say, tell } from '../../../../src/core/words/said';
import { moveTarget } from '../../../../src/git/read/refs';

const BRANCH = 'story/42-sign-in';

describe('Landing where nobody has the target checked out', () => {
  let repository: TemporaryRepository;
  let port: GitPort;
  let request: LandRequest;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    port = portFor(repository.path);
    const tips = await withStory(repository);
    await repository.git('switch', '--quiet', '--detach');
    request = await landing(repository, await build(port, tips), tips.base);
  });
  afterEach(() => repository.dispose());

  const main = (): Promise<string> => repository.git('rev-parse', 'main');

  it('[MQ1] the target moves to exactly the candidate, and the reflog says which story', async () => {
    const outcome = await port.land(request);
    assert.deepEqual(outcome, { kind: 'landed', commit: request.candidate.commit });
    assert.equal(await main(), request.candidate.commit);
    assert.match(await repository.git('reflog', 'main', '-1'), /switchyard: land #42$/);
  });

  it('[MQ1] landing again says landed, also when others landed on top', async () => {
    await port.land(request);
    assert.equal((await port.land(request)).kind, 'landed');
    await repository.commitOn('main', { later: 'x' }, 'Later');
    assert.equal((await port.land(request)).kind, 'landed');
  });

  it('[MQ1] a target that moved, or is gone, is left where it is', async () => {
    const moved = await repository.commitOn('main', { other: 'x' }, 'Somebody pushed');
    assert.deepEqual(await port.land(request), { kind: 'targetMoved', tip: moved });
    assert.equal(await main(), moved);
    await repository.git('update-ref', '-d', 'refs/heads/main');
    assert.deepEqual(await port.land(request), { kind: 'targetMoved', tip: null });
  });

  it('[MQ1] a story that moved, or is gone, does not land', async () => {
    const moved = await repository.commitOn(BRANCH, { more: 'x' }, 'One more');
    assert.deepEqual(await port.land(request), { kind: 'storyMoved', tip: moved });
    await repository.git('update-ref', '-d', `refs/heads/${BRANCH}`);
    assert.deepEqual(await port.land(request), { kind: 'storyMoved', tip: null });
    assert.equal(await main(), request.base);
  });

  it('[MQ1] the transaction itself refuses when a ref moves after the look: all or nothing', async () => {
    const opened = await openRepository(repository.path);
    const move = { ...request, stories: [request], candidate: request.candidate.commit, reflog: 'x' };
    await repository.commitOn(BRANCH, { more: 'x' }, 'One more');
    assert.equal((await moveTarget(opened, move)).kind, 'refused');
    assert.equal(await main(), request.base);
  });

  it('[MQ4] a lock that somebody holds on the target is waited for, and is no failure', async () => {
    const lock = path.join(repository.path, '.git', 'refs', 'heads', 'main.lock');
    await writeFile(lock, '');
    const outcome = await port.land(request);
    assert.equal(outcome.kind, 'waiting');
    assert.match(outcome.why.message, /main\.lock/);
    await rm(lock);
    assert.equal((await port.land(request)).kind, 'landed');
  });

  it('[MQ1] nothing but the proven commit can land: tree, parents, base and lease are compared', async () => {
    const { candidate, lease } = request;
    const wrong: LandRequest[] = [
      { ...request, candidate: { ...candidate, tree: await repository.git('rev-parse', 'main^{tree}') } },
      { ...request, candidate: { ...candidate, parents: [request.base] } },
      { ...request, base: request.storyTip },
    ];
    for (const one of wrong) await assert.rejects(port.land(one), /not what the gates and the lease/);
    const elsewhere = { ...request, lease: { ...lease, target: 'refs/heads/other' } };
    await assert.rejects(port.land(elsewhere), /lease is for refs\/heads\/other/);
    assert.equal(await main(), request.base);
  });

  it('[MQ1] a commit that does not build on the base is never landed', async () => {
    const tree = await repository.git('rev-parse', 'main^{tree}');
    const stray = await repository.git('commit-tree', '-m', 'stray', tree);
    const candidate = { ...request.candidate, commit: stray, tree, parents: [] };
    await assert.rejects(port.land({ ...request, candidate }), /drop commits/);
  });

  it('[MQ1] a target that is being rebased waits for the rebase', async () => {
    await repository.git('switch', '--quiet', 'main');
    await repository.git('-c', 'sequence.editor=sed -i s/pick/edit/', 'rebase', '--quiet', '-i', 'HEAD~1');
    const outcome = await port.land(request);
    const why = tell(say('{0} is being rebased. Finish or abort the rebase.', 'main'));
    assert.deepEqual(outcome, { kind: 'waiting', files: [], why });
    await repository.git('rebase', '--abort');
    assert.equal((await port.land(request)).kind, 'landed');
  });

  it('[MQ1] hostile but legal branch names land like any other', async () => {
    for (const name of ['story/$(id)', 'story/;id', 'story/-rf', 'story/ünï'] as const) {
      await repository.branch(name, 'main');
      const base = await main();
      const storyTip = await repository.commitOn(name, { [name.slice(6)]: 'x' }, 'Story');
      const one = await landing(repository, await build(port, { base, storyTip }), base, name);
      assert.equal((await port.land(one)).kind, 'landed', name);
    }
  });

  it('[MQ1] of racing landings on one target exactly one moves it, and the others say that it moved', async () => {
    const requests = await Promise.all(
      [1, 2, 3, 4].map(async (number) => {
        const branch = `story/${number}-race`;
        await repository.branch(branch, request.base);
        const storyTip = await repository.commitOn(branch, { [`f${number}`]: 'x' }, 'Race');
        return landing(repository, await build(port, { base: request.base, storyTip }), request.base, branch);
      }),
    );
    const outcomes = await Promise.all(requests.map((one) => port.land(one)));
    const landed = outcomes.filter((outcome) => outcome.kind === 'landed');
    assert.equal(landed.length, 1);
    // A loser that met the winner's lock waits; one that came later sees the move. Asked again, all of them do.
    const again = await Promise.all(requests.map((one) => port.land(one)));
    assert.equal(again.filter((outcome) => outcome.kind === 'targetMoved').length, 3);
    assert.equal(await repository.git('rev-list', '--count', `${request.base}..main`), '2');
  });

  it('[MQ1] pins keep candidates and are listed by job', async () => {
    const { commit } = request.candidate;
    await port.pinCandidate('job-1', commit);
    await port.pinCandidate('job-1', commit);
    await port.pinCandidate('job-2', commit);
    assert.deepEqual(await port.pinnedCandidates(), ['job-1', 'job-2']);
    assert.equal(await port.tip('refs/switchyard/candidates/job-1'), commit);
    await port.unpinCandidate('job-1');
    await port.unpinCandidate('job-1');
    assert.deepEqual(await port.pinnedCandidates(), ['job-2']);
    await repository.git('gc', '--quiet', '--prune=now');
    assert.equal(await repository.git('cat-file', '-t', commit), 'commit');
  });

  it('[MQ9] a worktree of the target whose folder is gone does not hold the landing up; a locked one does', async () => {
    const linked = path.join(repository.folder, 'linked');
    await repository.git('worktree', 'add', '--quiet', linked, 'main');
    await rm(linked, { recursive: true });
    await repository.git('worktree', 'lock', linked);
    assert.equal((await port.land(request)).kind, 'waiting');
    await repository.git('worktree', 'unlock', linked);
    assert.equal((await port.land(request)).kind, 'landed');
  });

  describe('a gate that checks the target out in the gate tree', () => {
    let folder: string;

    beforeEach(async () => {
      folder = path.join(repository.folder, 'repository.worktrees', 'agents-gate-2');
      await port.prepareGateTree({ folder, commit: request.candidate.commit });
      await repository.gitIn(folder, 'switch', '--quiet', 'main');
    });

    it('[MQ9, MQ10] does not hold the landing up, and the tree equals its next commit', async () => {
      await writeFile(path.join(folder, 'story.txt'), 'dirty\n');
      await writeFile(path.join(folder, 'README.md'), 'dirty\n');
      assert.equal((await port.land(request)).kind, 'landed');
      assert.equal(await main(), request.candidate.commit);
      for (const commit of [request.base, request.candidate.commit]) {
        await port.restoreGateTree({ folder, commit });
        assert.equal(await repository.gitIn(folder, 'rev-parse', 'HEAD'), commit);
        assert.equal(await repository.gitIn(folder, 'status', '--porcelain', '--branch'), '## HEAD (no branch)');
      }
      assert.equal(await main(), request.candidate.commit);
      await repository.git('switch', '--quiet', 'main');
    });

    it('[MQ9, MQ10] does not hold it up where the folder is locked and gone either', async () => {
      await repository.git('worktree', 'lock', folder);
      await rm(folder, { recursive: true });
      assert.equal((await port.land(request)).kind, 'landed');
    });

    it('[MQ9, MQ10] leaves the person’s own checkout of the target the one that follows', async () => {
      await repository.git('switch', '--quiet', '--ignore-other-worktrees', 'main');
      assert.equal((await port.land(request)).kind, 'landed');
      assert.equal(await repository.git('status', '--porcelain'), '');
      assert.equal(await repository.read('story.txt'), 'story\n');
    });

    it('[MQ9, MQ10] may leave a rebase of it half done, which the next filling removes', async () => {
      const edit = ['-c', 'sequence.editor=sed -i s/pick/edit/'];
      await repository.gitIn(folder, ...edit, 'rebase', '--quiet', '-i', 'HEAD~1');
      assert.equal((await port.land(request)).kind, 'landed');
      await assert.rejects(repository.git('switch', '--quiet', 'main'));
      await port.restoreGateTree({ folder, commit: request.candidate.commit });
      await repository.git('switch', '--quiet', 'main');
    });
  });

  it('[MQ9] a target that is checked out twice is not moved under either', async () => {
    for (const name of ['one', 'two'])
      await repository.git('worktree', 'add', '--quiet', '--force', path.join(repository.folder, name), 'main');
    const outcome = await port.land(request);
    assert.equal(outcome.kind, 'waiting');
    assert.match(outcome.why.message, /more than one worktree/);
    assert.equal(await main(), request.base);
  });
});
