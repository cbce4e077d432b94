import assert from 'node:assert/strict';
import { systemClock } from '../../../../src/base/systemClock';
import { Probe } from '../../../../src/engine/target/probe';

describe('gates that are asked about the target', () => {
  const commit = (letter: string): string => letter.repeat(40);
  const log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

  it('[MQ6] run once where a person asks twice in one moment, and nothing else begins in between', async () => {
    const probe = new Probe({ log, clock: systemClock, onEnd: () => undefined });
    const begun: string[] = [];
    let prepared: () => void = () => undefined;
    const ready = new Promise<void>((resolve) => (prepared = resolve));
    const work = (name: string) => (signal: AbortSignal) => {
      begun.push(name);
      return new Promise<{ kind: 'unknown' }>((resolve) =>
        signal.addEventListener('abort', () => resolve({ kind: 'unknown' })),
      );
    };
    const ask = (name: string) => probe.beginInstead(commit('a'), () => ready.then(() => work(name)));
    const [first, second] = [ask('first'), ask('second')];
    assert.equal(await second, 'busy');
    // A round that looks for what turned the target red comes in the middle.
    assert.equal(probe.isFree(), false);
    probe.begin(commit('b'), 'search', work('search'));
    prepared();
    assert.equal(await first, 'begun');
    await probe.close();
    assert.deepEqual(begun, ['first']);
    assert.equal(await probe.beginInstead(commit('c'), () => Promise.resolve(work('late'))), 'busy');
  });
});
