// A process that changes a store and is killed at one of its writes; it says what was acknowledged before.
import { WatchedDisk } from '../../support/watchedDisk';
import { DEEDS } from './deeds';
import { openPast } from './pastStore';

/** `at`: before which change of the disk, counted from 1; 0 for none. */
async function main(dir: string, at: number): Promise<void> {
  let writes = 0;
  await WatchedDisk.watch(() => {
    writes += 1;
    if (writes === at) process.kill(process.pid, 'SIGKILL');
    return null;
  });
  const { store } = await openPast(dir);
  for (const [index, deed] of DEEDS.entries()) {
    await deed.change(store);
    process.send?.({ acknowledged: index + 1, writes });
  }
  await store.close();
  process.send?.({ acknowledged: DEEDS.length, writes });
  process.disconnect();
}

const [dir = '', at = '0'] = process.argv.slice(2);
void main(dir, Number(at));
