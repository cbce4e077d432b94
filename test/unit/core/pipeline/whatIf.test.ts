import assert from 'node:assert/strict';
import fc from 'fast-check';
import { LANDING_COSTS } from '../../../../src/core/pipeline/expectedWait';
import type { JobFacts, PipelineFacts } from '../../../../src/core/pipeline/facts';
import { forecast } from '../../../../src/core/pipeline/forecast';
import type { PolicyChoice, QueuePolicy } from '../../../../src/core/pipeline/policy';
import { whatIf } from '../../../../src/core/pipeline/whatIf';
import { whatIfText as reportOf } from '../../../../src/core/pipeline/whatIfText';
import type { StoryRecord } from '../../../../src/core/story/story';
import { factsWith, jobAt, NOW, STAGES, storyIn } from '../../../support/storyFixtures';
import { say } from '../../../../src/core/words/said';
import { reportInLanguage } from '../../../../src/core/words/saidReport';

const MINUTE = 60_000;
const GATE_MS = 3 * MINUTE;
/** What a landing takes besides its gates, at most. */
const BESIDE_MS = 20 * (LANDING_COSTS.build + LANDING_COSTS.tree + LANDING_COSTS.land);

function choice(policy: QueuePolicy = { kind: 'one' }, change: Partial<PolicyChoice> = {}): PolicyChoice {
  return { policy, why: say('because'), gateMs: GATE_MS, width: 1, ...change };
}

function queued(number: number, change: Partial<StoryRecord> = {}): StoryRecord {
  const at = new Date(NOW - (100 - number) * MINUTE).toISOString();
  return storyIn(STAGES.Merge, { key: `k${number}`, number, title: `Story ${number}`, queuedAt: at, ...change });
}

function queueOf(count: number, change: Partial<PipelineFacts> = {}): PipelineFacts {
  const stories = Array.from({ length: count }, (_, at) => queued(at + 1));
  return factsWith(stories, { queue: choice(), ...change });
}

/** Minutes until each lands, to the nearest half; `-` for one that does not. */
function minutes(facts: PipelineFacts): string {
  const { landings } = forecast(facts);
  return landings
    .map(({ number, at }) => `#${number} ${at === null ? '-' : Math.round((at - NOW) / (MINUTE / 2)) / 2}`)
    .join(', ');
}

