// `npm run torture`: what a machine, a disk and a kill can do, many times over. A failure's seed gives it again.
//
//   npm run torture -- --suite storage              100,000 flipped bits, logs cut at every byte, kills at every write
//   npm run torture -- --suite storage --flips 500 --seed 7
import { parseArgs } from 'node:util';
import { tortureStorage } from './storage/suite';
import { Tally } from './tally';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'storage' },
    seed: { type: 'string', default: '1' },
    flips: { type: 'string', default: '100000' },
  },
});

async function main(): Promise<void> {
  if (values.suite !== 'storage') throw new Error(`There is no suite ${values.suite}. There is: storage.`);
  const [seed, flips] = [Number(values.seed), Number(values.flips)];
  const tally = new Tally();
  const size = { flips, blocks: Math.ceil(flips / 20), cutStep: 1, combined: 4, killStep: 1, disks: 50 };
  console.log(`storage, seed ${seed}`);
  await tortureStorage(size, seed, tally);
  console.log(tally.table());
  for (const failure of tally.failures) console.log(failure);
  console.log(`${tally.tried - tally.failed} passed, ${tally.failed} failed`);
  process.exitCode = tally.failed === 0 ? 0 : 1;
}

void main();
