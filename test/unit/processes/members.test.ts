import assert from 'node:assert/strict';
import fc from 'fast-check';
import { detachedFrom, membersOf, type RunTraces } from '../../../src/processes/members';
import type { ProcessEntry } from '../../../src/processes/processEntry';

const HERE = { boot: 'now', self: 99 };
const MAIN = { pid: 100, startedAt: 50, boot: 'now' };
const LIVE: RunTraces = { id: 'run-1', main: MAIN, group: 100, proven: new Map() };
const LEFT: RunTraces = { ...LIVE, group: null };

function entry(pid: number, change: Partial<ProcessEntry> = {}): ProcessEntry {
  return { pid, parent: 1, group: pid, startedAt: 60, runId: null, ...change };
}

function pids(entries: readonly ProcessEntry[]): number[] {
  return entries.map((one) => one.pid).sort((a, b) => a - b);
}

describe('which processes belong to a run', () => {
  const main = entry(100, { parent: 99, startedAt: 50 });

  it('[MQ3] the main process does by its number and start time together', () => {
    assert.deepEqual(pids(membersOf(LEFT, [main], HERE)), [100]);
    assert.deepEqual(pids(membersOf(LEFT, [{ ...main, startedAt: 51 }], HERE)), []);
    assert.deepEqual(pids(membersOf(LEFT, [main], { ...HERE, boot: 'later' })), []);
  });

  it('[MQ10] whoever carries the run id does, wherever it hangs', () => {
    const processes = [entry(200, { runId: 'run-1' }), entry(201, { runId: 'run-2' }), entry(202)];
    assert.deepEqual(pids(membersOf({ ...LEFT, main: null }, processes, HERE)), [200]);
  });

  it('[MQ10] children of members do, down to the last', () => {
    const processes = [
      main,
      entry(102, { parent: 101 }),
      entry(101, { parent: 100 }),
      entry(103, { parent: 102 }),
      entry(104),
    ];
    assert.deepEqual(pids(membersOf(LEFT, processes, HERE)), [100, 101, 102, 103]);
  });

  it('[U12] on Windows an older process is not the child of a newer one that was given its number', () => {
    assert.deepEqual(pids(membersOf(LEFT, [main, entry(101, { parent: 100, startedAt: 40 })], HERE)), [100]);
  });

  it('[MQ10] what was proven once stays a member after its parent ended, unless its number was given away', () => {
    const run = { ...LEFT, proven: new Map([[101, 60]]) };
    assert.deepEqual(pids(membersOf(run, [entry(101)], HERE)), [101]);
    assert.deepEqual(pids(membersOf(run, [entry(101, { startedAt: 61 })], HERE)), []);
  });

  it('[MQ10] the group of a run that this process started does, also without its leader', () => {
    const member = entry(101, { group: 100 });
    assert.deepEqual(pids(membersOf(LIVE, [member], HERE)), [101]);
    assert.deepEqual(pids(membersOf(LIVE, [main, member], HERE)), [100, 101]);
    assert.deepEqual(pids(membersOf(LIVE, [entry(101, { group: 100, startedAt: 49 })], HERE)), []);
  });

  it('[MQ3] the group of an earlier run proves nothing: its number may have been given away', () => {
    assert.deepEqual(pids(membersOf(LEFT, [entry(101, { group: 100 })], HERE)), []);
    const stranger = entry(100, { startedAt: 70 });
    assert.deepEqual(pids(membersOf(LIVE, [stranger, entry(101, { group: 100, startedAt: 71 })], HERE)), []);
  });

  it('[U12] on Windows children of a main process that has ended do while its number is held', () => {
    const child = entry(101, { parent: 100, group: null });
    assert.deepEqual(pids(membersOf(LIVE, [child], HERE)), [101]);
    assert.deepEqual(pids(membersOf(LEFT, [child], HERE)), []);
  });

  it('[MQ3] Switchyard itself and the first process never do', () => {
    const processes = [entry(99, { runId: 'run-1' }), entry(1, { runId: 'run-1' }), entry(0, { runId: 'run-1' })];
    assert.deepEqual(pids(membersOf(LIVE, processes, HERE)), []);
  });

  it('[MQ10] those that the main process no longer holds have detached themselves', () => {
    const processes = [main, entry(101, { parent: 100 }), entry(102, { parent: 101 }), entry(103, { runId: 'run-1' })];
    const members = membersOf(LIVE, processes, HERE);
    assert.deepEqual(pids(detachedFrom(MAIN, members)), [103]);
    assert.deepEqual(
      pids(
        detachedFrom(
          MAIN,
          members.filter((one) => one.pid !== 100),
        ),
      ),
      [101, 102, 103],
    );
    assert.deepEqual(pids(detachedFrom(null, members)), [100, 101, 102, 103]);
  });

  it('[MQ3] of any processes only those are members to which proof leads', () => {
    const small = fc.integer({ min: 0, max: 12 });
    const any = fc.record({
      pid: small.map((pid) => pid + 95),
      parent: small.map((pid) => pid + 95),
      group: fc.option(small.map((pid) => pid + 95)),
      startedAt: fc.integer({ min: 45, max: 65 }),
      runId: fc.constantFrom(null, null, 'run-1', 'run-2'),
    });
    fc.assert(
      fc.property(fc.uniqueArray(any, { selector: (one) => one.pid, maxLength: 12 }), (processes) => {
        const members = membersOf(LEFT, processes, HERE);
        const proven = (one: ProcessEntry): boolean =>
          one.runId === 'run-1' || (one.pid === MAIN.pid && one.startedAt === MAIN.startedAt);
        for (const one of members) {
          assert.notEqual(one.pid, HERE.self);
          assert.ok(
            proven(one) || members.some((other) => other.pid === one.parent && other.startedAt <= one.startedAt),
          );
        }
        for (const one of processes) if (proven(one) && one.pid !== HERE.self) assert.ok(members.includes(one));
      }),
      { numRuns: 10_000 },
    );
  });
});
