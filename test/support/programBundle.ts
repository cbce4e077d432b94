import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from './projectRoot';

/** A folder of its own that is gone with this process. */
export function folderOfThisRun(prefix: string): string {
  const made = realpathSync(mkdtempSync(path.join(tmpdir(), prefix)));
  process.once('exit', () => rmSync(made, { recursive: true, force: true }));
  return made;
}

/** Bundles a program of the product, from its `main.ts` below src/ as it is, and returns the bundle's file. */
export function programBundle(name: string, ...folder: readonly string[]): string {
  const outfile = path.join(folderOfThisRun(`sy-${name}-`), `${name}.js`);
  buildSync({
    entryPoints: [path.join(projectRoot, 'src', ...folder, 'main.ts')],
    outfile,
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
  });
  return outfile;
}
