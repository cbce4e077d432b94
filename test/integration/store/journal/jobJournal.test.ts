import assert from 'node:assert/strict';
import { appendFileSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { MERGE_STEPS, type MergeJob } from '../../../../src/core/landing/job';
import { FileJobJournal, type JournalOptions } from '../../../../src/store/journal/jobJournal';
import { frameRecord } from '../../../../src/store/log/recordFormat';
import { jobAt } from '../../../support/storyFixtures';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';
import { FaultyFile } from '../log/faultyFile';

const withdrawn = { kind: 'withdrawn', why: 'a person took it out' } as const;
const result = { gate: 'test', command: 'npm test', verdict: 'passed', detail: '', ms: 12 } as const;

describe('job journal', function () {
  let folder: TemporaryFolder;
  let file: string;
  let log: KeptLog;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('jobs.log');
    log = new KeptLog();
  });
  afterEach(() => folder.remove());

  const open = (change: Partial<JournalOptions> = {}): Promise<FileJobJournal> =>
    FileJobJournal.open(file, { now: () => 0, log, ...change });

  async function write(...jobs: MergeJob[]): Promise<void> {
    const journal = await open();
    for (const job of jobs) await journal.append(job);
    await journal.close();
  }

  async function read(change: Partial<JournalOptions> = {}): Promise<readonly MergeJob[]> {
    const journal = await open(change);
    await journal.close();
    return journal.jobs();
  }

  it('[MQ3] the latest record of each job wins, before and after reopening', async () => {
    const journal = await open();
    await journal.append(jobAt('queued', { id: 'a' }));
    await journal.append(jobAt('queued', { id: 'b' }));
    for (const step of MERGE_STEPS.slice(1)) await journal.append(jobAt(step, { id: 'a', results: [result] }));
    const expected = [jobAt('cleaned', { id: 'a', results: [result] }), jobAt('queued', { id: 'b' })];
    assert.deepEqual(journal.jobs(), expected);
    await journal.close();
    assert.deepEqual(
      [...(await read())].sort((a, b) => (a.id < b.id ? -1 : 1)),
      expected,
    );
  });

  it('[MQ3] each append is announced before it is on disk and after it is', async () => {
    const seen: string[] = [];
    const journal = await open({
      observe: async (step, moment) => {
        await Promise.resolve();
        seen.push(`${moment} ${step}: ${readFileSync(file).includes(`"step":"${step}"`) ? 'on disk' : 'not yet'}`);
      },
    });
    await journal.append(jobAt('queued'));
    await journal.append(jobAt('leased'));
    assert.deepEqual(seen, ['before queued: not yet', 'after queued: on disk', 'before leased: not yet', 'after leased: on disk']); // prettier-ignore
    seen.length = 0;
    await journal.append(jobAt('gating', { stopped: withdrawn }));
    assert.deepEqual(seen.map((line) => line.split(':')[0]), ['before stopped', 'after stopped']); // prettier-ignore
    await journal.close();
  });

  it('[MQ3] a step that could not be written is not there, now or after reopening', async () => {
    const disk = new FaultyFile();
    const journal = await open({ openFile: disk.open });
    await journal.append(jobAt('queued'));
    disk.fault = { at: 'sync' };
    await assert.rejects(journal.append(jobAt('leased')), { kind: 'diskFull' });
    assert.deepEqual(journal.jobs(), [jobAt('queued')]);
    await journal.close();
    assert.deepEqual(await read(), [jobAt('queued')]);
  });

  it('[MQ3] what could not be read back is not written', async () => {
    const journal = await open();
    await assert.rejects(journal.append(jobAt('queued', { storyTip: 'short' })));
    assert.deepEqual(journal.jobs(), []);
    await journal.close();
    assert.deepEqual(await read(), []);
  });

  it('[MQ5] of jobs that finished without landing the newest 200 are kept, and every unfinished one', async () => {
    const stopped = Array.from({ length: 230 }, (_, n) => jobAt('gating', { id: `stopped-${n}`, stopped: withdrawn }));
    await write(jobAt('gating', { id: 'old-and-unfinished' }), ...stopped);
    const jobs = await read({ compactAfter: 1 });
    assert.deepEqual(jobs.map((job) => job.id), ['old-and-unfinished', ...stopped.slice(30).map((job) => job.id)]); // prettier-ignore
    assert.deepEqual(await read(), jobs);
  });

  it('[MQ3] compaction never forgets a landing: candidate, tree and results of each stay', async () => {
    const landings = Array.from({ length: 250 }, (_, n) => [
      jobAt('landing', { id: `landed-${n}` }),
      jobAt('landed', { id: `landed-${n}`, results: [{ ...result, ms: n }] }),
      jobAt('cleaned', { id: `landed-${n}`, results: [{ ...result, ms: n }] }),
    ]).flat();
    await write(...landings, jobAt('landed', { id: 'not-cleaned' }));
    const before = statSync(file).size;
    const jobs = await read({ compactAfter: 1 });
    assert.ok(statSync(file).size < before * 0.75);
    assert.equal(jobs.length, 251);
    for (const [n, job] of jobs.slice(0, 250).entries()) {
      assert.deepEqual(job, jobAt('cleaned', { id: `landed-${n}`, results: [{ ...result, ms: n }] }));
    }
    assert.deepEqual(await read({ compactAfter: 1 }), jobs);
  });

  it('[MQ3] the record of a landing stays, whatever is journalled of the same job afterwards', async () => {
    await write(jobAt('landed', { results: [result] }), jobAt('queued'), jobAt('queued', { stopped: withdrawn }));
    await read({ compactAfter: 1 });
    const text = readFileSync(file, 'latin1');
    assert.equal(text.includes(JSON.stringify(jobAt('landed', { results: [result] })).slice(0, -1)), true);
    assert.equal(text.includes(JSON.stringify(jobAt('queued')).slice(0, -1)), false);
  });

  it('[MQ3] a journal is rewritten only when enough of it is superseded, and the answer is the same either way', async () => {
    await write(jobAt('queued'), jobAt('leased'), jobAt('merged'));
    const before = readFileSync(file);
    const jobs = await read({ compactAfter: 3 });
    assert.deepEqual(readFileSync(file), before);
    assert.deepEqual(await read({ compactAfter: 2 }), jobs);
    assert.ok(readFileSync(file).length < before.length);
    await write(jobAt('gating'));
    assert.deepEqual(await read(), [jobAt('gating')]);
    assert.deepEqual(readdirSync(folder.path), ['jobs.log']);
  });

  it('[MQ3] a record that this version cannot read is reported, and survives compaction as it is', async () => {
    const later = Buffer.from('{"id":"from-a-later-version","step":"teleported"}');
    await write(jobAt('queued'));
    appendFileSync(file, frameRecord(later));
    await write(jobAt('leased'));
    assert.deepEqual(await read({ compactAfter: 1 }), [jobAt('leased')]);
    assert.ok(readFileSync(file).includes(later));
    assert.ok(log.of('warn', '1 records of the merge journal cannot be read').length > 0);
  });

  it('[MQ3] a torn journal opens as the steps that were whole', async () => {
    await write(jobAt('queued'), jobAt('leased'));
    const whole = readFileSync(file);
    for (const length of [whole.length - 1, whole.length - 100]) {
      writeFileSync(file, whole.subarray(0, length));
      assert.deepEqual(await read(), [jobAt('queued')]);
    }
  });
});
