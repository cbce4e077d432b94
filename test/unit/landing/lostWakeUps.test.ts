import assert from 'node:assert/strict';
import type { MergeJob } from '../../../src/core/landing/job';
import { CandidateProof, type ProofPorts } from '../../../src/landing/candidateProof';
import { LandingLine, type LineMember } from '../../../src/landing/landingLine';
import { LandingRest } from '../../../src/landing/landingRest';
import { HandClock } from '../../support/handClock';

type Outcome = Awaited<ReturnType<ProofPorts['prove']>>;

/** What happens while a landing looks at the world comes before it keeps still, and wakes nobody by itself. */
describe('A landing that keeps still', () => {
  const ending = new AbortController().signal;
  const nothing = (): void => undefined;
  let line = new LandingLine(() => ({ kind: 'one' }));
  const job = { id: 'job-1', number: 1, provenBy: 'gates', storyKey: 'k1' } as MergeJob;
  const candidate = { commit: 'c', tree: 't', parents: ['b'], base: 'b' };

  const memberOf = (own: Partial<LineMember>): LineMember =>
    ({ job, stands: 'inLine', nudge: nothing, ...own }) as LineMember;
  const restOf = (member = memberOf({})): LandingRest =>
    new LandingRest(member, { clock: new HandClock(), line, ending, onChange: nothing, onWait: nothing });
  beforeEach(() => (line = new LandingLine(() => ({ kind: 'one' }))));

  const turns = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
  const isOver = async (work: Promise<unknown>): Promise<boolean> => {
    let over = false;
    void work.then(() => (over = true));
    await turns();
    return over;
  };

  it('[MQ3] goes on with what its gates said, also where they end while it looks whether that still counts', async () => {
    const rest = restOf();
    let pass: (outcome: Outcome) => void = nothing;
    let looked: (isStale: boolean) => void = nothing;
    const proof = new CandidateProof({
      git: { buildCandidate: () => assert.fail(), treeOf: () => assert.fail() },
      judgeBase: () => assert.fail(),
      areApart: () => assert.fail(),
      prove: () => new Promise((resolve) => (pass = resolve)),
      isStale: () => new Promise((resolve) => (looked = resolve)),
      onChange: nothing,
      onVerdict: nothing,
      rest,
      ending,
    });
    const proven = proof.prove(job, candidate, { standsOn: [], seen: rest.nudges });
    rest.nudge();
    await turns();
    pass({ kind: 'passed', results: [] });
    await turns();
    looked(false);
    assert.ok(await isOver(proven), 'it rests although its gates are over');
    assert.equal((await proven).kind, 'passed');
  });

  it('[MQ12] does not wait for what has happened before it began to', async () => {
    const wait = { why: { message: 'Meets what stands before it' }, files: [], holdsBack: 'nothing' } as const;
    const waited = restOf().waitFor(wait, { looks: 'whenToldTo', goesOn: () => true });
    assert.ok(await isOver(waited));
  });

  it('[MQ12] hears of what changes in the line while it stands apart', async () => {
    const rest = restOf();
    const wait = { why: { message: 'Meets what stands before it' }, files: [], holdsBack: 'nothing' } as const;
    const before = memberOf({});
    const waits = memberOf({ stands: 'apart', nudge: () => rest.nudge() });
    for (const one of [before, waits]) line.join(one);
    const waited = rest.waitFor(wait, { looks: 'whenToldTo', goesOn: () => line.isAlone(waits) });
    assert.equal(await isOver(waited), false);
    line.leave(before);
    assert.ok(await isOver(waited));
  });
});
