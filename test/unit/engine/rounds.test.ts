import assert from 'node:assert/strict';
import { PATIENCE_MS, Rounds, TRY_AGAIN_MS } from '../../../src/engine/rounds';
import type { Log } from '../../../src/ports/log';
import { HandClock } from '../../support/handClock';

async function later(microtasks: number): Promise<void> {
  for (let at = 0; at < microtasks; at += 1) await Promise.resolve();
}

describe('the rounds of the engine', () => {
  let clock: HandClock;
  let said: string[];
  let shown: number;
  let began: number;
  let round: () => Promise<void>;
  let rounds: Rounds;

  beforeEach(async () => {
    clock = new HandClock();
    [said, shown, began] = [[], 0, 0];
    round = () => Promise.resolve();
    const say =
      (level: string) =>
      (text: string): void =>
        void said.push(`${level} ${text.split('\n')[0] ?? ''}`);
    const log: Log = { debug: say('debug'), info: say('info'), warn: say('warn'), error: say('error') };
    rounds = new Rounds({
      clock,
      log,
      round: () => {
        began += 1;
        return round();
      },
      onProblem: () => (shown += 1),
    });
    rounds.begin();
    await rounds.settle();
    [shown, began] = [0, 0];
  });
  afterEach(() => rounds.dispose());

  const failing = (why: string) => () => Promise.reject(new Error(why));
  const next = async () => {
    clock.pass(TRY_AGAIN_MS);
    await rounds.settle();
  };

  it('[P8] none begins before what a kill cut off is finished, and who poked before that gets the first', async () => {
    const [onProblem, doRound] = [() => undefined, () => Promise.resolve(void (began += 1))];
    const log: Log = { debug: onProblem, info: onProblem, warn: onProblem, error: onProblem };
    const early = new Rounds({ clock, log, round: doRound, onProblem });
    early.poke();
    await early.settle();
    assert.equal(began, 0);
    early.begin();
    await early.dispose();
    assert.equal(began, 1);
  });

  it('[P8] one failure is tried again and not shown; one that comes back is, with its cause and since when', async () => {
    const since = clock.now();
    round = failing('no refs can be read');
    await rounds.settle();
    assert.equal(rounds.problem(), null);
    await next();
    assert.deepEqual(rounds.problem(), { kind: 'fails', why: 'no refs can be read', since });
    round = failing('another cause');
    await next();
    assert.deepEqual(rounds.problem(), { kind: 'fails', why: 'another cause', since });
  });

  it('[P8] what was shown goes away with its cause', async () => {
    round = failing('no refs can be read');
    await rounds.settle();
    await next();
    assert.notEqual(rounds.problem(), null);
    const before = shown;
    round = () => Promise.resolve();
    await next();
    assert.equal(rounds.problem(), null);
    assert.ok(shown > before, 'the views are told');
  });

  it('[P8] the log hears of each cause once, however often it comes back', async () => {
    round = failing('no refs can be read');
    await rounds.settle();
    for (let at = 0; at < 5; at += 1) await next();
    assert.deepEqual(
      said.filter((line) => line.startsWith('error')),
      ['error [engine] Error: no refs can be read'],
    );
  });

  it('[P8] it goes on by itself after a failure', async () => {
    round = failing('no refs can be read');
    await rounds.settle();
    const before = began;
    clock.pass(TRY_AGAIN_MS);
    assert.equal(began, before + 1);
    await rounds.settle();
  });

  it('[P8] a round that waits for what does not answer is shown until it comes to its end', async () => {
    let answer = (): void => undefined;
    round = () => new Promise((resolve) => (answer = resolve));
    const since = clock.now();
    rounds.poke();
    clock.pass(PATIENCE_MS - 1);
    assert.equal(rounds.problem(), null);
    clock.pass(1);
    assert.deepEqual(rounds.problem(), { kind: 'hangs', since });
    const before = shown;
    round = () => Promise.resolve();
    answer();
    await rounds.settle();
    assert.equal(rounds.problem(), null);
    assert.ok(shown > before, 'the views are told');
  });

  it('[A2] what happens while a round is under way leads to one more, however often it happened', async () => {
    let answer = (): void => undefined;
    round = () => new Promise((resolve) => (answer = resolve));
    rounds.poke();
    round = () => Promise.resolve();
    for (let at = 0; at < 10; at += 1) rounds.poke();
    answer();
    await rounds.settle();
    assert.equal(began, 2);
  });

  it('[A2] who waits for a round gets one that began after the call, also where the one under way fails', async () => {
    let fail = (): void => undefined;
    round = () => new Promise((_, reject) => (fail = () => reject(new Error('no refs can be read'))));
    rounds.poke();
    round = () => Promise.resolve();
    const settled = rounds.settle();
    fail();
    await settled;
    assert.equal(began, 2);
  });

  it('[A2] what happens just as a round ends is not lost, however close to its end', async () => {
    for (let microtasks = 0; microtasks < 12; microtasks += 1) {
      const before = began;
      const settled = new Promise<number>((resolve) => {
        round = () => {
          round = () => Promise.resolve();
          void later(microtasks).then(async () => {
            await rounds.settle();
            resolve(began);
          });
          return Promise.resolve();
        };
      });
      rounds.poke();
      assert.equal(await settled, before + 2, `${microtasks} microtasks after the round began`);
    }
  });

  it('[A2] a round that pokes before its first pause is followed by one more, not doubled', async () => {
    let under = 0;
    round = async () => {
      under += 1;
      round = () => Promise.resolve(assert.equal(under, 0));
      rounds.poke();
      await later(3);
      under -= 1;
    };
    await rounds.settle();
    assert.equal(began, 2);
    assert.equal(rounds.problem(), null);
    assert.deepEqual(said, []);
  });

  it('[A2] nothing begins any more once it is over', async () => {
    round = failing('no refs can be read');
    await rounds.settle();
    await rounds.dispose();
    const before = began;
    clock.pass(TRY_AGAIN_MS);
    rounds.poke();
    await rounds.settle();
    assert.equal(began, before);
  });
});
