import { execFile } from 'node:child_process';
import { mkdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { exists } from '../../src/base/exists';

const execute = promisify(execFile);

/** How long (ms) the registry may take for one of them: some bring a program of their own of 200 MB. */
const INSTALL_MS = 10 * 60_000;
const VERSION_MS = 60_000;

/** The lowest version of Node that all of them run with. */
const NODE_PACKAGE = 'node@22';

export type Installed =
  /** `bin` holds the program; `version` is that of the package. */
  | { readonly kind: 'installed'; readonly program: string; readonly bin: string; readonly version: string }
  /** `why` is one line. */
  | { readonly kind: 'failed'; readonly why: string };

function cacheFolder(): string {
  return path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'switchyard-agents');
}

/** Installs the newest version into a cache of its own, unless one is there and `fresh` is not asked for. */
export async function install(name: string, program: string, how: 'cached' | 'fresh'): Promise<Installed> {
  const folder = path.join(cacheFolder(), name.replaceAll(/[^a-z0-9@.-]+/gi, '-'));
  const bin = path.join(folder, 'node_modules', '.bin');
  const file = path.join(bin, process.platform === 'win32' ? `${program}.cmd` : program);
  try {
    if (how === 'fresh' || !(await exists(file))) await npmInstall(folder, name);
    if (!(await exists(file))) return { kind: 'failed', why: `${name} installs no program ${program}` };
    return { kind: 'installed', program: file, bin, version: await versionOf(folder, name) };
  } catch (error) {
    return { kind: 'failed', why: `npm could not install ${name}: ${lastLine(error)}` };
  }
}

/** The folder of a Node that the agents run with; null where this one is new enough, or there is none. */
export async function nodeForAgents(): Promise<string | null> {
  if (Number.parseInt(process.versions.node, 10) >= 22) return null;
  const node = await install(NODE_PACKAGE, 'node', 'cached');
  return node.kind === 'installed' ? node.bin : null;
}

async function npmInstall(folder: string, name: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  // Without a tag npm takes the newest that says it runs with this Node, which can be a year old.
  const wanted = /.@/.test(name) ? name : `${name}@latest`;
  const args = ['install', '--prefix', folder, '--no-audit', '--no-fund', '--loglevel=error', wanted];
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  await execute(npm, args, { timeout: INSTALL_MS, shell: process.platform === 'win32' });
}

async function versionOf(folder: string, name: string): Promise<string> {
  const bare = name.replace(/(?!^)@.*$/, '');
  const text = await readFile(path.join(folder, 'node_modules', bare, 'package.json'), 'utf8');
  return (JSON.parse(text) as { version: string }).version;
}

/** Whether its program starts at all: null, or why not in one line. */
export async function whyNotStarting(program: string, env: Readonly<Record<string, string>>): Promise<string | null> {
  try {
    await execute(program, ['--version'], { timeout: VERSION_MS, env: { ...process.env, ...env } });
    return null;
  } catch (error) {
    return `it does not start: ${lastLine(error)}`;
  }
}

/** Runs a command of the program itself. Throws where that fails. */
export async function runOwn(
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>>,
): Promise<void> {
  await execute(program, [...args], { timeout: VERSION_MS, env: { ...process.env, ...env } });
}

function lastLine(error: unknown): string {
  const { stderr = '', message = String(error) } = error as { stderr?: string; message?: string };
  // npm's own last line only says where its log is.
  const lines = (stderr.trim() === '' ? message : stderr).split('\n').filter((line) => line.trim() !== '');
  return (lines.filter((line) => !line.includes('complete log')).at(-1) ?? '').trim();
}
