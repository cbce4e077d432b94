import assert from 'node:assert/strict';
import { Turn } from '../../../src/base/turn';

const never = new AbortController().signal;

describe('Turns', () => {
  it('[MQ1] go to one holder at a time, in the order in which they were asked for', async () => {
    const turn = new Turn();
    const order: number[] = [];
    const first = await turn.take(never);
    const others = [1, 2].map(async (number) => {
      const held = await turn.take(never);
      order.push(number);
      return held;
    });
    assert.deepEqual(order, []);
    first?.dispose();
    first?.dispose();
    (await others[0])?.dispose();
    (await others[1])?.dispose();
    assert.deepEqual(order, [1, 2]);
    assert.notEqual(await turn.take(never), null);
  });

  it('[MQ1] are given up while waiting, and pass on to whoever waits behind', async () => {
    const turn = new Turn();
    const held = await turn.take(never);
    const gone = new AbortController();
    const [second, third] = [turn.take(gone.signal), turn.take(never)];
    gone.abort();
    assert.equal(await second, null);
    held?.dispose();
    assert.notEqual(await third, null);
    assert.equal(await turn.take(gone.signal), null);
  });
});
