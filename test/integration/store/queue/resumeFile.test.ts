import assert from 'node:assert/strict';
import { readFile, writeFile } from 'node:fs/promises';
import { openResumes } from '../../../../src/store/queue/resumeFile';
import { TemporaryFolder } from '../../../support/temporaryFolder';
import { KeptLog } from '../../../unit/store/storeFixtures';

describe('That the queue goes on although the target is red', () => {
  let folder: TemporaryFolder;
  let file: string;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('resumed.json');
  });
  afterEach(() => folder.remove());

  const [tip, other] = ['a'.repeat(40), 'b'.repeat(40)];
  const at = '2026-01-02T11:00:00.000Z';

  it('[MQ6] is known after a restart, for the tip at which it was said and for no other', async () => {
    await (await openResumes(file, new KeptLog())).resume(tip, at);
    const next = await openResumes(file, new KeptLog());
    assert.deepEqual([next.at(tip), next.at(other)], [at, null]);
    await next.resume(other, at);
    assert.deepEqual([next.at(tip), next.at(other)], [null, at]);
  });

  it('[MQ6, P1] a damaged file says nothing, so the person is asked again; a flipped bit in it changes nothing', async () => {
    await (await openResumes(file, new KeptLog())).resume(tip, at);
    const bytes = await readFile(file);
    bytes.writeUInt8(bytes.readUInt8(40) ^ 1, 40);
    await writeFile(file, bytes);
    assert.equal((await openResumes(file, new KeptLog())).at(tip), at);
    await writeFile(file, 'nothing');
    assert.equal((await openResumes(file, new KeptLog())).at(tip), null);
  });
});