describe('What If', () => {
  it('[MQ24] says when each queued story lands, one after another, as long as gates took until now', () => {
    assert.equal(minutes(queueOf(3)), '#1 3, #2 6, #3 9');
  });

  it('[MQ24] a landing that is under way has as long to go as is left of it', () => {
    const job = jobAt('gating', { stepAt: new Date(NOW - 2 * MINUTE).toISOString() });
    const jobs: JobFacts[] = [{ job, state: 'active', progress: null, wait: null }];
    assert.equal(minutes(queueOf(2, { jobs })), '#1 1, #2 4');
  });

  it('[MQ24] a story in QA lands after its gates ran twice: by itself, and merged', () => {
    const facts = factsWith([storyIn(STAGES.QA, { key: 'k1' })], { queue: choice() });
    assert.equal(minutes(facts), '#1 6');
  });

  it('[MQ24] a landing that waits for a person’s files does not end by itself, and nor does what must come after it', () => {
    const wait = {
      why: { message: 'Your checkout has changes' },
      files: ['a.ts'],
      holdsBack: 'all' as const,
      since: NOW,
    };
    const jobs: JobFacts[] = [{ job: jobAt('landing'), state: 'active', progress: null, wait }];
    const { landings } = forecast(queueOf(2, { jobs }));
    assert.deepEqual(
      landings.map(({ lands }) => lands),
      ['not by itself', 'not by itself'],
    );
  });

  it('[MQ24, MQ26] behind a landing of a train that waits and lets nobody pass, nobody lands by itself', () => {
    const jobOf = (number: number, waits: boolean): JobFacts => {
      const job = jobAt('landing', { id: `job-${number}`, storyKey: `k${number}`, number });
      const wait = waits ? { why: { message: 'It waits' }, files: [], holdsBack: 'all' as const, since: NOW } : null;
      return { job, state: 'active', progress: null, wait };
    };
    const queue = choice({ kind: 'train', size: 3 }, { width: 2 });
    const train = (...jobs: JobFacts[]) => minutes(queueOf(4, { jobs, queue }));
    assert.equal(train(jobOf(1, true), jobOf(2, false)), '#1 -, #2 -, #3 -, #4 -');
    assert.equal(train(jobOf(1, false), jobOf(2, true)), '#1 0, #2 -, #3 -, #4 -');
  });

  it('[MQ24] landings that wait apart take no place from those that pass them, nor hold up whose gates run', () => {
    const jobOf = (number: number, holdsBack: 'touching' | 'nothing' | null): JobFacts => {
      const job = jobAt('gating', {
        id: `job-${number}`,
        storyKey: `k${number}`,
        number,
        stepAt: new Date(NOW).toISOString(),
      });
      const wait = holdsBack && { why: { message: 'It waits' }, files: [], holdsBack, since: NOW };
      return { job, state: 'active', progress: null, wait };
    };
    const apart = [jobOf(1, 'touching'), jobOf(2, 'nothing')];
    const train = (jobs: JobFacts[]) =>
      minutes(queueOf(5, { jobs, queue: choice({ kind: 'train', size: 2 }, { width: 2 }) }));
    assert.equal(train(apart), '#3 3, #4 3, #5 6, #1 -, #2 -');
    assert.equal(train([...apart, jobOf(3, null)]), '#3 3, #4 3, #5 6, #1 -, #2 -');
    assert.equal(train([...apart, jobOf(3, null), jobOf(4, null), jobOf(5, null)]), '#3 3, #4 3, #5 6, #1 -, #2 -');
  });

  it('[MQ24] a story lands after those that it depends on, whatever its age', () => {
    const stories = [queued(1, { dependsOn: ['k3'] }), queued(2), queued(3)];
    assert.equal(minutes(factsWith(stories, { queue: choice() })), '#2 3, #3 6, #1 9');
  });

  it('[MQ24] where no gate was measured the order is told, and no time', () => {
    const facts = queueOf(2, { queue: choice({ kind: 'one' }, { gateMs: null }) });
    const found = forecast(facts);
    assert.equal(found.times, 'none');
    assert.deepEqual(found.landings.map(({ number, at, lands }) => [number, at, lands]), [[1, null, 'by itself'], [2, null, 'by itself']]); // prettier-ignore
    assert.match(whatIfText(whatIf(facts), about(facts)), /No gate run has been measured yet/);
  });

  it('[MQ24] freezing the first, and letting the last come first, moves the others by one landing', () => {
    const { rows } = whatIf(queueOf(3));
    const shifts = (kind: string, key: string) =>
      rows
        .find(({ change }) => change.kind === kind && change.key === key)
        ?.moved.map(({ number, before, after }) => [
          number,
          before === null || after === null ? null : Math.round((after - before) / MINUTE),
        ]);
    assert.deepEqual(shifts('freeze', 'k1'), [[2, -3], [3, -3], [1, null]]); // prettier-ignore
    assert.deepEqual(shifts('first', 'k3'), [[3, -6], [1, 3], [2, 3]]); // prettier-ignore
  });

  it('[MQ24] approving says when the story itself would land, and whom that delays', () => {
    const held = storyIn(STAGES.ReviewHold, { key: 'k9', number: 9, priority: 0 });
    const { rows } = whatIf(factsWith([queued(1), queued(2), held], { queue: choice() }));
    const row = rows.find(({ change }) => change.kind === 'approve');
    assert.equal(row?.number, 9);
    const own = row.moved.find(({ number }) => number === 9);
    assert.ok(own?.before === null && own.after !== null);
    assert.ok(row.moved.some(({ number }) => number === 2));
  });

  it('[MQ24] the later of two that conflict meets the conflict, and another order brings and spares others', () => {
    const conflicts = [
      { one: 'k1', other: 'k3', files: ['query.ts'] },
      { one: 'k2', other: null, files: ['a.ts'] },
    ];
    const facts = { ...queueOf(3), conflicts };
    const found = whatIf(facts);
    assert.deepEqual(found.conflicts, [
      { number: 3, with: 1, files: ['query.ts'] },
      { number: 2, with: null, files: ['a.ts'] },
    ]);
    const first = found.rows.find(({ change }) => change.kind === 'first' && change.key === 'k3');
    assert.deepEqual(first?.brings, [{ number: 1, with: 3, files: ['query.ts'] }]);
    assert.deepEqual(first.spares, [{ number: 3, with: 1, files: ['query.ts'] }]);
    assert.match(whatIfText(found, about(facts)), /#3 with #1 in query\.ts/);
    assert.match(whatIfText(found, about(facts)), /^ {2}let #3 come first \(Set Priority 0\):$/m);
  });

  it('[MQ24] a batch lands together after one gate run, and a train as many at once as the machine does side by side', () => {
    assert.equal(minutes(queueOf(4, { queue: choice({ kind: 'batch', size: 4 }) })), '#1 3, #2 3, #3 3, #4 3');
    assert.equal(minutes(queueOf(3, { queue: choice({ kind: 'batch', size: 2 }) })), '#1 3, #2 3, #3 6');
    const train = (width: number) => minutes(queueOf(4, { queue: choice({ kind: 'train', size: 2 }, { width }) }));
    assert.equal(train(2), '#1 3, #2 3, #3 6, #4 6');
    assert.equal(train(1), '#1 6, #2 6, #3 12, #4 12');
  });

  it('[MQ24] whatever is queued, whoever lands by itself lands, in an order without a gap longer than one gate run', () => {
    const stories = fc.array(fc.record({ stage: fc.constantFrom('QA' as const, 'Merge' as const), priority: fc.integer({ min: 0, max: 3 }) }), { minLength: 1, maxLength: 8 }); // prettier-ignore
    fc.assert(
      fc.property(stories, (wanted) => {
        const all = wanted.map(({ stage, priority }, at) =>
          storyIn(STAGES[stage], { key: `k${at}`, number: at + 1, priority }),
        );
        const { landings } = forecast(factsWith(all, { queue: choice() }));
        assert.ok(landings.every(({ lands }) => lands === 'by itself'));
        const last = landings.at(-1)?.at ?? Infinity;
        assert.ok(last <= NOW + 2 * all.length * GATE_MS + BESIDE_MS, JSON.stringify(landings));
      }),
      { numRuns: 60 },
    );
  });

  it('[MQ24] is read as text: who lands when, what would change it, and nothing of a title that could be mistaken', () => {
    const facts = factsWith([queued(1), queued(2, { title: 'Evil\u202e\ntitle' })], { queue: choice() });
    const text = whatIfText(whatIf(facts), about(facts));
    assert.match(
      text,
      /^What will land on main, and what you could change\nNow: one at a time: ~3 min of gates each, because because\./,
    );
    assert.match(text, /#1 Story 1: in about 3 min, at M3/);
    assert.match(text, /#2 Evil\\u\{202e\} title: in about 6 min/);
    assert.match(text, /freeze #1:\n {6}#2 lands at M3, 3 min earlier\n {6}#1 does not land then/);
  });
});

function whatIfText(...asked: Parameters<typeof reportOf>): string {
  return reportInLanguage(reportOf(...asked));
}

function about(facts: PipelineFacts) {
  const moment = (at: number) => `M${Math.round((at - NOW) / MINUTE)}`;
  return { target: 'main', queue: facts.queue ?? null, moment };
}
