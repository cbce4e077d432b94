import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { powerSource, suppliedBy } from '../../../src/gates/powerSource';
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
    assert.equal(await suppliedBy(folder.path), 'battery');
    writeFileSync(path.join(folder.path, 'AC', 'online'), '1\n');
    assert.equal(await suppliedBy(folder.path), 'mains');
  });

  it('[MQ11] a full battery is on mains, and that of a mouse says nothing', async () => {
    supply('hid-mouse', { type: 'Battery', scope: 'Device', status: 'Discharging' });
    assert.equal(await suppliedBy(folder.path), 'unknown');
    supply('BAT0', { type: 'Battery', status: 'Full' });
    assert.equal(await suppliedBy(folder.path), 'mains');
  });

  it('[MQ11] nothing is known where the system does not tell', async () => {
    assert.equal(await suppliedBy(path.join(folder.path, 'none')), 'unknown');
  });

  /** Asks a system whose programs print this. */
  const asked = (platform: NodeJS.Platform, printed: string) => powerSource(platform, { output: () => Promise.resolve(printed) }); // prettier-ignore

  it('[MQ11] macOS tells what it draws from; what stands in for failed mains is a battery too', async () => {
    const battery =
      "Now drawing from 'Battery Power'\n -InternalBattery-0 (id=4653155)\t95%; discharging; 4:02 remaining present: true\n";
    const full =
      "Now drawing from 'AC Power'\n -InternalBattery-0 (id=4653155)\t100%; charged; 0:00 remaining present: true\n";
    assert.equal(await asked('darwin', battery), 'battery');
    assert.equal(await asked('darwin', full), 'mains');
    assert.equal(await asked('darwin', "Now drawing from 'AC Power'\n"), 'mains', 'one without a battery');
    assert.equal(await asked('darwin', "Now drawing from 'UPS Power'\n -UPS (id=1)\t90%; discharging\n"), 'battery');
  });

  it('[MQ11] Windows tells whether it is on the line', async () => {
    assert.equal(await asked('win32', 'Offline\r\n'), 'battery');
    assert.equal(await asked('win32', 'Online\r\n'), 'mains');
  });

  it('[MQ11] an answer that nobody knows says nothing, nor does a system that is not asked or has no such program', async () => {
    assert.equal(await asked('win32', 'Unknown\r\n'), 'unknown');
    assert.equal(await asked('darwin', 'Usage:  pmset <options>\n'), 'unknown');
    assert.equal(await asked('freebsd', 'Offline\n'), 'unknown');
    assert.equal(await powerSource(process.platform === 'darwin' ? 'win32' : 'darwin'), 'unknown');
  });
});
