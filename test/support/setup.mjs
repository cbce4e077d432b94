// Gets a fresh clone ready: run by `npm start` and before `npm test`, so it may use nothing but Node itself.
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Runs `npm ci` unless exactly the locked packages are installed. */
export function installDependencies() {
  if (lockedPackagesAreInstalled()) return;
  console.log('Installing the dependencies with npm ci …');
  run('npm', ['ci', '--include=dev', '--no-audit', '--no-fund']);
}

/** Runs a program in the project's folder with its output shown, or `kept` until it fails; its failure ends this process. */
export function run(command, args, output = 'inherit') {
  // npm is a script on Windows, which only a shell starts there; every argument is a constant of ours.
  const { status, error, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: output === 'kept' ? 'pipe' : output,
    encoding: 'utf8',
    shell: process.platform === 'win32' && command === 'npm',
  });
  if (error) throw error;
  if (status === 0) return;
  console.error(`${stdout ?? ''}${stderr ?? ''}`);
  process.exit(status ?? 1);
}

/** npm keeps its own account of what it installed, and writes it last: an interrupted install has none. */
function lockedPackagesAreInstalled() {
  const locked = readPackages('package-lock.json');
  const installed = readPackages(path.join('node_modules', '.package-lock.json'));
  if (locked === undefined || installed === undefined) return false;
  return Object.entries(locked).every(
    ([place, wanted]) => place === '' || wanted.optional || installed[place]?.version === wanted.version,
  );
}

function readPackages(file) {
  try {
    return JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;
  } catch {
    return undefined;
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) installDependencies();
