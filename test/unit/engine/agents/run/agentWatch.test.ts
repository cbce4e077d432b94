import assert from 'node:assert/strict';
import { NOTHING_SAID, type RunReport } from '../../../../../src/core/agents/output/runReport';
import type { TurnSoFar } from '../../../../../src/core/agents/agentTalk';
import { TurnHeard } from '../../../../../src/core/agents/turnHeard';
import { AgentWatch } from '../../../../../src/engine/agents/run/agentWatch';
import { HandClock } from '../../../../support/handClock';

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

  it('[A6, A8] of an agent that runs as a command line it is reckoned by when each thing was heard', () => {
    const heard = new TurnHeard(15 * MINUTE);
    const say = (minute: number, turns: number | null, backOffUntil: number | null = null): void =>
      heard.heard(minute * MINUTE, { turns, backOffUntil });
    assert.deepEqual(new TurnHeard(MINUTE).soFar(7 * MINUTE), { turn: 0, ms: 0 });
    say(100, null);
    assert.deepEqual(heard.soFar(104 * MINUTE), { turn: 0, ms: 4 * MINUTE });
    say(106, 1);
    say(110, 1);
    // Its service makes it wait, and the computer sleeps for a night: neither is time at work.
    say(112, 1, 117 * MINUTE);
    say(118, 1);
    say(800, 1);
    assert.deepEqual(heard.soFar(803 * MINUTE), { turn: 1, ms: (4 + 2 + 1 + 15 + 3) * MINUTE });
    say(804, 2);
    assert.deepEqual(heard.soFar(805 * MINUTE), { turn: 2, ms: MINUTE });
  });

  it('[A8] one that was left is not looked after any more, whatever comes late', () => {
    const clock = new HandClock();
    const watch = new AgentWatch({ silenceMinutes: 15, turnMinutes: 30 }, clock, () => NOTHING_SAID);
    watch.dispose();
    watch.begin(() => assert.fail('it is another window’s'), { turn: 1, ms: 40 * MINUTE });
    clock.pass(60 * MINUTE);
    assert.equal(watch.over, null);
  });
});
