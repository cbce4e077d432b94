import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { clocked, create, move, openStoreIn } from './storeWork';
import { median, times, type Row } from './table';

/** The same three things as a command-line tool does them that keeps a file for each task. */
interface Spent {
  /** All of them together (ms). */
  readonly create: number;
  readonly list: number;
  readonly move: number;
}

/** Starts of the tool that do nothing, whose median is taken off each of its calls. */
const STARTS = 7;
/** Times that all are listed, and one is moved. */
const TURNS = 5;

/** So many stories beside as many tasks of Backlog.md, which is fetched from npm into a folder that goes again. */
export async function backlogRows(count: number): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sy-bench-'));
  try {
    const theirs = backlogIn(folder, count);
    const ours = await oursIn(path.join(folder, 'store'), count);
    const row = (what: string, name: keyof Spent): Row => ({
      what: `${what}, against Backlog.md ${theirs.version}`,
      counts: '',
      ratio: `${times(theirs.spent[name], ours[name])} faster (${theirs.spent[name].toFixed(0)} ms and ${ours[name].toFixed(2)} ms; its start, ${theirs.start.toFixed(0)} ms a call, taken off)`,
      reach: '≥ 20 ×',
    });
    return [row(`create ${count}`, 'create'), row(`list ${count}`, 'list'), row(`move 1 of ${count}`, 'move')];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

function backlogIn(folder: string, count: number): { version: string; start: number; spent: Spent } {
  const [tool, repository] = [path.join(folder, 'tool'), path.join(folder, 'repository')];
  for (const one of [tool, repository]) mkdirSync(one);
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const how = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', tool, 'backlog.md'];
  execFileSync(npm, how, { stdio: 'ignore', shell: process.platform === 'win32' });
  const git = (...args: string[]): void => void execFileSync('git', args, { cwd: repository });
  git('init', '--quiet', '--initial-branch=main');
  git('config', 'user.name', 'Sam Sample');
  git('config', 'user.email', 'sam@example.com');
  git('commit', '--quiet', '--allow-empty', '--message', 'Begin');
  const program = path.join(tool, 'node_modules', 'backlog.md', 'cli.js');
  const call = (...args: string[]): number => {
    const started = performance.now();
    execFileSync(process.execPath, [program, ...args], { cwd: repository, stdio: 'ignore' });
    return performance.now() - started;
  };
  const version = execFileSync(process.execPath, [program, '--version'], { encoding: 'utf8' }).trim();
  call('init', 'Bench', '--defaults', '--integration-mode', 'none');
  const start = median(Array.from({ length: STARTS }, () => call('--version')));
  let created = 0;
  for (let at = 1; at <= count; at += 1) created += Math.max(0, call('task', 'create', `Story ${at}`) - start);
  const list = median(Array.from({ length: TURNS }, () => call('task', 'list', '--plain')));
  const moves = Array.from({ length: TURNS }, (_, at) => call('task', 'edit', String(at + 1), '--status', 'Done'));
  const off = (ms: number): number => Math.max(0, ms - start);
  return { version, start, spent: { create: created, list: off(list), move: off(median(moves)) } };
}

async function oursIn(dir: string, count: number): Promise<Spent> {
  const store = await openStoreIn(dir);
  const created = await clocked(async () => {
    for (let at = 0; at < count; at += 1) await create(store, at);
  });
  const [list, moves]: [number[], number[]] = [[], []];
  for (let at = 0; at < TURNS; at += 1) {
    list.push(await clocked(() => Promise.resolve(JSON.stringify(store.stories.stories()))));
    moves.push(await clocked(() => move(store, at)));
  }
  await store.close();
  return { create: created, list: median(list), move: median(moves) };
}
