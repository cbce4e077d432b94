import assert from 'node:assert/strict';
import { RunSlots } from '../../../src/processes/runSlots';

describe('what tells runs apart', () => {
  const free = new RunSlots({ isFree: () => Promise.resolve(true), start: 0 });
  const slotOf = (one: { env: Readonly<Record<string, string>> }): string | undefined => one.env['SWITCHYARD_SLOT'];

  it('[G11] is the smallest number that no other run has, and it is given again when a run has ended', async () => {
    const [one, two] = [await free.take('/a', {}), await free.take('/b', {})];
    assert.deepEqual([slotOf(one), slotOf(two)], ['1', '2']);
    one.release();
    const three = await free.take('/c', {});
    assert.equal(slotOf(three), '1');
    for (const slot of [two, three]) slot.release();
  });

  it('[G11] is the first of ten ports that nobody uses, and that no other run has', async () => {
    const used = new Set([21_009, 21_010]);
    const slots = new RunSlots({ isFree: (port) => Promise.resolve(!used.has(port)), start: 0 });
    const [one, two] = [await slots.take('/a', {}), await slots.take('/b', {})];
    assert.deepEqual(
      [one, two].map(({ env }) => env['SWITCHYARD_PORT']),
      ['21020', '21030'],
    );
    assert.ok(slots.isHandedOut(21_039) && !slots.isHandedOut(21_040) && !slots.isHandedOut(21_019));
    one.release();
    assert.equal(slots.isHandedOut(21_020), false);
    two.release();
  });

  it('[G11] is a name for Compose by the folder, in the letters it allows, unless one is set', async () => {
    const names = await Promise.all(
      ['/x/Shop.Worktrees/42-Sign In', '/y/Shop.Worktrees/42-Sign In', '/z/___'].map(async (cwd) => {
        const slot = await free.take(cwd, {});
        slot.release();
        return slot.env['COMPOSE_PROJECT_NAME'] ?? '';
      }),
    );
    for (const name of names) assert.match(name, /^[a-z0-9][a-z0-9_-]*$/);
    assert.match(names[0] ?? '', /^42-sign-in-[0-9a-f]{8}$/);
    assert.notEqual(names[0], names[1]);
    const set = await free.take('/a', { COMPOSE_PROJECT_NAME: 'mine' });
    assert.equal('COMPOSE_PROJECT_NAME' in set.env, false);
    set.release();
  });
});
