import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { cp, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { folderOfThisRun } from '../programBundle';
import { projectRoot } from '../projectRoot';
import type { RunScope } from '../runScope';
import { installWorkbench } from './installation';

const execute = promisify(execFile);

/** What `npm run package` makes. */
const packageFile = path.join(projectRoot, 'switchyard.vsix');

let installed: Promise<string> | null = null;

/** Installs the packaged extension into the scope's workbench: the way a user does once, and from then on a copy of that. */
export async function installExtension(scope: RunScope): Promise<void> {
  installed ??= install(scope);
  const from = await installed;
  const extensions = scope.path('extensions');
  await cp(from, extensions, { recursive: true });
  // VS Code writes down where each extension is.
  const list = path.join(extensions, 'extensions.json');
  await writeFile(list, (await readFile(list, 'utf8')).replaceAll(from, extensions));
}

async function install(scope: RunScope): Promise<string> {
  if (!existsSync(packageFile)) throw new Error(`${packageFile} is missing: run "npm run package" first.`);
  const program = await installWorkbench();
  const extensions = folderOfThisRun('sy-extensions-');
  const where = ['--extensions-dir', extensions, '--user-data-dir', scope.path('user-data')];
  await execute(program.node, [program.entry, '--install-extension', packageFile, ...where], {
    env: scope.environment(),
    cwd: scope.path('scratch'),
  });
  return extensions;
}
