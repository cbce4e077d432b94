import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { homedir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { projectRoot } from '../projectRoot';
import { waitFor } from '../waitFor';

const execute = promisify(execFile);

/** The server of `docs/team.md`, word for word but for its port and where its data is, with the packages that the page installs. */
export class PageServer {
  private constructor(
    private readonly child: ChildProcess,
    readonly port: number,
  ) {}

  /** `folder` holds `stories.sqlite`. `redis`: the port of the one through which several servers speak. */
  static async start(folder: string, redis: number | null = null): Promise<PageServer> {
    const { text, packages } = readPage();
    const home = await installed(packages);
    const port = await freePort();
    const script = path.join(home, `server-${port}.mjs`);
    writeFileSync(
      script,
      text
        .replace('8765', String(port))
        .replace('/data/', `${folder}/`)
        .replace('6379', String(redis ?? 6379)),
    );
    const env = {
      PATH: process.env['PATH'],
      TOKENS: 'ada guessed\nbob secret\n',
      BOARDS: 'shop,stories',
      ...(redis !== null && { REDIS_HOST: '127.0.0.1' }),
    };
    const child = spawn(process.execPath, [script], { cwd: home, env, stdio: ['ignore', 'ignore', 'inherit'] });
    child.once('exit', () => rmSync(script, { force: true }));
    await waitFor('the server of the page to listen', () => child.exitCode !== null || answers(port));
    if (child.exitCode !== null) throw new Error(`The server of the page ended with ${child.exitCode}.`);
    return new PageServer(child, port);
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const over = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await over;
  }
}

/** As the page says: `sqlite3 stories.sqlite ".backup copy.sqlite"`, while the server runs. */
export async function backUpAsThePageSays(folder: string, copy: string): Promise<void> {
  await execute('sqlite3', [path.join(folder, 'stories.sqlite'), `.backup ${path.join(copy, 'stories.sqlite')}`]);
}

function readPage(): { text: string; packages: readonly string[] } {
  const page = readFileSync(path.join(projectRoot, 'docs', 'team.md'), 'utf8');
  const text = /`server\.mjs`:\n\n```js\n([\s\S]*?)```/.exec(page)?.[1];
  if (text === undefined) throw new Error('docs/team.md has no server.mjs.');
  const install = /npm install --no-save --no-audit ([\s\S]*?)&&/.exec(page)?.[1] ?? '';
  return { text, packages: install.split(/\s+/).filter((name) => name.startsWith('@')) };
}

/** In a cache outside the project, once: one of them is built for this Node. */
async function installed(packages: readonly string[]): Promise<string> {
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'switchyard-workbench');
  const folder = path.join(cache, `team-server-${packages.map((one) => one.replaceAll(/[^\w.]/g, '')).join('-')}-node-${process.version}`);
  if (existsSync(folder)) return folder;
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(making, { recursive: true });
  writeFileSync(path.join(making, 'package.json'), '{ "private": true }\n');
  const env = { PATH: process.env['PATH'], HOME: process.env['HOME'], npm_config_nodedir: path.dirname(path.dirname(process.execPath)) };
  console.log(`Installing ${packages.join(', ')} (once, some minutes where one has to be built) …`);
  await execute('npm', ['install', '--no-save', '--no-audit', '--no-fund', ...packages], { cwd: making, env, maxBuffer: 2 ** 26 });
  renameSync(making, folder);
  return folder;
} // prettier-ignore

export async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const address = probe.address();
  await new Promise((resolve) => probe.close(resolve));
  return typeof address === 'object' && address !== null ? address.port : 0;
}

export function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.destroy());
  });
}
