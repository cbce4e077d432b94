import path from 'node:path';
import { buildSync } from 'esbuild';
import { projectRoot } from '../../support/projectRoot';

/** A script of this folder as one file in `folder`, which a process starts with sooner. Returns its path. */
export function bundleScript(name: string, folder: string): string {
  const script = path.join(folder, `${name}.cjs`);
  buildSync({
    entryPoints: [path.join(projectRoot, 'test', 'torture', 'storage', `${name}.ts`)],
    bundle: true,
    platform: 'node',
    target: 'node20',
    outfile: script,
    logLevel: 'error',
    // The bundle lies elsewhere, and what it looks for in the checkout is found from here.
    define: { __dirname: JSON.stringify(path.join(projectRoot, 'test', 'support')) },
  });
  return script;
}

/** Without what the test runner put there for itself. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const env = { ...process.env };
  delete env['NODE_OPTIONS'];
  return env;
}
