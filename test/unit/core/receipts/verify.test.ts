import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { gateDefinition } from '../../../../src/core/receipts/gateDefinition';
import { receiptText, type Receipt } from '../../../../src/core/receipts/receipt';
import { verifyLandings, type LandingFacts, type TargetCommit } from '../../../../src/core/receipts/verify';
import { verificationText } from '../../../../src/core/receipts/verifyText';

const oid = (digit: string) => digit.repeat(40);
const digest = (text: string) => createHash('sha256').update(text).digest('hex');
const DEFINITION = digest('as configured');

const commit: TargetCommit = {
  commit: oid('c'),
  tree: oid('7'),
  parents: [oid('b'), oid('5')],
  subject: 'Sign in (#3)',
  story: { key: 'k3', number: 3 },
};
const receipt: Receipt = {
  version: 1,
  sequence: 1,
  previous: null,
  story: { key: 'k3', number: 3 },
  target: 'refs/heads/main',
  commit: commit.commit,
  tree: commit.tree,
  parents: [...commit.parents],
  base: oid('b'),
  storyTip: oid('5'),
  strategy: 'merge',
  job: 'job',
  landedAt: '2026-01-01T00:00:00.000Z',
  madeLater: null,
  approval: { by: 'gates', who: null },
  agents: ['coder'],
  gatesFrom: 'file',
  gates: [
    {
      name: 'test', command: 'npm test', verdict: 'passed', detail: '', ms: 1, definition: DEFINITION,
      on: { tree: commit.tree, platform: 'linux-x64' }, runs: 2, reused: false, quarantined: false, output: null,
    },
  ],
  tools: {},
  output: null,
}; // prettier-ignore

function facts(change: Partial<Receipt> = {}, one: Partial<TargetCommit> = {}): LandingFacts {
  const text = receiptText({ ...receipt, ...change });
  return {
    target: 'refs/heads/main',
    commits: [{ ...commit, ...one }],
    notes: new Map([[commit.commit, { text, digest: digest(text) }]]),
    gatesAt: new Map([[oid('b'), { kind: 'file', gates: [{ name: 'test', definition: DEFINITION }] }]]),
  };
}
const faults = (one: LandingFacts) => verifyLandings(one).findings.map(({ fault, text }) => `${fault}: ${text}`);

