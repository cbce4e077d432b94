import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { powerSource } from '../../../src/gates/powerSource';
import { TemporaryFolder } from '../../support/temporaryFolder';

describe('where the machine has its power from', () => {
  let folder: TemporaryFolder;
  beforeEach(() => (folder = new TemporaryFolder()));
  afterEach(() => folder.remove());

  /** As Linux tells of it: a folder each, a file for each property. */
  function supply(name: string, files: Readonly<Record<string, string>>): void {
    mkdirSync(path.join(folder.path, name));
    for (const [file, text] of Object.entries(files)) writeFileSync(path.join(folder.path, name, file), `${text}\n`);
  }

  it('[MQ11] a battery that is used up is one, a charger that is plugged in is not', async () => {
    supply('BAT0', { type: 'Battery', status: 'Discharging' });
    supply('AC', { type: 'Mains', online: '0' });
    assert.equal(await powerSource(folder.path), 'battery');
    writeFileSync(path.join(folder.path, 'AC', 'online'), '1\n');
    assert.equal(await powerSource(folder.path), 'mains');
  });

  it('[MQ11] a full battery is on mains, and that of a mouse says nothing', async () => {
    supply('hid-mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    assert.equal(await powerSource(folder.path), 'unknown');
    supply('BAT0', { type: 'Battery', status: 'Full' });
    assert.equal(await powerSource(folder.path), 'mains');
  });

  it('[MQ11] nothing is known where the system does not tell', async () => {
    assert.equal(await powerSource(path.join(folder.path, 'none')), 'unknown');
  });
});
