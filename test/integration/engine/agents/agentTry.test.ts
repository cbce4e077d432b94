import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import { verdictOf, type AgentTrial } from '../../../../src/core/agents/agentTrial';
import type { Permission } from '../../../../src/core/pipeline/facts';
import { AgentTry } from '../../../../src/engine/agents/trial/agentTry';
import type { EngineSettings } from '../../../../src/engine/ports';
import { createGitPort } from '../../../../src/git/gitPort';
import type { GitPort } from '../../../../src/ports/git';
import { createProcesses } from '../../../../src/processes/processes';
import { projectRoot } from '../../../support/projectRoot';
import { gitBinary, TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { Machine } from '../../processes/machine';
import { TestWindow } from '../harness';

const SAMPLE = path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs');
const TALKING = path.join(projectRoot, 'test', 'support', 'acpAgent.mjs');

describe('a try of an agent', () => {
  let machine: Machine;
  let repository: TemporaryRepository;
  let git: GitPort;
  let permission: Permission;
  before(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'README.md': 'here\n' }, 'first');
    await repository.branch('side');
    await repository.write('mine.txt', 'uncommitted\n');
  });
  after(() => repository.dispose());
  beforeEach(() => {
    machine = new Machine();
    permission = 'granted';
    git = createGitPort({ folder: repository.path, binary: gitBinary, log: machine.log, clock: systemClock });
  });
  afterEach(() => {
    git.dispose();
    machine.close();
  });

  function tries(limitMs?: number): AgentTry {
    let count = 0;
    const ports = {
      git,
      processes: createProcesses(machine),
      clock: systemClock,
      log: machine.log,
      newId: () => `id-${(count += 1)}-${machine.mark}`,
      permission: () => permission,
      settings: () => ({ target: 'main' }) as EngineSettings,
      folders: {
        mainWorktree: repository.path,
        repositoryName: 'repository',
        worktrees: () => `${repository.path}.worktrees`,
        prompts: path.join(machine.folder, 'prompts'),
      },
    };
    return new AgentTry(ports, limitMs);
  }

  const sample = (how = ''): object => ({
    name: 'sample',
    command: [process.execPath, SAMPLE, '{promptFile}'],
    env: { SAMPLE_TRY: how, ...machine.environment },
  });
  const talking = (can: object): object => ({
    name: 'talker',
    transport: 'acp',
    command: [process.execPath, TALKING],
    env: { ACP_AGENT: JSON.stringify({ state: path.join(machine.folder, 'state'), ...can }), ...machine.environment },
  });

  async function tried(agent: object, limitMs?: number): Promise<AgentTrial> {
    const outcome = await tries(limitMs).perform(agent);
    assert.ok(outcome.kind === 'tried', JSON.stringify(outcome));
    return outcome.trial;
  }

  /** Everything of a repository that a try must leave as it was. */
  async function everything(): Promise<Record<string, unknown>> {
    const gitDir = path.join(repository.path, '.git');
    const folder = `${repository.path}.worktrees`;
    return {
      refs: await repository.git('for-each-ref'),
      head: await repository.git('symbolic-ref', 'HEAD'),
      worktrees: await repository.git('worktree', 'list', '--porcelain'),
      stash: await repository.git('stash', 'list'),
      settings: readFileSync(path.join(gitDir, 'config'), 'utf8'),
      hooks: readdirSync(path.join(gitDir, 'hooks')).filter((name) => !name.endsWith('.sample')),
      status: await repository.git('status', '--porcelain'),
      records: existsSync(path.join(gitDir, 'worktrees')) ? readdirSync(path.join(gitDir, 'worktrees')) : [],
      logs: existsSync(path.join(gitDir, 'logs', 'refs', 'heads', 'switchyard-try')),
      folders: existsSync(folder) ? readdirSync(folder) : [],
      prompts: existsSync(path.join(machine.folder, 'prompts'))
        ? readdirSync(path.join(machine.folder, 'prompts'))
        : [],
      processes: machine.alive(),
      runs: machine.records(),
    };
  }

  it('[A1] shows that an agent answers and commits as the person, and leaves nothing behind', async () => {
    const before = await everything();
    const trial = await tried(sample());
    assert.deepEqual(trial.work, { kind: 'committed', as: [] });
    assert.deepEqual([trial.end, trial.file, trial.answered], [{ kind: 'exited', code: 0 }, 'asTold', true]);
    assert.equal(verdictOf(trial), 'works');
    assert.deepEqual(trial.person, { name: 'Sam Sample', email: 'sam@example.com' });
    assert.match(trial.output, /Trying: switchyard-try-\S+\nIt is done\.\n$/);
    assert.deepEqual([trial.elsewhere, trial.left], [[], []]);
    assert.deepEqual(await everything(), before);
  });

  it('[A1] tells an agent that does not commit, and one that commits as somebody else', async () => {
    const lazy = await tried(sample('uncommitted'));
    assert.equal(lazy.work.kind, 'uncommitted');
    assert.deepEqual([lazy.file, lazy.answered, verdictOf(lazy)], ['asTold', true, 'fails']);
    const before = await everything();
    const other = await tried(sample('other'));
    assert.deepEqual(other.work, { kind: 'committed', as: [{ name: 'Sam Sample', email: 'robot@example.com' }] });
    assert.equal(verdictOf(other), 'asOther');
    assert.deepEqual(await everything(), before);
  });

  it('[A1] ends an agent that hangs, when its time is up and when the person cancels', async () => {
    const before = await everything();
    const late = await tried(sample('mute'), 500);
    assert.deepEqual([late.end, late.answered, late.work.kind], [{ kind: 'tooLong', ms: 500 }, false, 'nothing']);
    const one = tries();
    const trying = one.perform(sample('hang'));
    await waitFor('the agent to be at work', () => machine.alive().length > 0);
    assert.deepEqual((await one.perform(sample())).kind, 'refused', 'a second one at once');
    one.cancel();
    const outcome = await trying;
    assert.ok(outcome.kind === 'tried');
    assert.equal(outcome.trial.end.kind, 'cancelled');
    assert.deepEqual(await everything(), before);
  });

  it('[A1] tells an agent that is not logged in by its own structure, and what one said that has none', async () => {
    const line = JSON.stringify({ type: 'result', is_error: true, api_error_status: 401, result: 'Please log in.' });
    const script = `console.log(${JSON.stringify(line)}); process.exitCode = 1`;
    const known = await tried({ name: 'known', dialect: 'claude', command: [process.execPath, '-e', script] });
    assert.deepEqual([known.login, known.answered, known.end], ['needed', false, { kind: 'exited', code: 1 }]);
    const unknown = await tried(sample('login'));
    assert.deepEqual([unknown.login, unknown.answered, unknown.end], ['unknown', false, { kind: 'exited', code: 1 }]);
    assert.match(unknown.output, /Not logged in\./);
    const missing = await tried({ name: 'missing', command: 'no-such-agent-anywhere {prompt}' });
    assert.deepEqual(missing.end, { kind: 'notFound', program: 'no-such-agent-anywhere' });
    const talker = await tried(talking({ login: true }));
    assert.deepEqual([talker.login, talker.answered, talker.end.kind], ['needed', false, 'failed']);
  });

  it('[A1] tries one over ACP, and allows what it asks for inside the worktree', async () => {
    const before = await everything();
    const trial = await tried(talking({ script: 'trial' }));
    assert.deepEqual([trial.work, trial.asked, trial.file], [{ kind: 'committed', as: [] }, 1, 'asTold']);
    assert.equal(verdictOf(trial), 'works');
    const outside = await tried(
      talking({ script: `ask edit ${path.join(machine.folder, 'outside.txt')}\ncommit more` }),
    );
    assert.deepEqual([outside.asked, outside.work.kind], [1, 'nothing']);
    assert.equal(existsSync(path.join(machine.folder, 'outside.txt')), false);
    assert.deepEqual(await everything(), before);
  });

  it('[A1, A12] puts back what the agent changed elsewhere, and says what that was', async () => {
    const before = await everything();
    const trial = await tried(sample('meddle'));
    assert.equal(trial.work.kind, 'committed');
    assert.deepEqual(trial.left, []);
    for (const what of [
      /settings \(user\.name\)/,
      /robot-was-here/,
      /robot\/work/,
      /heads\/side/,
      /stash/,
      /post-checkout/,
    ])
      assert.ok(
        trial.elsewhere.some((one) => what.test(one)),
        `${what} in ${trial.elsewhere.join('; ')}`,
      );
    const after = await everything();
    const kept = (refs: unknown): string => String(refs).replace(/\n?^.*refs\/switchyard\/rescue\/undone\/.*$/gm, '');
    assert.deepEqual({ ...after, refs: kept(after['refs']) }, before);
    // Only of a branch that was there before something is kept: a commit of the person's may be among it.
    const rescued = String(after['refs']).match(/rescue\/undone/g) ?? [];
    assert.equal(rescued.length, 1);
  });

  it('[A11] runs nothing before its command is approved, and says which that is', async () => {
    const marker = path.join(machine.folder, 'ran');
    const agent = { name: 'eager', command: [process.execPath, '-e', `require('fs').writeFileSync('${marker}', '')`] };
    permission = 'unapproved';
    const before = await everything();
    assert.deepEqual(await tries().perform(agent), { kind: 'unapproved' });
    const plan = tries().plan(agent);
    assert.ok(plan.kind === 'ready');
    assert.ok(plan.text.includes('writeFileSync') && plan.subject.startsWith(`${repository.path}\n`));
    assert.deepEqual(tries().plan({ name: 'broken' }).kind, 'refused');
    assert.equal(existsSync(marker), false);
    assert.deepEqual(await everything(), before);
  });

  it('[A1] removes what a killed try left, and touches no other worktree', async () => {
    const before = await everything();
    const commit = await repository.git('rev-parse', 'HEAD');
    const folder = path.join(`${repository.path}.worktrees`, 'agents-try-killed');
    await git.makeTrial({ folder, branch: 'refs/heads/switchyard-try/killed', commit });
    assert.ok(statSync(path.join(folder, 'README.md')).isFile());
    assert.deepEqual(await git.removeTrials(), []);
    assert.deepEqual(await everything(), before);
    assert.deepEqual(await git.removeTrials(), []);
  });

  it('[A1, P5] a window that follows tries through the one that leads, which removes what a killed try left', async () => {
    const before = await everything();
    const commit = await repository.git('rev-parse', 'HEAD');
    const folder = path.join(`${repository.path}.worktrees`, 'agents-try-killed');
    await git.makeTrial({ folder, branch: 'refs/heads/switchyard-try/killed', commit });
    const [leader, follower] = [
      new TestWindow(repository, { settings: { target: 'main' } }),
      new TestWindow(repository),
    ];
    try {
      await leader.open();
      assert.equal(existsSync(folder), false);
      await follower.open();
      assert.equal(follower.session.engine(), null);
      const plan = await follower.session.planTrial(sample());
      assert.ok(plan.kind === 'ready' && plan.text.startsWith('agent "sample"'));
      leader.permission = 'unapproved';
      assert.deepEqual(await follower.session.tryAgent(sample()), { kind: 'unapproved' });
      leader.permission = 'granted';
      const outcome = await follower.session.tryAgent(sample());
      assert.ok(outcome.kind === 'tried' && verdictOf(outcome.trial) === 'works', JSON.stringify(outcome));
      const hanging = follower.session.tryAgent(sample('hang'));
      await waitFor('the agent to be at work', () => machine.alive().length > 0);
      await follower.session.cancelTrial();
      assert.ok((await hanging).kind === 'tried');
      const { refs, worktrees, processes } = await everything();
      assert.deepEqual([refs, worktrees, processes], [before['refs'], before['worktrees'], []]);
    } finally {
      await follower.close();
      await leader.close();
    }
  });
});
