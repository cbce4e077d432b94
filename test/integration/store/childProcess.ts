import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from '../../support/projectRoot';

/** Bundles a script, named from this file's folder, into `folder`, so that a process of it starts in milliseconds. */
export function bundleScript(name: string, folder: string): string {
  const outfile = path.join(folder, `${path.basename(name)}.cjs`);
  buildSync({
    entryPoints: [path.join(projectRoot, 'test', 'integration', 'store', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile,
    logLevel: 'warning',
  });
  return outfile;
}

/** Starts a bundled script without what the test runner put into its own environment. */
export function startScript(script: string, ...args: string[]): ChildProcess {
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  return fork(script, args, { execArgv: [], env, stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}
