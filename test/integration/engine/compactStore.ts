import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import { openStore } from '../../../src/store/openStore';
import { noteError } from '../../support/mocha/unexpectedErrors';
import { projectRoot } from '../../support/projectRoot';

/** What the store of a repository that no window has open does by itself once its log is long. */
export async function compactStore(repository: { readonly path: string }): Promise<void> {
  const store = await openStore({
    dir: path.join(repository.path, '.git', 'switchyard'),
    wasmPath: path.join(projectRoot, 'node_modules', 'sql.js', 'dist', 'sql-wasm.wasm'),
    clock: systemClock,
    log: { debug: () => undefined, info: () => undefined, warn: () => undefined, error: noteError },
  });
  await store.stories.compact();
  await store.close();
}
