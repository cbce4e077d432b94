import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { flakeHistory } from '../../../src/core/gates/flaky';
import { proofWords } from '../../../src/core/gates/proofWords';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { gate, Proving } from './provingFixture';

describe('A gate that says both of the same files', () => {
  let repository: TemporaryRepository;
  let proving: Proving;
  let tally: string;
  let reds: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
    proving = await Proving.in(repository);
    [tally, reds] = ['tally', 'reds'].map((name) => path.join(repository.folder, name)) as [string, string];
  });
  afterEach(async () => {
    await proving.close();
    await repository.dispose();
  });

  /** Fails as often as there are lines in `reds`, then passes. */
  const flaky = (): object =>
    gate('test', `echo x >> "${tally}"; if test -s "${reds}"; then sed -i 1d "${reds}"; exit 3; fi`);
  const red = (times: number): Promise<void> => writeFile(reds, 'red\n'.repeat(times));
  const runs = (): number => (existsSync(tally) ? readFileSync(tally, 'utf8').split('\n').length - 1 : 0);

  it('[MQ20] is run once more when it is red where flakes are likelier than faults, and the landing says so', async () => {
    await red(1);
    assert.equal((await proving.prove([flaky()])).kind, 'red', 'nothing is known of it yet, so red is red');
    assert.equal(runs(), 1);
    assert.equal((await proving.prove([flaky()])).kind, 'passed');
    assert.equal(flakeHistory(proving.ledger.recent(99), 'test').flaky, 1);
    const reused = await proving.prove([flaky()], { of: 'candidate' });
    assert.ok(reused.kind === 'passed');
    assert.match(
      proofWords(reused.results),
      /^Proven before on the very same files: test\..* Gate test passed on run 2\.$/,
    );
    await repository.commit({ 'a.txt': 'b\n' }, 'Another tree');
    await proving.reopen();
    await red(1);
    const outcome = await proving.prove([flaky()], { of: 'candidate' });
    assert.ok(outcome.kind === 'passed');
    assert.equal(runs(), 4);
    assert.equal(outcome.results[0]?.attempts, 2);
    assert.equal(outcome.results[0].detail, 'Gate test passed on run 2. Run 1: Gate test exited with code 3.');
    assert.match(
      proving.output,
      /exited with code 3\.\n\nGate test was red and passed on the same files before, so it runs once more/,
    );
    assert.equal(proofWords(outcome.results), 'Gate test passed on run 2.');
    assert.deepEqual(proving.ledger.recent(2).map(({ verdict, attempt }) => [verdict, attempt]), [['passed', 2], ['failed', 1]]); // prettier-ignore
  });

  it('[MQ20] stops nothing once it is quarantined, and is told as it is; it proves nothing, and is never taken from before', async () => {
    proving.quarantined = ['test'];
    await red(99);
    const gates = [flaky(), gate('good', 'true')];
    for (const of of ['story', 'candidate'] as const) {
      const outcome = await proving.prove(gates, { of });
      assert.ok(outcome.kind === 'passed');
      assert.deepEqual(outcome.results.map(({ verdict, quarantined }) => [verdict, quarantined]), [['failed', true], ['passed', undefined]]); // prettier-ignore
      assert.match(proving.output, /Gate test exited with code 3\. It is quarantined, so that stops nothing\./);
      assert.match(proofWords(outcome.results), /Quarantined and not green: test\./);
    }
    assert.equal(runs(), 2);
    const alone = await proving.prove([flaky()]);
    assert.equal(alone.kind, 'nonePassed');
    const landing = await proving.prove([flaky()], { of: 'candidate' });
    assert.ok(landing.kind === 'environment');
    assert.match(landing.result.detail, /Every gate that ran is quarantined and not green: test\./);
  });

  it('[MQ20] is red when it is red twice, and not run again for ever: then faults are as likely', async () => {
    await red(1);
    await proving.prove([flaky()]);
    await proving.prove([flaky()]);
    await repository.commit({ 'a.txt': 'b\n' }, 'Another tree');
    await red(99);
    const twice = await proving.prove([flaky()]);
    assert.ok(twice.kind === 'red');
    assert.equal(twice.result.detail, 'On run 2: Gate test exited with code 3. Run 1: Gate test exited with code 3.');
    assert.equal(runs(), 4);
    await repository.commit({ 'a.txt': 'c\n' }, 'A third tree');
    assert.equal((await proving.prove([flaky()])).kind, 'red');
    assert.equal(runs(), 5);
    await rm(reds);
  });
});
