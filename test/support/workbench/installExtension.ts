import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../projectRoot';
import type { RunScope } from '../runScope';
import { installWorkbench } from './installation';

const execute = promisify(execFile);

/** What `npm run package` makes. */
const packageFile = path.join(projectRoot, 'switchyard.vsix');

/** Installs the packaged extension into the scope's workbench the way a user does. */
export async function installExtension(scope: RunScope): Promise<void> {
  if (!existsSync(packageFile)) throw new Error(`${packageFile} is missing: run "npm run package" first.`);
  const program = await installWorkbench();
  const where = ['--extensions-dir', scope.path('extensions'), '--user-data-dir', scope.path('user-data')];
  await execute(program.node, [program.entry, '--install-extension', packageFile, ...where], {
    env: scope.environment(),
    cwd: scope.path('scratch'),
  });
}
