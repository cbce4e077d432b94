import assert from 'node:assert/strict';
import fc from 'fast-check';
import { inChainOrder, layChain, type ChainMember, type Place } from '../../../../src/core/landing/chain';
import { provenChain } from '../../../../src/core/landing/gatedCandidate';
import type { GateResult, MergeJob } from '../../../../src/core/landing/job';
import type { QueuePolicy } from '../../../../src/core/pipeline/policy';
import { jobAt } from '../../../support/storyFixtures';

const passed: GateResult = { gate: 'test', command: 'npm test', verdict: 'passed', detail: '', ms: 5 };
const train: QueuePolicy = { kind: 'train', size: 8 };
const batch: QueuePolicy = { kind: 'batch', size: 32 };
const commit = (number: number): string => number.toString(16).padStart(40, '0');
const TIP = commit(0);

type State = 'green' | 'red' | 'running' | 'none' | 'unbuilt';

/** Story `number` of a chain, built on the one before it. */
function member(
  number: number,
  state: State,
  change: Partial<Omit<ChainMember, 'job'>> & { job?: Partial<MergeJob> } = {},
): ChainMember {
  const candidate = {
    commit: commit(number),
    tree: commit(number),
    parents: [commit(number - 1)],
    base: commit(number - 1),
  };
  const step = state === 'unbuilt' ? 'leased' : state === 'green' ? 'gated' : 'gating';
  const { job, ...rest } = change;
  return {
    verdict: state === 'red' || state === 'running' ? state : 'none',
    stands: 'inLine',
    rules: 'kept',
    ...rest,
    job: jobAt(step, {
      id: `job-${number}`,
      number,
      candidate: state === 'unbuilt' ? null : candidate,
      results: state === 'green' ? [passed] : [],
      ...job,
    }),
  };
}

const lay = (states: readonly State[], policy: QueuePolicy, tip = TIP): (Place | undefined)[] => {
  const members = states.map((state, at) => member(at + 1, state));
  const places = layChain(members, { tip, policy, forming: 'complete' });
  return members.map(({ job }) => places.get(job.id));
};
const proofs = (states: readonly State[], policy: QueuePolicy): string[] =>
  lay(states, policy).map((place) => place?.proof.kind ?? 'none');
const parts = (states: readonly State[], policy: QueuePolicy): string[] =>
  lay(states, policy).map((place) => place?.part.kind ?? 'none');

