import assert from 'node:assert/strict';
import { NOTHING_SAID, type RunReport } from '../../../src/core/agents/output/runReport';
import type { TurnSoFar } from '../../../src/core/agents/agentTalk';
import { AgentWatch } from '../../../src/engine/agentWatch';
import { HandClock } from '../../support/handClock';

const MINUTE = 60_000;

describe('The clock of a turn, as the window has it', () => {
  /** How many minutes a run may go on that begins, or is attached to, like this; it says at once that it is at turn 2. */
  const minutesLeft = (inTurn: TurnSoFar | null): number => {
    const clock = new HandClock();
    let report: RunReport = NOTHING_SAID;
    const watch = new AgentWatch({ silenceMinutes: 15, turnMinutes: 30 }, clock, () => report);
    watch.begin(() => undefined, inTurn);
    report = { ...report, turns: 2 };
    watch.heard(report);
    const begun = clock.now();
    while (watch.over === null) clock.pass(5000);
    watch.dispose();
    assert.equal(watch.over.limit, 'turn');
    return (clock.now() - begun) / MINUTE;
  };

  it('[A6, A8] goes on where it was in a window that attaches in the middle of a turn, and begins anew with the next', () => {
    assert.equal(minutesLeft(null), 30);
    assert.equal(minutesLeft({ turn: 2, ms: 20 * MINUTE }), 10);
    assert.equal(minutesLeft({ turn: 1, ms: 20 * MINUTE }), 30);
    assert.equal(minutesLeft({ turn: 2, ms: 40 * MINUTE }), 0);
  });
});
