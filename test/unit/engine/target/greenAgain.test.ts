import assert from 'node:assert/strict';
import { GREEN_SAID_MS, sayGreenAgain } from '../../../../src/core/pipeline/targetHealth';
import { english, inLanguage } from '../../../../src/core/words/said';
import { TargetGates } from '../../../../src/engine/target/targetGates';

describe('a target that is not red any more', () => {
  let now: number;
  let red: string | null;
  let verdict: string | null;
  let gates: TargetGates;

  beforeEach(() => {
    now = 1_000_000;
    red = 'test';
    verdict = 'red';
    const tree = (tip: string): Promise<string> => Promise.resolve(`tree of ${tip}`);
    const ports = {
      clock: { now: () => now },
      verdicts: { recent: () => ['a', 'b'].map((tip) => ({ tree: `tree of ${tip}`, verdict: 'failed' })) },
      prover: { verdictsOf: () => Promise.resolve({ redGate: () => red, of: () => verdict }) },
      history: {
        treeOf: tree,
        lineAt: async (tip: string) => [{ oid: tip, tree: await tree(tip), subject: '', story: null }],
      },
      resumes: { at: () => null },
      journal: { jobsOf: () => [] },
    };
    gates = new TargetGates(ports as never);
  });

  async function said(tip: string): Promise<string | null> {
    const commands = { gates: { kind: 'gates', gates: [] } };
    await gates.look({ kind: 'found', ref: 'refs/heads/main', tip } as never, commands as never, []);
    const green = gates.greenAgain();
    return green && inLanguage(sayGreenAgain(green, 'refs/heads/main', []), english);
  }

  it('[MQ6] says so while that is new, once for each time, and why as it is: proven, moved, or judged otherwise', async () => {
    assert.equal(await said('a'), null);
    [red, verdict] = [null, 'green'];
    assert.match((await said('a')) ?? '', /^main is green again since .*: gate test passed on a\./);
    now += 5;
    await said('a');
    assert.equal(gates.greenAgain()?.since, 1_000_000);
    now += GREEN_SAID_MS;
    assert.equal(await said('a'), null);
    for (const [tip, words] of [
      ['b', /^main moved to b at .* and is not known to be red any more\./],
      // Its tests were set aside, or its gates are others now.
      ['a', /^main is not known to be red any more since \d\d:\d\d\. The queue goes on\./],
    ] as const) {
      red = 'test';
      assert.equal(await said('a'), null);
      [red, verdict] = [null, null];
      assert.match((await said(tip)) ?? '', words);
    }
  });
});
