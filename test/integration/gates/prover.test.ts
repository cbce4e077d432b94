import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import type { Permission } from '../../../src/core/pipeline/facts';
import type { VerdictRecord } from '../../../src/core/gates/verdictRecord';
import { Prover, type ProofOutcome } from '../../../src/gates/prover';
import { readCommands, type CommandSettings } from '../../../src/gates/readCommands';
import { createProcesses } from '../../../src/processes/processes';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { STAGES, storyIn } from '../../support/storyFixtures';
import { portFor, quietLog } from '../git/fixture';
import { ownRunId } from '../../support/ownRunId';

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

describe('Proving a commit', () => {
  let repository: TemporaryRepository;
  let output: string;
  let warnings: string[];
  let settings: CommandSettings & { readonly gatesParallel?: number };
  let base: string | null;
  let parallel: number;
  let permission: (subject: string) => Permission;
  let runs: number;
  let facts: VerdictRecord[];

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n', '.gitignore': 'made\n' }, 'Begin');
    [output, warnings, runs, facts] = ['', [], 0, []];
    [base, parallel] = [null, 1];
    permission = () => 'granted';
  });
  afterEach(() => repository.dispose());

  const gate = (name: string, script: string, more: object = {}): object => ({
    name,
    command: ['sh', '-ec', script],
    ...more,
  });

  /** Proves main's tip by the gates of the settings, on real git and with real processes. */
  async function prove(...gates: object[]): Promise<ProofOutcome> {
    settings = { gates, agents: [], reviewPaths: null, gatesParallel: parallel };
    const log = { ...quietLog, warn: (message: string) => void warnings.push(message) };
    const ports = {
      git: portFor(repository.path, log),
      settings: () => settings,
      folders: { mainWorktree: repository.path, worktrees: () => path.join(repository.folder, 'trees') },
      processes: createProcesses({ recordDir: path.join(repository.folder, 'records'), log }),
      content: {
        openOutput: () => ({
          write: (text: string) => void (output += text),
          tail: () => output,
          close: () => Promise.resolve(),
        }),
      },
      health: { blame: () => Promise.resolve(null) },
      quarantines: { list: () => [] },
      verdicts: {
        note: (fact: VerdictRecord) => void facts.push(fact),
        known: () => [],
        recent: () => [],
        askAgain: () => undefined,
        askedAgain: () => null,
      },
      clock: systemClock,
      log,
      permission: (subject: string) => permission(subject),
      newId: () => ownRunId(`run-${(runs += 1)}`),
      onOutput: () => undefined,
    };
    const tip = await repository.git('rev-parse', 'main');
    const commands = await readCommands(ports, tip);
    return new Prover(ports).proveStory(
      storyIn(STAGES.QA, { number: 1 }),
      { tip, base: base ?? tip, commands },
      () => undefined,
      new AbortController().signal,
    );
  }

  it('[MQ11] each run of a gate is noted with its tree, verdict and what that depends on, also one that is red', async () => {
    assert.equal(
      (await prove(gate('good', 'true'), gate('bad', 'echo no; exit 3'), gate('after', 'true'))).kind,
      'red',
    );
    const [commit, tree] = (await repository.git('rev-parse', 'main', 'main^{tree}')).split('\n');
    const noted = facts.map((fact) => ({ ...fact, at: 0, key: 'k', ms: 0 }));
    const [good, bad] = facts;
    const common = {
      kind: 'gate',
      at: 0,
      key: 'k',
      number: 1,
      of: 'story',
      commit,
      tree,
      ms: 0,
      beside: 0,
      attempt: 1,
    };
    const own = ({ definition, platform }: VerdictRecord) => ({ definition, platform });
    assert.deepEqual(noted, [
      { ...common, ...own(good!), gate: 'good', command: 'sh -ec true', verdict: 'passed', run: ownRunId('run-1'), digest: sha256('') },
      { ...common, ...own(bad!), gate: 'bad', command: 'sh -ec "echo no; exit 3"', verdict: 'failed', run: ownRunId('run-2'), digest: sha256('no\n') },
    ]); // prettier-ignore
    assert.notEqual(good?.definition, bad?.definition);
    assert.match(good?.platform ?? '', new RegExp(`^${process.platform}-${process.arch}; /.*sh \\d+ \\d+`));
  });

  /** What became of each gate. */
  const verdicts = (outcome: ProofOutcome): Record<string, string> =>
    'results' in outcome ? Object.fromEntries(outcome.results.map((one) => [one.gate, one.verdict])) : {};

  it('[MQ21] a gate with paths runs only where the story changed something there, and else is listed as skipped with why', async () => {
    base = await repository.git('rev-parse', 'main');
    await repository.commit({ 'src/a.ts': 'x', 'docs/a.md': 'x' }, 'Work');
    const outcome = await prove(
      gate('code', 'true', { paths: ['SRC/**'] }),
      gate('style', 'exit 1', { paths: ['**/*.css', 'web/**'] }),
      gate('notes', 'exit 1', { paths: ['!src/**', '!docs'] }),
      gate('always', 'true'),
    );
    assert.deepEqual(verdicts(outcome), { code: 'passed', style: 'skipped', notes: 'skipped', always: 'passed' });
    assert.match(output, /^Gate style was skipped: nothing changed in \*\*\/\*\.css or web\/\*\*\.$/m);
    assert.deepEqual(
      facts.map((fact) => 'gate' in fact && fact.gate),
      ['code', 'always'],
    );
  });

  it('[MQ21] what a running gate needs runs too, whatever it looks at, and first', async () => {
    base = await repository.git('rev-parse', 'main');
    await repository.commit({ 'src/a.ts': 'x' }, 'Work');
    const outcome = await prove(
      gate('test', 'test -f made', { needs: ['build'] }),
      gate('build', 'touch made', { paths: ['lib/**'] }),
      gate('lint', 'exit 1', { paths: ['lib/**'] }),
    );
    assert.deepEqual(verdicts(outcome), { build: 'passed', test: 'passed', lint: 'skipped' }, output);
  });

  it('[MQ21] a story that no gate looks at is not proven, and nothing runs', async () => {
    base = await repository.git('rev-parse', 'main');
    await repository.commit({ 'README.md': 'x' }, 'Work');
    const outcome = await prove(gate('code', 'true', { paths: ['src/**'] }));
    assert.equal(outcome.kind, 'nonePassed');
    assert.deepEqual(verdicts(outcome), { code: 'skipped' });
    assert.match(output, /skipped/);
    assert.deepEqual(facts, []);
  });

  it('[MQ21] a change of a repository inside the repository counts everywhere', async () => {
    base = await repository.git('rev-parse', 'main');
    await repository.git('update-index', '--add', '--cacheinfo', `160000,${base},lib/part`);
    await repository.git('commit', '-qm', 'Another part');
    assert.deepEqual(verdicts(await prove(gate('part', 'true', { paths: ['lib/part/**'] }))), { part: 'passed' });
  });

  it('[MQ21, MQ1] independent gates run side by side, each in a tree that equals the commit; needs keep one tree and their order', async () => {
    parallel = 2;
    const meet = (mine: string, other: string): string => {
      const at = (name: string): string => path.join(repository.folder, name);
      return `pwd; test -z "$(git status --porcelain)"; touch ${at(mine)}; while [ ! -e ${at(other)} ]; do sleep 0.02; done`;
    };
    const outcome = await prove(
      gate('build', `${meet('one', 'two')}; echo x > made`),
      gate('lint', `${meet('two', 'one')}; test ! -e made; echo dirty >> a.txt; git checkout -q a.txt`),
      gate('test', 'test -f made', { needs: ['build'] }),
    );
    assert.equal(outcome.kind, 'passed', output);
    const folders = [...output.matchAll(/^\/.*agents-gate-(\d+)$/gm)].map(([, number]) => number);
    assert.deepEqual(folders.sort(), ['2', '3']);
    // Nobody reads two programs mixed.
    assert.match(output, /^\$ sh -ec .*one[^]*Gate build passed\.\n\n[^]*\$ sh -ec .*dirty[^]*Gate lint passed/m);
  });

  it('[MQ21] the first red gate ends those beside it, which then count for nothing', async () => {
    parallel = 2;
    const begun = path.join(repository.folder, 'begun');
    const outcome = await prove(
      gate('long', `touch ${begun}; sleep 600`),
      gate('bad', `while [ ! -e ${begun} ]; do sleep 0.02; done; exit 3`),
      gate('late', 'true'),
    );
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.gate, 'bad');
    assert.deepEqual(verdicts(outcome), { bad: 'failed' });
  });

  it('[A11, MQ10] what runs is what was approved, also when the settings change while the approval is looked at', async () => {
    const asked: string[] = [];
    permission = (subject) => {
      asked.push(subject);
      settings = { ...settings, gates: [gate('evil', 'echo evil')] };
      return 'granted';
    };
    const outcome = await prove(gate('good', 'echo good'));
    assert.equal(outcome.kind, 'passed');
    assert.match(output, /^good$/m);
    assert.doesNotMatch(output, /evil/);
    assert.deepEqual(asked, [`${repository.path}\ngate "good": ["sh","-ec","echo good"]\n`]);
  });

  it('[A11] that a gate may write is part of what is approved', async () => {
    const subjects: string[] = [];
    permission = (subject) => {
      subjects.push(subject);
      return 'unapproved';
    };
    assert.equal((await prove(gate('a', 'true'))).kind, 'unapproved');
    assert.equal((await prove(gate('a', 'true', { writes: true }))).kind, 'unapproved');
    assert.notEqual(subjects[0], subjects[1]);
    assert.equal(output, '');
  });

  it('[MQ10] a formatter that rewrites what is committed is red, and names the files', async () => {
    await repository.commit({ 'b.txt': 'trailing blanks   \n' }, 'Badly formatted');
    const format = 'for f in *.txt; do sed "s/ *$//" "$f" > t && mv t "$f"; done';
    const outcome = await prove(gate('format', format), gate('late', 'echo late'));
    assert.ok(outcome.kind === 'red');
    assert.match(outcome.result.detail, /^Gate format changed b\.txt, .*Commit what it makes/);
    assert.doesNotMatch(output, /^late$/m);
    assert.equal((await prove(gate('format', format, { writes: true }), gate('late', 'cat b.txt'))).kind, 'passed');
    assert.match(output, /^trailing blanks {3}$/m);
  });

  it('[MQ10] what git ignores and what is new is no change of tracked files, and only the former stays', async () => {
    const outcome = await prove(
      gate('build', 'echo x > made; echo x > new.txt'),
      gate('test', 'test -f made; test ! -e new.txt; git status --porcelain'),
    );
    assert.equal(outcome.kind, 'passed', output);
  });

  it('[G12] what an install gate does to the person’s hooks and settings is undone before the next, and told', async () => {
    const common = path.join(repository.path, '.git');
    await writeFile(path.join(common, 'hooks', 'pre-commit'), 'mine\n', { mode: 0o755 });
    const config = await readFile(path.join(common, 'config'), 'utf8');
    const outcome = await prove(
      gate(
        'install',
        'git config core.hooksPath .husky; echo evil > "$(git rev-parse --git-common-dir)/hooks/pre-commit"; git tag v9',
      ),
      gate('test', 'cat "$(git rev-parse --git-common-dir)/hooks/pre-commit"; git config core.hooksPath || echo unset'),
    );
    assert.equal(outcome.kind, 'passed', output);
    const deeds = ["changed git's settings (core.hookspath)", 'changed the hook pre-commit', 'made refs/tags/v9'];
    const said = deeds.map((deed) => `It ${deed} of your repository; that is undone.`);
    assert.equal(outcome.results[0]?.detail, ['Gate install passed.', ...said].join(' '));
    assert.ok(output.includes(said.join(' ')));
    assert.deepEqual(warnings, said.map((one) => `[gates] gates of #1: ${one}`)); // prettier-ignore
    assert.match(output, /^mine\nunset$/m);
    assert.equal(await readFile(path.join(common, 'config'), 'utf8'), config);
    assert.equal(await repository.git('tag'), '');
  });
});
