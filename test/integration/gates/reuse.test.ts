import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { GateResult } from '../../../src/core/landing/job';
import type { ProofOutcome } from '../../../src/gates/prover';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { gate, Proving } from './provingFixture';
import { ownRunId } from '../../support/ownRunId';

describe('Verdicts of before', () => {
  let repository: TemporaryRepository;
  let proving: Proving;
  /** Gates write here each time they run. */
  let tally: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n', '.gitignore': 'made\n' }, 'Begin');
    proving = await Proving.in(repository);
    tally = path.join(repository.folder, 'tally');
  });
  afterEach(async () => {
    await proving.close();
    await repository.dispose();
  });

  const counted = (name: string, more = 'true', options: object = {}): object =>
    gate(name, `echo ${name} >> "${tally}"; ${more}`, options);
  const ran = (): string[] => (existsSync(tally) ? readFileSync(tally, 'utf8').split('\n').filter(Boolean) : []);
  const resultsOf = (outcome: ProofOutcome): readonly GateResult[] => ('results' in outcome ? outcome.results : []);

  it('[MQ11] gates that passed on a tree are not run on it again, by whatever commit it comes, and the result says so', async () => {
    const gates = [counted('lint'), counted('test')];
    await proving.prove(gates);
    await repository.git('commit', '--allow-empty', '-qm', 'Another commit of the same tree');
    await proving.reopen();
    const again = await proving.prove(gates, { of: 'candidate' });
    assert.deepEqual([again.kind, ran()], ['passed', ['lint', 'test']]);
    assert.deepEqual(resultsOf(again).map(({ gate: name, ms, reused }) => [name, ms, reused?.run]), [['lint', 0, ownRunId('run-1')], ['test', 0, ownRunId('run-2')]]); // prettier-ignore
    assert.match(proving.output, /^Gates on commit \w{40}, tree \w{40}\nGate lint passed before on these very files, at \d\d:\d\d, so it did not run again\.\n/); // prettier-ignore
    assert.ok(resultsOf(again).every(({ reused }) => reused !== undefined && reused.ms >= 0));
    assert.ok(!existsSync(path.join(repository.folder, 'trees', 'agents-gate-1')), 'no tree is filled for it');
  });

  it('[MQ11] another tree, command, limit or earlier gate, or another program of the same name, is another key', async () => {
    const bin = path.join(repository.folder, 'bin');
    const tool = path.join(bin, 'tool');
    const [gates, changes] = [[counted('lint'), counted('test')], [] as number[]];
    const provenBy = async (list: readonly object[]): Promise<void> => {
      assert.equal((await proving.prove(list)).kind, 'passed', proving.output);
      changes.push(ran().length);
    };
    await provenBy(gates);
    await provenBy([counted('lint'), counted('test', 'true', { timeoutSeconds: 60 })]);
    await provenBy([counted('lint', ':'), counted('test')]);
    await repository.commit({ 'a.txt': 'b\n' }, 'Another tree');
    await provenBy(gates);
    await provenBy(gates);
    assert.deepEqual(changes, [2, 4, 6, 8, 8]);
    await mkdir(bin);
    const before = process.env['PATH'];
    process.env['PATH'] = `${bin}${path.delimiter}${before ?? ''}`;
    try {
      const byTool = [{ name: 'tool', command: 'tool' }];
      for (const version of ['1', '22']) {
        await writeFile(tool, `#!/bin/sh\necho tool >> "${tally}" # ${version}\n`, { mode: 0o755 });
        await provenBy(byTool);
        await provenBy(byTool);
      }
    } finally {
      process.env['PATH'] = before;
    }
    assert.deepEqual(changes.slice(5), [9, 9, 10, 10]);
  });

  it('[MQ11] nothing but a pass is taken, and none of before a later red', async () => {
    const flag = path.join(repository.folder, 'red');
    const gates = [counted('test', `test ! -e "${flag}"`)];
    await writeFile(flag, '');
    assert.equal((await proving.prove(gates)).kind, 'red');
    assert.equal((await proving.prove(gates)).kind, 'red');
    await rm(flag);
    assert.equal((await proving.prove(gates)).kind, 'passed');
    assert.equal((await proving.prove(gates)).kind, 'passed');
    assert.equal(ran().length, 3);
    // As where the gate ran again on the target, which has the same files.
    const [passed] = proving.ledger.recent(1);
    assert.ok(passed?.verdict === 'passed');
    proving.ledger.note({ ...passed, of: 'target', verdict: 'failed' });
    assert.equal(resultsOf(await proving.prove(gates))[0]?.reused, undefined);
    assert.equal(ran().length, 4);
  });

  it('[MQ11] a gate that has to run finds what those before it make, so these run with it', async () => {
    const build = counted('build', 'echo x > made');
    await proving.prove([build]);
    const outcome = await proving.prove([build, counted('test', 'test -f made'), counted('late')]);
    assert.deepEqual([outcome.kind, ran()], ['passed', ['build', 'build', 'test', 'late']], proving.output);
  });

  it('[MQ11] once a person asks for it every gate of that story runs again, and what they say then counts', async () => {
    const gates = [counted('test')];
    await proving.prove(gates);
    proving.ledger.askAgain({ key: 'k1', number: 1 }, new Date().toISOString());
    await proving.reopen();
    assert.equal(resultsOf(await proving.prove(gates))[0]?.reused, undefined);
    assert.notEqual(resultsOf(await proving.prove(gates, { of: 'candidate' }))[0]?.reused, undefined);
    assert.equal(ran().length, 2);
  });

  it('[MQ21, MQ11] one that passed with all that it and what it needs look at is not run again for other files; a red since counts', async () => {
    const src = { paths: ['src/**'] };
    const gates = [
      counted('always'),
      counted('built', 'true', { ...src, needs: ['make'] }),
      counted('make', 'true', { paths: ['lib/**'] }),
      counted('code', 'true', src),
    ];
    const base = await repository.git('rev-parse', 'main');
    const prove = async (files: Record<string, string>): Promise<string[]> => {
      await repository.commit(files, 'Work');
      await rm(tally, { force: true });
      const outcome = await proving.prove(gates, { base });
      assert.equal(outcome.kind, 'passed', proving.output);
      return ran();
    };
    assert.deepEqual(await prove({ 'src/a.ts': '1\n' }), ['always', 'make', 'built', 'code']);
    assert.deepEqual(await prove({ 'b.txt': 'b\n' }), ['always']);
    assert.match(proving.output, /^Gate code passed before on these very files, /m);
    assert.deepEqual(await prove({ 'lib/b.ts': '1\n' }), ['always', 'make', 'built']);
    assert.deepEqual(await prove({ 'src/a.ts': '2\n' }), ['always', 'make', 'built', 'code']);
    // Red on that very tree, as once it was asked for again, though it passed on another one that is alike.
    const passed = proving.ledger.recent(9).find(({ gate }) => gate === 'code');
    assert.ok(passed?.verdict === 'passed');
    await repository.commit({ 'b.txt': 'c\n' }, 'Work');
    const tree = await repository.git('rev-parse', 'main^{tree}');
    proving.ledger.note({ ...passed, of: 'candidate', tree, verdict: 'failed' });
    await rm(tally, { force: true });
    await proving.prove(gates, { base });
    assert.deepEqual(ran(), ['always', 'make', 'built', 'code']);
    // Nor does an older green count for a third one that is alike, once it was red on the second.
    proving.ledger.note({ ...passed, of: 'candidate', tree, verdict: 'failed' });
    assert.deepEqual(await prove({ 'b.txt': 'd\n' }), ['always', 'make', 'built', 'code']);
  });

  it('[MQ21] where others changed what a gate looks at since it passed, it runs for the next story, which changes nothing there', async () => {
    const gates = [counted('always'), counted('code', 'true', { paths: ['src/**'] })];
    const next = (): Promise<ProofOutcome> => proving.prove(gates, { of: 'candidate' });
    const code = (outcome: ProofOutcome): string | undefined => resultsOf(outcome)[1]?.verdict;
    const work = (files: Record<string, string>): Promise<string> => repository.commit(files, 'Work');
    await work({ 'src/a.ts': '1\n' });
    assert.equal(code(await next()), 'skipped', 'it never passed, so there is nothing to compare with');
    await work({ 'src/a.ts': '2\n' });
    assert.equal(code(await proving.prove(gates, { of: 'candidate', base: 'main~1' })), 'passed');
    await work({ 'b.txt': 'b\n' });
    assert.equal(code(await next()), 'skipped', 'it passed with what is there');
    await work({ 'src/a.ts': '3\n' });
    await proving.reopen();
    assert.equal(code(await next()), 'passed', proving.output);
    assert.match(
      proving.output,
      /^Gate code runs because it has not passed with what is in src\/\*\*, which others changed\.$/m,
    );
    await work({ 'src/a.ts': '2\n', 'c.txt': 'c\n' });
    assert.equal(code(await next()), 'skipped', 'it passed with that before');
    assert.deepEqual(ran().filter((name) => name === 'code'), ['code', 'code']); // prettier-ignore
  });

  it('[MQ21] what others changed proves nothing of a story that no gate looks at', async () => {
    const gates = [counted('code', 'true', { paths: ['src/**'] })];
    await repository.commit({ 'src/a.ts': '1\n' }, 'Work');
    assert.equal((await proving.prove(gates, { base: 'main~1' })).kind, 'passed');
    await repository.commit({ 'src/a.ts': '2\n' }, 'Work of others');
    await repository.commit({ 'README.md': 'x\n' }, 'The story');
    assert.equal((await proving.prove(gates, { base: 'main~1' })).kind, 'nonePassed');
    assert.deepEqual(ran(), ['code']);
  });
});