describe('what a verification of landings names', () => {
  it('[MQ22] a landing that is as its receipt says has no fault, and the text says what let it in', () => {
    assert.deepEqual(faults(facts()), []);
    const text = verificationText(verifyLandings(facts()));
    assert.match(
      text,
      /Everything holds\.[^]*tree 77777777: test passed \(on run 2\)[^]*let in by its gates; coded by coder/,
    );
  });

  it('[MQ12, MQ22] one that landed with a later one is held against that one’s proof', () => {
    const last = { commit: oid('d'), tree: oid('8'), parents: [oid('c'), oid('6')], subject: 'Last (#4)' };
    const story = { key: 'k4', number: 4 };
    const on = { tree: last.tree, platform: 'linux-x64' };
    const gates = receipt.gates.map((one) => ({ ...one, on }));
    const through = { commit: last.commit, tree: last.tree };
    const both = (first: Partial<Receipt>, second: Partial<Receipt>): LandingFacts => {
      const one = receiptText({ ...receipt, gates, through, ...first });
      const { commit: id, tree, parents } = last;
      const previous = { commit: commit.commit, digest: digest(one) };
      const two = { ...receipt, commit: id, tree, parents, base: commit.commit, story, gates, sequence: 2, previous };
      const text = receiptText({ ...two, ...second });
      const [, at] = [...facts().gatesAt][0] ?? [];
      assert.ok(at !== undefined);
      return {
        ...facts(),
        commits: [commit, { ...last, story }],
        notes: new Map([
          [commit.commit, { text: one, digest: digest(one) }],
          [id, { text, digest: digest(text) }],
        ]),
        gatesAt: new Map([...facts().gatesAt, [commit.commit, at]]),
      };
    };
    assert.deepEqual(faults(both({}, {})), []);
    assert.match(
      faults(both({}, { through: { commit: oid('e'), tree: oid('8') } })).join('\n'),
      /unproven: .*no such proof/,
    );
    assert.match(faults(both({ through: { ...through, tree: oid('9') } }, {})).join('\n'), /unproven: .*no such proof/);
    const apart = both({}, {});
    const strays = apart.commits.map((one) =>
      one.commit === last.commit ? { ...one, parents: [oid('b'), oid('6')] } : one,
    );
    assert.match(faults({ ...apart, commits: strays }).join('\n'), /does not contain it/);
  });

  const [gate] = receipt.gates;
  assert.ok(gate !== undefined);
  for (const [what, change, one, expected] of [
    ['another tree', { tree: oid('8'), gates: [] }, {}, /^commit: Its tree is 7{8}; the tree that was proven is 8{8}\./],
    ['other parents', { parents: [oid('b')] }, {}, /^commit: Its parents are/],
    ['another base', { base: oid('a') }, {}, /^commit: It does not stand on a{8}/],
    ['another key', {}, { story: { key: 'other', number: 3 } }, /^story: Its trailer Story-Key says other/],
    ['another number', {}, { story: { key: 'k3', number: null } }, /^story: Its trailer Story says nothing/],
    ['a gate that is missing', { gates: [], approval: { by: 'person', who: null } }, {}, /^gates: Gate test is missing/],
    ['a gate that failed', { gates: [{ ...gate, verdict: 'failed' }] }, {}, /^gates: Gate test: failed/],
    ['a gate of another definition', { gates: [{ ...gate, definition: null }] }, {}, /^gates: Gate test is not as/],
    ['a gate on another tree', { gates: [{ ...gate, on: { ...gate.on, tree: oid('6') } }] }, {}, /^gates: Gate test ran on tree 6{8}/],
    ['no proof at all', { gates: [], base: oid('a') }, { parents: [oid('a'), oid('5')] }, /unproven: No gate passed/],
    ['a chain that begins in the middle', { sequence: 4 }, {}, /^chain: Its receipt is number 4 and names none/],
    ['a receipt before it that is gone', { sequence: 2, previous: { commit: oid('d'), digest: DEFINITION } }, {}, /^chain: The receipt before it, on d{8}, is gone/],
  ] as const) {
    it(`[MQ22] ${what} is named`, () => {
      assert.ok(faults(facts(change as Partial<Receipt>, one)).some((text) => expected.test(text)), faults(facts(change as Partial<Receipt>, one)).join('\n'));
    });
  } // prettier-ignore

  it('[MQ22] a note that is no receipt, or one of a later version, is named and never throws', () => {
    for (const text of ['', 'seen', '[]', 'null', '{"version":1}', '{"version":2}']) {
      const damaged = { ...facts(), notes: new Map([[commit.commit, { text, digest: digest(text) }]]) };
      assert.deepEqual(verifyLandings(damaged).findings.map(({ fault }) => fault), ['unreadable'], text);
    }
  }); // prettier-ignore

  it('[MQ22] of commits that a rebase landed only the last needs a receipt', () => {
    const before = { ...commit, commit: oid('f'), parents: [oid('b')] };
    const last = { ...commit, parents: [before.commit] };
    const made = facts({ strategy: 'rebase', parents: [before.commit] });
    assert.deepEqual(faults({ ...made, commits: [before, last] }), []);
    const merged = facts({ parents: [before.commit] });
    assert.deepEqual(verifyLandings({ ...merged, commits: [before, last] }).findings.map(({ fault }) => fault), ['noReceipt', 'commit']);
  }); // prettier-ignore

  it('[MQ22] the same gate has the same definition in whatever order it was written', () => {
    const one = { name: 'test', command: 'npm test', timeoutSeconds: 5, writes: false, exclusive: false };
    assert.equal(gateDefinition(one), gateDefinition({ exclusive: false, writes: false, timeoutSeconds: 5, command: 'npm test', name: 'test' }));
    assert.notEqual(gateDefinition(one), gateDefinition({ ...one, command: 'true' }));
  }); // prettier-ignore
});
