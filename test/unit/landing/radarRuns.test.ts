import assert from 'node:assert/strict';
import { RadarRuns, type RadarRunsPorts } from '../../../src/landing/radarRuns';
import type { RadarSight } from '../../../src/ports/radar';
import { HandClock } from '../../support/handClock';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function turns(): Promise<void> {
  for (let at = 0; at < 20; at += 1) await new Promise((resolve) => setImmediate(resolve));
}

describe('the radar', () => {
  const stories = [{ key: 'one', branch: 'refs/heads/one', tip: 'a', isAtWork: false }];
  const sight: RadarSight = {
    begin: () => Promise.resolve(),
    look: (_, tip) => Promise.resolve({ tip, state: 'a', changes: [], leftOut: 0 }),
    hasChanged: () => Promise.resolve(false),
    compare: (_, pairs) => Promise.resolve(pairs.map(() => ({ kind: 'clean' as const }))),
    dispose: () => Promise.resolve(),
  };
  let clock: HandClock;
  const radarOf = (ports: Partial<RadarRunsPorts>): RadarRuns =>
    new RadarRuns({
      ...{ clock, log: quiet, busyWith: () => 'nothing', onChange: () => undefined },
      git: { openRadar: () => Promise.resolve(sight) },
      ...ports,
    });

  beforeEach(() => (clock = new HandClock()));

  it('[MQ13] looks again by itself where a look at everything has failed', async () => {
    let tries = 0;
    const openRadar = (): Promise<RadarSight> => {
      tries += 1;
      return tries === 1 ? Promise.reject(new Error('no room for it')) : Promise.resolve(sight);
    };
    const radar = radarOf({ git: { openRadar } });
    radar.see({ target: 't', stories });
    clock.pass(1000);
    await turns();
    assert.deepEqual([tries, radar.picture().target], [1, null]);
    clock.pass(30_000);
    await turns();
    assert.equal(radar.picture().target, 't');
    await radar.end();
  });

  it('[MQ13] waits for no gates where a person asks', async () => {
    const radar = radarOf({ busyWith: () => 'gates' });
    radar.see({ target: 't', stories });
    void radar.lookNow();
    await turns();
    assert.equal(radar.picture().target, 't');
    await radar.end();
  });
});
