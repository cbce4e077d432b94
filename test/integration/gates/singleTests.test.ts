import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { gateHealth } from '../../../src/core/gates/gateHealth';
import { proofWords } from '../../../src/core/gates/proofWords';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { gate, Proving } from './provingFixture';

const TESTS = ['adds', 'rounds', 'shakes'];

describe('Single tests of a gate', () => {
  let repository: TemporaryRepository;
  let proving: Proving;
  let reds: string;
  let tally: string;

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': 'a\n', '.gitignore': 'out/\n' }, 'Begin');
    proving = await Proving.in(repository);
    [reds, tally] = ['reds', 'tally'].map((name) => path.join(repository.folder, name)) as [string, string];
    await red();
  });
  afterEach(async () => {
    await proving.close();
    await repository.dispose();
  });

  const red = (...names: readonly string[]): Promise<void> =>
    writeFile(reds, names.map((name) => `${name}\n`).join(''));
  const runs = (): number => (existsSync(tally) ? readFileSync(tally, 'utf8').length : 0);
  /** A test case is red where the file `reds` names it; `make` is how its report gets to its place. */
  const tests = (make = 'mkdir -p out; cat > out/report.xml'): object =>
    gate(
      'test',
      `printf x >> '${tally}'; { echo '<testsuite>'; for t in ${TESTS.join(' ')}; do
        if grep -qx $t '${reds}'; then echo "<testcase classname='cart' name='$t'><failure/></testcase>"; else echo "<testcase classname='cart' name='$t'/>"; fi
      done; echo '</testsuite>'; } | { ${make}; }; ! test -s '${reds}'`,
      { report: 'out/report.xml' },
    );

  it('[MQ20] a red gate names the tests that are red, in its result, its output and the ledger', async () => {
    await red('rounds');
    const outcome = await proving.prove([tests()]);
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.detail, 'Gate test exited with code 1: 1 of 3 tests failed: cart › rounds.');
    assert.match(proving.output, /1 of 3 tests failed: cart › rounds\./);
    assert.deepEqual(proving.ledger.recent(1)[0]?.tests, { passed: 2, skipped: 0, failed: ['cart › rounds'], failedMore: 0, cleared: [] }); // prettier-ignore
  });

  it('[MQ20] a test in quarantine stops nothing while the others pass, which is said everywhere; another red one stops', async () => {
    proving.quarantinedTests = [{ gate: 'test', test: 'cart › shakes' }];
    await red('shakes');
    for (const of of ['story', 'candidate'] as const) {
      const outcome = await proving.prove([tests()], { of });
      assert.ok(outcome.kind === 'passed');
      assert.deepEqual(outcome.results.map(({ verdict, asideTests }) => [verdict, asideTests]), [['passed', ['cart › shakes']]]); // prettier-ignore
      assert.equal(proofWords(outcome.results), 'Quarantined and red in test: cart › shakes.');
      assert.match(proving.output, /2 other tests passed\. In quarantine and red, so that stops nothing: cart › shakes\./); // prettier-ignore
    }
    assert.equal(runs(), 2, 'what was red is never taken from before');
    await red('shakes', 'adds');
    assert.equal((await proving.prove([tests()])).kind, 'red');
    await red(...TESTS);
    proving.quarantinedTests = TESTS.map((test) => ({ gate: 'test', test: `cart › ${test}` }));
    assert.equal((await proving.prove([tests()])).kind, 'red', 'where nothing passed, nothing is proven');
  });

  it('[MQ20] a red run is tried once more where each red test is rather flaky by its own history, and no other is', async () => {
    await red('shakes');
    await proving.prove([tests()]);
    await red();
    assert.equal((await proving.prove([tests()])).kind, 'passed');
    const [health] = gateHealth([{ name: 'test', command: '' }], proving.ledger.recent(99), []);
    assert.deepEqual(health?.tests, [{ test: 'cart › shakes', flaky: 1, red: 0, quarantinedSince: null }]);
    // The gate as a whole was a fault more often than a flake.
    for (const text of ['b', 'c', 'd']) {
      await repository.commit({ 'a.txt': `${text}\n` }, text);
      await red('adds');
      assert.equal((await proving.prove([tests()])).kind, 'red');
    }
    const before = runs();
    await repository.commit({ 'a.txt': 'e\n' }, 'Another tree');
    await red('shakes', 'adds');
    assert.equal((await proving.prove([tests()])).kind, 'red');
    assert.equal(runs(), before + 1, 'one of them is no flake');
    await repository.commit({ 'a.txt': 'f\n' }, 'One more');
    await red('shakes');
    await proving.prove([tests()]);
    assert.equal(runs(), before + 3, 'once more');
  });

  it('[MQ20] a report counts only where this run wrote it, inside the tree, and can be read; else the exit code alone does', async () => {
    const detail = async (make: string): Promise<string> => {
      const outcome = await proving.prove([tests(make)]);
      assert.ok(outcome.kind === 'red');
      return outcome.result.detail;
    };
    const alone = 'Gate test exited with code 1.';
    await red('rounds');
    const outside = path.join(repository.folder, 'outside');
    assert.equal(await detail('cat > /dev/null'), alone);
    assert.match(proving.output, /report of gate test is not read: the gate wrote none\./);
    assert.equal(await detail(`mkdir -p '${outside}'; cat > '${outside}/report.xml'; ln -s '${outside}' out`), alone);
    assert.equal(await detail(`mkdir out; cat > '${outside}/report.xml'; ln -s '${outside}/report.xml' out/report.xml`), alone); // prettier-ignore
    assert.equal(await detail('cat > /dev/null; mkdir out; mkfifo out/report.xml'), alone);
    assert.equal(await detail('mkdir -p out; head -c 60 > out/report.xml'), alone);
    assert.match(proving.output, /is not read: it is cut off\./);
    await rm(outside, { recursive: true });
    await repository.commit({ '.gitignore': '', 'out/report.xml': '<testsuite><testcase name="old"><failure/></testcase></testsuite>' }, 'A report of before'); // prettier-ignore
    assert.equal(await detail('cat > /dev/null'), alone);
  });

  it('[MQ20] a red gate without a report names what its runner prints, and nothing that is only printed makes it pass', async () => {
    const printed = (name: string): object => {
      const lines = ['  1 passing (9ms)', '  1 failing', '', '  1) cart', `       ${name}:`, '     Error'];
      return gate('test', `printf '%s\\n' ${lines.map((line) => `'${line}'`).join(' ')}; exit 1`);
    };
    proving.quarantinedTests = [{ gate: 'test', test: 'cart › rounds' }];
    const outcome = await proving.prove([printed('rounds')]);
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.detail, 'Gate test exited with code 1: 1 of 2 tests failed: cart › rounds.');
    assert.deepEqual(proving.ledger.recent(1)[0]?.tests, { passed: 1, skipped: 0, failed: ['cart › rounds'], failedMore: 0, cleared: [], printed: 'counts' }); // prettier-ignore
  });

  it('[MQ20] output that says itself that it is TAP needs no report', async () => {
    const script = "echo 'TAP version 13'; echo 'ok 1 - adds'; echo 'not ok 2 - rounds'; echo '1..2'; exit 1";
    const outcome = await proving.prove([gate('test', script)]);
    assert.ok(outcome.kind === 'red');
    assert.equal(outcome.result.detail, 'Gate test exited with code 1: 1 of 2 tests failed: rounds.');
  });

  it('[MQ20] a test that is named by its path is named from the top of the tree, in whatever gate tree it ran', async () => {
    const tap = `echo "TAP version 13\nnot ok 1 - $(pwd)/red.test.js\n1..1"; exit 1`;
    const spec = `printf '✖ failing tests:\n\ntest at %s/red.test.js:1:1\n✖ adds\n' "$(pwd)"; for n in 'pass 0' 'fail 1' 'cancelled 0' 'skipped 0'; do echo "ℹ $n"; done; exit 1`;
    const junit = `mkdir -p out; echo "<testsuite><testcase name='$(pwd)/red.test.js'><failure/></testcase></testsuite>" > out/r.xml; exit 1`;
    const named: string[] = [];
    for (const one of [gate('test', tap), gate('test', spec), gate('test', junit, { report: 'out/r.xml' })]) {
      assert.equal((await proving.prove([one])).kind, 'red');
      named.push(...(proving.ledger.recent(1)[0]?.tests?.failed ?? []));
    }
    assert.deepEqual(named, ['red.test.js', 'red.test.js › adds', 'red.test.js']);
  });
});
