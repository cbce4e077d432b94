import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import type { RunFinding } from '../../../../src/core/agents/finding';
import { openFindings } from '../../../../src/store/findings/findingsFile';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { diskError, WatchedDisk } from '../../../support/watchedDisk';
import { KeptLog } from '../../../unit/store/storeFixtures';

describe('What runs changed outside their stories', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('findings.json');
  });
  afterEach(() => folder.remove());

  const ofRun = { at: '2026-01-02T11:00:00.000Z', agent: 'coder', storyKey: 'k1', number: 1 };
  const moved: RunFinding = {
    ...ofRun, id: 'one', kind: 'targetMoved', ref: 'refs/heads/main', from: 'a'.repeat(40), to: 'b'.repeat(40), commits: ['bbbbbbbb Sly'], commitCount: 1,
  }; // prettier-ignore
  const changed: RunFinding = {
    ...ofRun, id: 'two', kind: 'sharedChanged',
    changes: [
      { kind: 'file', path: 'hooks/pre-commit', before: null, after: { kind: 'file', mode: 0o755, data: 'AA==', digest: 'x' }, keys: [] },
      { kind: 'ref', ref: 'refs/heads/other', before: null, after: 'c'.repeat(40) },
    ],
  }; // prettier-ignore

  it('[A12] is there after a restart until a person has decided about it', async () => {
    const first = await openFindings(file, new KeptLog());
    await Promise.all([first.add(moved), first.add(changed)]);
    const second = await openFindings(file, new KeptLog());
    assert.deepEqual(second.list(), [moved, changed]);
    await second.remove('one');
    assert.deepEqual((await openFindings(file, new KeptLog())).list(), [changed]);
  });

  it('[A12, P1] a damaged file is kept and told, and stops nothing; a flipped bit in it changes nothing', async () => {
    const log = new KeptLog();
    await (await openFindings(file, log)).add(moved);
    const whole = await readFile(file);
    for (let at = 0; at < whole.length; at += 3) {
      const bytes = Buffer.from(whole);
      bytes[at]! ^= 1 << (at % 8);
      await writeFile(file, bytes);
      assert.deepEqual((await openFindings(file, log)).list(), [moved], `byte ${at}`);
    }
    for (const damaged of ['{"half', '[{', whole.subarray(0, 50), Buffer.from(whole).fill(0x58, 60, 70)]) {
      await writeFile(file, damaged);
      const told: string[] = [];
      const findings = await openFindings(file, log, { onDamage: (keptIn) => Promise.resolve(void told.push(keptIn)) });
      assert.deepEqual([findings.list(), told.length], [[], 1]);
      assert.deepEqual(await readFile(told[0]!), Buffer.from(damaged));
      await findings.add(moved);
      assert.deepEqual((await openFindings(file, log)).list(), [moved]);
    }
  });

  it('[A12] what the first version wrote is read', async () => {
    await writeFile(file, `${JSON.stringify([moved])}\n`);
    assert.deepEqual((await openFindings(file, new KeptLog())).list(), [moved]);
  });

  it('[P6, A12] what a run changed counts at once, also where the disk does not take it, and is kept once it does', async () => {
    const findings = await openFindings(file, new KeptLog());
    const disk = await WatchedDisk.watch((change) => (change.path.startsWith(folder.path) ? diskError('ENOSPC', change) : null)); // prettier-ignore
    await assert.rejects(findings.add(moved), /What a run changed was not saved: the disk is full/);
    assert.deepEqual(findings.list(), [moved]);
    await assert.rejects(findings.remove('one'), /the disk is full/);
    disk.release();
    assert.deepEqual(findings.list(), [moved], 'a decision that is not on disk is none');
    await findings.add(moved);
    assert.deepEqual((await openFindings(file, new KeptLog())).list(), [moved]);
  });
});
