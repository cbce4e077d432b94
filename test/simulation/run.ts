// `npm run simulate`: what policies of the merge queue would do on machines of all kinds. Waits are in lengths of one gate run.
//
//   npm run simulate -- --suite queue                     one, train and batch, and what would be chosen
//   npm run simulate -- --suite queue --queues 2000 --seed 7 --stories 8,20
import { parseArgs } from 'node:util';
import { compareQueues } from './queue/compareQueues';

const { values } = parseArgs({
  options: {
    suite: { type: 'string', default: 'queue' },
    seed: { type: 'string', default: '1' },
    queues: { type: 'string', default: '400' },
    stories: { type: 'string', default: '3,8,20' },
    parallel: { type: 'string', default: '4' },
    batch: { type: 'string', default: '4' },
  },
});

if (values.suite !== 'queue') throw new Error(`There is no suite ${values.suite}. There is: queue.`);
const [seed, queues, parallel, batch] = [values.seed, values.queues, values.parallel, values.batch].map(Number);
const stories = values.stories.split(',').map(Number);
console.log(`queue, seed ${values.seed}`);
const { table, tooSlow } = compareQueues({ seed: seed ?? 1, queues: queues ?? 1, stories, parallel: parallel ?? 4, batch: batch ?? 4 }); // prettier-ignore
console.log(table);
console.log(
  tooSlow.length === 0 ? 'No choice waits longer than it may.' : `${tooSlow.length} choices wait longer than they may:`,
);
for (const one of tooSlow) console.log(one);
process.exitCode = tooSlow.length === 0 ? 0 : 1;
