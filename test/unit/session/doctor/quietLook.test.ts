import assert from 'node:assert/strict';
import type { DoctorReport } from '../../../../src/core/doctor/report';
import type { Commands } from '../../../../src/gates/readCommands';
import { lookQuietly } from '../../../../src/session/doctor/quietLook';
import { HandClock } from '../../../support/handClock';

describe('the look of Doctor after the start', () => {
  it('[P7] is made again where it failed, says each cause once, and ends with the window', async () => {
    const clock = new HandClock();
    const [warned, noted]: [string[], unknown[]] = [[], []];
    let looks = 0;
    let look = (): Promise<DoctorReport> => Promise.reject(new Error('the disk is busy'));
    const warn = (text: string) => void warned.push(text);
    const quiet = lookQuietly({
      engine: { commands: () => ({}) as Commands, noteDoctor: (note) => void noted.push(note) },
      doctor: { lookAtKnown: () => ((looks += 1), look()) },
      clock,
      log: { debug: warn, info: warn, warn, error: warn },
    });
    const next = async (): Promise<void> => {
      clock.pass(3000);
      await new Promise(setImmediate);
    };
    await next();
    await next();
    assert.deepEqual([looks, noted], [2, []]);
    const busy = look;
    const findings = [{ severity: 'error', id: 'content.damaged', title: 'A text is damaged on disk' }];
    look = () => Promise.resolve({ findings } as unknown as DoctorReport);
    await next();
    look = busy;
    await next();
    assert.deepEqual([looks, noted, warned.length], [4, [], 2], 'after a look that worked it is news again');
    look = () => Promise.resolve({ findings: [] } as unknown as DoctorReport);
    await next();
    assert.deepEqual([looks, noted, warned], [5, [null], Array(2).fill('[doctor] the disk is busy')]);
    await next();
    assert.equal(looks, 5, 'what it found was told');
    quiet.dispose();
  });
});
