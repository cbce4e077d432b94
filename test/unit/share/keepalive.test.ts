import assert from 'node:assert/strict';
import { inEnglish, say } from '../../../src/core/words/said';
import { Keepalive, limitsProblem } from '../../../src/share/keepalive';
import { checkedMargin, limitsFor } from '../../support/share/margins';
import { HandClock } from '../../integration/store/fixtures';

describe('keepalive', () => {
  const begin = (answers: (round: number) => boolean) => {
    const clock = new HandClock();
    const seen = { pings: 0, silent: 0 };
    const keepalive = new Keepalive(
      { pingMs: 1000, timeoutMs: 5000 },
      {
        clock,
        ping: () => {
          seen.pings += 1;
          if (answers(seen.pings)) keepalive.heard();
        },
        onSilent: () => void (seen.silent += 1),
      },
    );
    return { clock, seen, keepalive };
  };
  const pass = (clock: HandClock, seconds: number) => {
    for (let second = 0; second < seconds; second += 1) clock.advance(1000);
  };

  it('[Y2] a peer that answers stays for as long as it does, however long that is', () => {
    const { clock, seen } = begin(() => true);
    pass(clock, 1000);
    assert.deepEqual(seen, { pings: 1000, silent: 0 });
  });

  it('[Y2] a peer that is silent for the time it is given is dropped, once, and not asked again', () => {
    const { clock, seen } = begin((round) => round <= 3);
    pass(clock, 7);
    assert.equal(seen.silent, 0);
    pass(clock, 100);
    assert.equal(seen.silent, 1);
    assert.equal(seen.pings, 7);
    assert.equal(clock.waiting, 0);
  });

  it('[Y2] one answer of many is enough to stay', () => {
    const { clock, seen } = begin((round) => round % 4 === 0);
    pass(clock, 1000);
    assert.equal(seen.silent, 0);
  });

  it('[Y2] limits by which a peer that answers would be dropped are refused, with what to change', () => {
    assert.equal(limitsProblem({ pingMs: 1000, timeoutMs: 2000 }), null);
    assert.match(
      inEnglish([limitsProblem({ pingMs: 1000, timeoutMs: 1999 }) ?? say('')]),
      /timeoutMs \(1999\).*at least 2 times.*pingMs/,
    );
  });

  it('[Y2] a test of real peers whose margin is below eight times its own length is refused', () => {
    assert.throws(() => checkedMargin({ pingMs: 50, timeoutMs: 2399 }, 6), /need a timeout of 2400 ms, not 2399 ms/);
    assert.deepEqual(limitsFor(6, 50), { pingMs: 50, timeoutMs: 2400 });
  });
});