describe('a chain of landings', () => {
  it('[MQ12, MQ21] gates of those that stand apart count for what may run side by side', () => {
    const members = [member(1, 'none'), member(2, 'none'), member(9, 'running', { stands: 'apart' })];
    const places = layChain(members, { tip: TIP, policy: { kind: 'train', size: 2 }, forming: 'complete' });
    assert.deepEqual(['job-1', 'job-2'].map((id) => places.get(id)?.proof.kind), ['gate', 'await']); // prettier-ignore
  });

  it('[MQ1, MQ12] behind one whose gates go on where the target moved others are built, and nothing is proven or lands', () => {
    const moved = lay(['running', 'green', 'none', 'unbuilt'], train, commit(90));
    assert.deepEqual(
      moved.map((place) => [place?.base, place?.companions.length, place?.proof.kind, place?.part.kind]),
      [[commit(90), 0], [commit(1), 1], [commit(2), 2], [commit(3), 3]].map((one) => [...one, 'await', 'wait']),
    ); // prettier-ignore
    assert.deepEqual(lay(['none', 'none'], train, commit(90)).map((place) => place?.base), [commit(90), null]); // prettier-ignore
  });

  it('[MQ12] each is built on the one before it, and so many at once as the policy says', () => {
    const places = lay(['none', 'unbuilt', 'unbuilt'], train);
    assert.deepEqual(
      places.map((place) => [place?.base, place?.behind, place?.turn]),
      [
        [TIP, null, 'now'],
        [commit(1), 1, 'now'],
        [null, 2, 'now'],
      ],
    );
    assert.deepEqual(lay(['none', 'unbuilt'], { kind: 'one' })[1]?.turn, 'later');
    assert.deepEqual(places[1]?.companions, [
      { jobId: 'job-1', number: 1, base: TIP, commit: commit(1), provenBy: 'gates' },
    ]);
  });

  it('[MQ12] a train proves all side by side; a batch its last alone, once all of it is built', () => {
    assert.deepEqual(proofs(['none', 'none', 'none'], train), ['gate', 'gate', 'gate']);
    assert.deepEqual(proofs(['none', 'none', 'none'], batch), ['await', 'await', 'gate']);
    assert.deepEqual(proofs(['none', 'none', 'unbuilt'], batch), ['await', 'await', 'await']);
    assert.deepEqual(proofs(['none', 'none'], { kind: 'one' }), ['gate', 'await']);
  });

  it('[MQ12] behind a train one more is merged, whose gates begin as soon as there is room for them', () => {
    const two: QueuePolicy = { kind: 'train', size: 2 };
    const turns = lay(['running', 'running', 'unbuilt', 'unbuilt'], two).map((place) => place?.turn);
    assert.deepEqual(turns, ['now', 'now', 'now', 'later']);
    assert.deepEqual(proofs(['running', 'running', 'none'], two), ['gate', 'gate', 'await']);
    assert.deepEqual(proofs(['green', 'running', 'none'], two), ['own', 'gate', 'gate'], 'the first is just landing');
    assert.deepEqual(proofs(['red', 'running', 'none'], two), ['await', 'gate', 'await'], 'it may be merged anew');
    assert.deepEqual(proofs(['running', 'none', 'none'], two), ['gate', 'gate', 'await']);
  });

  it('[MQ12] a train lands its first; a batch everything up to its last green one, in one move', () => {
    assert.deepEqual(parts(['green', 'green', 'running'], train), ['lead', 'wait', 'wait']);
    assert.deepEqual(parts(['running', 'green'], train), ['wait', 'wait']);
    const places = lay(['none', 'green', 'none'], batch);
    assert.deepEqual(places[0]?.proof, { kind: 'through', number: 2, commit: commit(2) });
    assert.deepEqual(places[0].part, { kind: 'takenAlong' });
    assert.deepEqual(places[1]?.part, { kind: 'lead', before: ['job-1'] });
    assert.deepEqual(places[2]?.part, { kind: 'wait' });
  });

  it('[MQ12] before one is dropped, what stands behind it is looked at: a green one that contains it clears it', () => {
    assert.deepEqual(proofs(['red', 'running'], train), ['await', 'gate']);
    assert.deepEqual(proofs(['red', 'green'], train), ['through', 'own']);
    assert.deepEqual(parts(['red', 'green'], train), ['takenAlong', 'lead']);
    assert.deepEqual(proofs(['red', 'red'], train), ['drop', 'await'], 'the second stands on a red one');
    assert.deepEqual(proofs(['green', 'red'], train), ['own', 'drop']);
    assert.deepEqual(proofs(['running', 'red'], train), ['gate', 'await']);
  });

  it('[MQ1, MQ12] that no gate ran is no proof for a story that gates let in', () => {
    const person = member(2, 'none', { job: { step: 'gated', provenBy: 'person' } });
    const places = layChain([member(1, 'none'), person], { tip: TIP, policy: batch, forming: 'complete' });
    assert.deepEqual(places.get('job-1')?.proof, { kind: 'gate' });
    assert.deepEqual(places.get('job-2')?.part, { kind: 'wait' });
  });

  it('[MQ12] one that stands apart is passed, and what stood on it is to be built anew', () => {
    const members = [member(1, 'green', { stands: 'apart' }), member(2, 'running')];
    const places = layChain(members, { tip: TIP, policy: train, forming: 'complete' });
    assert.equal(places.get('job-1'), undefined);
    assert.equal(places.get('job-2')?.base, TIP);
  });

  it('[MQ10, MQ12] what comes after a story that changes the gates is built once that has landed', () => {
    const members = [member(1, 'none'), member(2, 'none', { rules: 'changed' }), member(3, 'none')];
    const places = layChain(members, { tip: TIP, policy: batch, forming: 'complete' });
    assert.deepEqual(
      [...places.values()].map(({ base }) => base),
      [TIP, commit(1), null],
    );
    assert.equal(places.get('job-2')?.proof.kind, 'gate');
  });

  it('[MQ12] once the target is at a candidate, all that it was built on has landed, and the rest stands as it was', () => {
    const landing = { job: { step: 'landing' as const } };
    const members = [member(1, 'none', landing), member(2, 'green', landing), member(3, 'running')];
    const places = layChain(members, { tip: commit(2), policy: batch, forming: 'complete' });
    assert.deepEqual([...places.keys()], ['job-3']);
    assert.equal(places.get('job-3')?.base, commit(2));
  });

  it('[MQ3, MQ12] jobs that were left go on in the order in which they were built', () => {
    const jobs = [3, 1, 2].map((number) => member(number, 'none'));
    const order = inChainOrder([member(9, 'unbuilt'), ...jobs]).map(({ job }) => job.number);
    assert.deepEqual(order, [1, 2, 3, 9]);
  });

  it('[MQ12] whatever is red by itself, a batch names just that with few gate runs, and all else lands', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 32 }),
        fc.array(fc.integer({ min: 1, max: 32 }), { maxLength: 3 }),
        (size, some) => {
          const bad = new Set(some.filter((number) => number <= size));
          const { landed, dropped, runs } = runBatch(size, bad);
          assert.deepEqual(
            dropped,
            [...bad].sort((a, b) => a - b),
          );
          assert.equal(landed.length, size - bad.size);
          const most = 1 + bad.size * (Math.ceil(Math.log2(size)) + 2);
          assert.ok(runs <= most, `${runs} runs for ${bad.size} of ${size}`);
          if (bad.size === 0) assert.equal(runs, 1);
        },
      ),
    );
  });
});

