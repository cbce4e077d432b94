import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

const execute = promisify(execFile);

/** The workbench and the Node it needs. Change one of these and the next run installs anew. */
const packages = { 'code-server': '4.139.1', 'node-linux': '24.21.0' } as const;

/** A VS Code workbench with its own Node, as the npm registry provides them. */
export interface WorkbenchProgram {
  readonly node: string;
  readonly entry: string;
  /** Where VS Code's own extensions are. */
  readonly builtIns: string;
  readonly vscodeVersion: string;
}

/**
 * The npm-provided workbench, installed on first use into a cache outside the project (about 800 MB).
 * It is put together beside its place and renamed into it, so one that was interrupted is never used.
 */
export async function installWorkbench(): Promise<WorkbenchProgram> {
  if (process.platform !== 'linux' || (process.arch !== 'x64' && process.arch !== 'arm64'))
    throw new Error(
      'The npm-provided workbench runs on Linux only. Install desktop VS Code, or name its executable in SWITCHYARD_VSCODE.',
    );
  const name = `code-server-${packages['code-server']}-node-${packages['node-linux']}-${process.arch}`;
  const folder = path.join(cacheFolder(), name);
  if (!existsSync(folder)) await installInto(folder);
  return describeInstallation(folder);
}

function cacheFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'switchyard-workbench');
}

async function installInto(folder: string): Promise<void> {
  const started = Date.now();
  await mkdir(path.dirname(folder), { recursive: true });
  await removeAbandoned(path.dirname(folder));
  const building = await mkdtemp(`${folder}.building-${process.pid}-`);
  console.log(`Installing the workbench into ${folder} (once, about a minute) …`);
  try {
    await installPackages(building);
    await rename(building, folder);
  } catch (error) {
    await rm(building, { recursive: true, force: true });
    // Another run may have finished the same installation first; then its result is as good.
    if (!existsSync(folder)) throw error;
  }
  console.log(`Installed the workbench in ${Math.round((Date.now() - started) / 1000)} s.`);
}

async function installPackages(folder: string): Promise<void> {
  await writeFile(path.join(folder, 'package.json'), '{ "private": true }\n');
  const nodePackage = `node-linux-${process.arch}`;
  const vscode = path.join(folder, 'node_modules', 'code-server', 'lib', 'vscode');
  const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  await npm(folder, [...install, `code-server@${packages['code-server']}`, `${nodePackage}@${packages['node-linux']}`]);
  await npm(vscode, [...install, '--omit=dev']);
  await npm(path.join(vscode, 'extensions'), [...install, '--omit=dev']);
  await buildLogging(vscode, path.join(folder, 'node_modules', nodePackage));
}

/** Two native modules that the workbench only logs with: without a compiler it runs all the same, but noisily. */
async function buildLogging(vscode: string, node: string): Promise<void> {
  const modules = ['@vscode/spdlog', '@vscode/native-watchdog'];
  const settings = {
    PATH: [path.join(node, 'bin'), process.env['PATH'] ?? ''].join(path.delimiter),
    npm_config_nodedir: node,
    npm_config_ignore_scripts: 'false',
  };
  try {
    await npm(vscode, ['rebuild', '--foreground-scripts', ...modules], settings);
  } catch {
    console.log(`Could not build ${modules.join(' and ')} (no C++ compiler?): the workbench goes without them.`);
  }
}

async function npm(cwd: string, args: readonly string[], settings: Record<string, string> = {}): Promise<void> {
  await execute('npm', args, { cwd, env: { ...npmEnvironment(), ...settings }, maxBuffer: 64 * 1024 * 1024 });
}

/** Without the variables that an outer `npm run` exports, which would make npm work on the project instead. */
function npmEnvironment(): NodeJS.ProcessEnv {
  const needed = /^(PATH|HOME|LANG|TMPDIR|NODE_EXTRA_CA_CERTS|npm_config_registry|(https?|no)_proxy)$/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => needed.test(name)));
}

/** Half-made installations of processes that are gone. */
async function removeAbandoned(cache: string): Promise<void> {
  for (const name of await readdir(cache)) {
    const pid = /\.building-(\d+)-/.exec(name)?.[1];
    if (pid !== undefined && !isAlive(Number(pid))) await rm(path.join(cache, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

async function describeInstallation(folder: string): Promise<WorkbenchProgram> {
  const codeServer = path.join(folder, 'node_modules', 'code-server');
  const manifest = await readFile(path.join(codeServer, 'lib', 'vscode', 'package.json'), 'utf8');
  return {
    node: path.join(folder, 'node_modules', `node-linux-${process.arch}`, 'bin', 'node'),
    entry: path.join(codeServer, 'out', 'node', 'entry.js'),
    builtIns: path.join(codeServer, 'lib', 'vscode', 'extensions'),
    vscodeVersion: (JSON.parse(manifest) as { version: string }).version,
  };
}
