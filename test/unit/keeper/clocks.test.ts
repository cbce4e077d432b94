import assert from 'node:assert/strict';
import { Clocks, type Reached } from '../../../src/keeper/clocks';
import { HandClock } from '../../support/handClock';

const MINUTE = 60_000;
const LIMITS = { wallMs: null, silenceMs: null, firstOutputMs: null, turnMs: 20 * MINUTE };

describe('The clock of a turn, as the keeper has it', () => {
  let clock: HandClock;
  let clocks: Clocks;
  let reached: Reached[];
  let isHeard: boolean;

  /** So many minutes, one after another. */
  const pass = (minutes: number): void => {
    for (let minute = 0; minute < minutes; minute += 1) clock.pass(MINUTE);
  };

  beforeEach(() => {
    [clock, reached, isHeard] = [new HandClock(), [], false];
    clocks = new Clocks(LIMITS, clock, (limit) => reached.push(limit), () => isHeard); // prettier-ignore
  });
  afterEach(() => clocks.dispose());

  it('[A6, A8] counts while a turn is under way, not between turns and not while it is held, and begins anew with each turn', () => {
    pass(5);
    assert.equal(clocks.inTurnMs, 0);
    clocks.sawTurn('began');
    pass(7);
    assert.equal(clocks.inTurnMs, 7 * MINUTE);
    clocks.hold(60 * MINUTE);
    pass(10);
    clocks.hold(0);
    pass(1);
    assert.equal(clocks.inTurnMs, 8 * MINUTE);
    clocks.sawTurn('over');
    pass(30);
    assert.equal(clocks.inTurnMs, 0);
    clocks.sawTurn('began');
    pass(2);
    assert.equal(clocks.inTurnMs, 2 * MINUTE);
    assert.deepEqual(reached, []);
  });

  it('[A6, A8] ends a turn that takes too long where no window is there; one that is ends it itself', () => {
    clocks.sawTurn('began');
    isHeard = true;
    pass(25);
    assert.deepEqual([reached, clocks.inTurnMs], [[], 25 * MINUTE]);
    isHeard = false;
    pass(1);
    assert.deepEqual(reached, [{ kind: 'timedOut', afterMs: 20 * MINUTE, of: 'turn' }]);
  });
});