/** Lands stories 1 to `size` as a batch; those in `bad` are red wherever they are contained. Counts gate runs. */
function runBatch(size: number, bad: ReadonlySet<number>): { landed: number[]; dropped: number[]; runs: number } {
  const numbers = Array.from({ length: size }, (_, at) => at + 1);
  let verdicts = new Map<number, State>();
  const [landed, dropped]: [number[], number[]] = [[], []];
  let [runs, tip] = [0, commit(1000)];
  const idOf = new Map<number, string>();
  let made = 2000;
  const build = (from: number): void => {
    for (const number of numbers.slice(from)) idOf.set(number, commit((made += 1)));
  };
  build(0);
  while (numbers.length > 0) {
    const members = numbers.map((number, at) => {
      const base = at === 0 ? tip : (idOf.get(numbers[at - 1] ?? 0) ?? tip);
      const candidate = { commit: idOf.get(number) ?? '', tree: tip, parents: [base], base };
      return member(number, verdicts.get(number) ?? 'none', { job: { candidate } });
    });
    const places = layChain(members, { tip, policy: batch, forming: 'complete' });
    const at = (kind: string): number =>
      numbers.findIndex((number) => places.get(`job-${number}`)?.proof.kind === kind);
    const lead = numbers.findIndex((number) => places.get(`job-${number}`)?.part.kind === 'lead');
    if (lead !== -1) {
      tip = idOf.get(numbers[lead] ?? 0) ?? tip;
      landed.push(...numbers.splice(0, lead + 1));
    } else if (at('drop') !== -1) {
      const index = at('drop');
      dropped.push(...numbers.splice(index, 1));
      for (const number of numbers.slice(index)) verdicts.delete(number);
      build(index);
    } else {
      const index = at('gate');
      assert.notEqual(index, -1, `nothing to do for ${numbers.join(' ')}`);
      runs += 1;
      const isRed = numbers.slice(0, index + 1).some((number) => bad.has(number));
      verdicts = verdicts.set(numbers[index] ?? 0, isRed ? 'red' : 'green');
    }
  }
  return { landed, dropped: dropped.sort((a, b) => a - b), runs };
}

describe('the proof of a chain', () => {
  const landing = (number: number, state: State, change: Partial<MergeJob> = {}): MergeJob =>
    member(number, state, { job: { step: 'landing', ...change } }).job;
  const through = { number: 2, commit: commit(2) };

  it('[MQ1, MQ12] is its last commit’s, for those that it contains and that were told so', () => {
    const chain = provenChain([landing(1, 'none', { through }), landing(2, 'green')]);
    assert.equal(chain?.base, TIP);
    assert.equal(chain.last.commit, commit(2));
    assert.deepEqual(
      chain.before.map((one) => one.candidate.commit),
      [commit(1)],
    );
    assert.notEqual(provenChain([landing(1, 'green')]), null);
  });

  it('[MQ1, MQ12] is none where a member is not contained, not about to land, proven through another, or no gate ran', () => {
    const last = landing(2, 'green');
    const refused: MergeJob[][] = [
      [],
      [landing(1, 'none'), last],
      [landing(1, 'none', { through: { number: 3, commit: commit(3) } }), last],
      [landing(1, 'none', { through, step: 'gated' }), last],
      [landing(3, 'green'), last],
      [landing(1, 'none', { through, target: 'refs/heads/other' }), last],
      [landing(1, 'none', { through, provenBy: 'gates' }), landing(2, 'none', { provenBy: 'person' })],
      [landing(1, 'none', { through, provenBy: 'person' })],
    ];
    for (const jobs of refused) assert.equal(provenChain(jobs), null, JSON.stringify(jobs.map(({ through: t }) => t)));
    const people = { provenBy: 'person' } as const;
    assert.notEqual(provenChain([landing(1, 'none', { through, ...people }), landing(2, 'none', people)]), null);
  });
});
