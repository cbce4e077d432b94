import assert from 'node:assert/strict';
import { readFileSync, truncateSync, writeFileSync } from 'node:fs';
import { LogReader } from '../../../../src/store/log/logReader';
import { frameRecord, LOG_HEADER } from '../../../../src/store/log/recordFormat';
import { rewriteLog } from '../../../../src/store/log/recordLog';
import { TemporaryFolder } from '../../../support/temporaryFolder';

const frame = (text: string): Buffer => frameRecord(Buffer.from(text));

describe('log reader', () => {
  let folder: TemporaryFolder;
  let file: string;
  let reader: LogReader;
  beforeEach(() => {
    folder = new TemporaryFolder();
    file = folder.at('test.log');
    reader = new LogReader(file);
  });
  afterEach(() => folder.remove());

  const grow = (...parts: Buffer[]): void => writeFileSync(file, Buffer.concat([readFileSync(file), ...parts]));

  async function news(): Promise<string> {
    const found = await reader.readNew();
    return found.kind === 'same' ? 'same' : `${found.kind}: ${found.records.map(String).join(' ')}`;
  }

  it('[P5] a follower reads what was added, and each record once', async () => {
    assert.equal(await news(), 'same');
    writeFileSync(file, LOG_HEADER);
    assert.equal(await news(), 'replaced: ');
    grow(frame('one'), frame('two'));
    assert.equal(await news(), 'more: one two');
    assert.equal(await news(), 'same');
    grow(frame('three'));
    assert.equal(await news(), 'more: three');
  });

  it('[P5] a record that is still being written is not there yet, and nothing is cut', async () => {
    writeFileSync(file, Buffer.concat([LOG_HEADER, frame('one')]));
    await news();
    const next = frame('two');
    for (let length = 1; length < next.length; length++) {
      grow(next.subarray(length - 1, length));
      assert.equal(await news(), 'same');
    }
    grow(next.subarray(-1));
    assert.equal(await news(), 'more: two');
  });

  it('[P5] a record that the writer took back after it was read is forgotten', async () => {
    writeFileSync(file, Buffer.concat([LOG_HEADER, frame('one'), frame('bad')]));
    assert.equal(await news(), 'replaced: one bad');
    truncateSync(file, LOG_HEADER.length + frame('one').length);
    grow(frame('new'), frame('more'));
    assert.equal(await news(), 'replaced: one new more');
  });

  it('[P5] a log that became shorter, was rewritten or removed is read anew', async () => {
    writeFileSync(file, Buffer.concat([LOG_HEADER, frame('one'), frame('two')]));
    await news();
    truncateSync(file, LOG_HEADER.length + frame('one').length);
    assert.equal(await news(), 'replaced: one');
    await rewriteLog(file, [Buffer.from('one'), Buffer.from('other')]);
    assert.equal(await news(), 'replaced: one other');
    folder.remove();
    assert.equal(await news(), 'replaced: ');
    assert.equal(await news(), 'same');
  });
});
