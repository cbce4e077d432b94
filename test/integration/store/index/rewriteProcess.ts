// Run as a process of its own: edits one story as fast as it can and says which edits were acknowledged, until killed.
import { openStore } from '../../../../src/store/openStore';
import { entryOf, KeptLog } from '../../../unit/store/storeFixtures';

/** This edit is safe. */
export interface Rewritten {
  readonly edit: number;
}

async function main(dir: string, wasmPath: string): Promise<void> {
  const clock = { now: () => Date.now(), after: () => ({ dispose: () => undefined }) };
  const store = await openStore({ dir, wasmPath, clock, log: new KeptLog() });
  for (;;) {
    const story = store.stories.get('k1');
    if (story === undefined) throw new Error('There is no story k1');
    const edit = Number(/^Edit (\d+)$/.exec(story.title)?.[1] ?? 0) + 1;
    const updatedAt = new Date(Date.parse(story.updatedAt) + 1).toISOString();
    const outcome = await store.stories.rewrite(
      { ...story, title: `Edit ${edit}`, updatedAt },
      `Body of edit ${edit}`,
      entryOf('k1', { event: 'Edited' }),
    );
    if (outcome.kind === 'refused') throw new Error(outcome.message);
    process.send?.({ edit } satisfies Rewritten);
  }
}

const [dir, wasmPath] = process.argv.slice(2);
if (dir === undefined || wasmPath === undefined) throw new Error('Usage: rewriteProcess <folder> <wasm>');
void main(dir, wasmPath);
