// Run as a process of its own: writes stories and jobs as fast as it can and says what was acknowledged, until killed.
import { nextNumber } from '../../../src/core/story/numbers';
import { openStore } from '../../../src/store/openStore';
import { jobAt } from '../../support/storyFixtures';
import { entryOf, KeptLog, storyNumber } from '../../unit/store/storeFixtures';

/** The story of this key and number has had this priority acknowledged; job `job-<number>` is journalled. */
export interface Acknowledged {
  readonly key: string;
  readonly number: number;
  readonly priority: number;
}

async function main(dir: string, wasmPath: string): Promise<void> {
  const clock = { now: () => Date.now(), after: () => ({ dispose: () => undefined }) };
  const store = await openStore({ dir, wasmPath, clock, log: new KeptLog() });
  const write = async (number: number): Promise<void> => {
    // As every writer's keys, never used before: a folder that a killed one had just made says no number yet.
    const key = `k${number}-${process.pid}`;
    const entry = entryOf(key, { number });
    await store.jobs.append(jobAt('queued', { id: `job-${number}` }));
    const outcome = await store.stories.create(storyNumber(number, { key }), `Body ${number}`, entry);
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    process.send?.({ key, number, priority: 2 } satisfies Acknowledged);
    await store.stories.write(storyNumber(number, { key, priority: 0 }), entry);
    process.send?.({ key, number, priority: 0 } satisfies Acknowledged);
  };
  const stored = await store.stories.storedNumbers('all');
  const used = { ...stored, index: [], tombstones: [], branches: [], worktrees: [] };
  for (let next = nextNumber(used); ; next += 3) {
    await Promise.all([write(next), write(next + 1), write(next + 2)]);
  }
}

const [dir, wasmPath] = process.argv.slice(2);
if (dir === undefined || wasmPath === undefined) throw new Error('Usage: storeProcess <folder> <wasm>');
void main(dir, wasmPath);
