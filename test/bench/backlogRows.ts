import { execFileSync } from 'node:child_process';
import {
  closeSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import path from 'node:path';
import { clocked, create, move, openStoreIn, readTexts } from './storeWork';
import { median, times, type Row } from './table';

/** The same things as a command-line tool does them that keeps a file for each task; ms each, in the median. */
interface Spent {
  readonly create: number;
  readonly list: number;
  readonly search: number;
  readonly move: number;
}

const VERSION = '1.52.0';
/** Starts of the tool that do nothing, whose median is taken off each of its calls. */
const STARTS = 7;
/** Times that each thing is done. */
const TURNS = 7;

/** Doing things where there are so many stories, beside as many tasks of Backlog.md, which is fetched from npm once. */
export async function backlogRows(count: number): Promise<Row[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'sy-bench-'));
  try {
    const theirs = new Backlog(install(), path.join(folder, 'repository'));
    const spent = theirs.measure(count);
    const ours = await oursIn(path.join(folder, 'store'), count);
    const row = (what: string, name: keyof Spent): Row => ({
      what: `${what}, against Backlog.md ${VERSION}`,
      counts: '',
      ratio: `${times(spent[name], ours[name])} faster (${spent[name].toFixed(0)} ms and ${ours[name].toFixed(2)} ms; its start, ${theirs.start.toFixed(0)} ms a call, taken off)`,
      reach: '≥ 20 ×',
    });
    return [
      row(`create one of ${count}`, 'create'),
      row(`list ${count}`, 'list'),
      row(`search ${count}`, 'search'),
      row(`move 1 of ${count}`, 'move'),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Into a cache folder, at the first time; returns the program's path. */
function install(): string {
  const cache = path.join(process.env['XDG_CACHE_HOME'] ?? path.join(homedir(), '.cache'), 'switchyard-bench');
  const place = path.join(cache, `backlog.md-${VERSION}`);
  if (!existsSync(place)) {
    mkdirSync(cache, { recursive: true });
    const building = mkdtempSync(`${place}.building-`);
    const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
    const how = ['install', '--no-save', '--no-audit', '--no-fund', '--prefix', building, `backlog.md@${VERSION}`];
    execFileSync(npm, how, { stdio: 'ignore', shell: process.platform === 'win32' });
    renameSync(building, place);
  }
  return path.join(place, 'node_modules', 'backlog.md', 'cli.js');
}

/** A repository with tasks of Backlog.md. */
class Backlog {
  /** ms that the tool takes to do nothing. */
  readonly start: number;

  constructor(
    private readonly program: string,
    private readonly repository: string,
  ) {
    mkdirSync(repository);
    this.#git('init', '--quiet', '--initial-branch=main');
    this.#git('config', 'user.name', 'Sam Sample');
    this.#git('config', 'user.email', 'sam@example.com');
    this.#git('commit', '--quiet', '--allow-empty', '--message', 'Begin');
    this.#call('init', 'Bench', '--defaults', '--integration-mode', 'none');
    this.start = median(Array.from({ length: STARTS }, () => this.#call('--version')));
  }

  measure(count: number): Spent {
    this.#call('task', 'create', 'Story 1', '--description', 'It works');
    this.#fill(count - TURNS);
    const create = this.#each((turn) => ['task', 'create', `Story ${count - TURNS + turn}`]);
    const listed = this.#read('task', 'list', '--plain').split('\n').filter((line) => line.includes('Story ')).length; // prettier-ignore
    if (listed !== count) throw new Error(`Backlog.md lists ${listed} tasks of ${count}.`);
    return {
      create,
      list: this.#each(() => ['task', 'list', '--plain']),
      search: this.#each((turn) => ['search', `Story ${Math.floor((count * turn) / (TURNS + 1))}`, '--plain']),
      move: this.#each((turn) => ['task', 'edit', String(turn + 1), '--status', 'Done']),
    };
  }

  /** Its own file of the first task, again and again: making so many by its program takes a quarter of an hour. */
  #fill(count: number): void {
    const tasks = path.join(this.repository, 'backlog', 'tasks');
    const [name] = readdirSync(tasks);
    if (name === undefined) throw new Error('Backlog.md has made no task.');
    const text = readFileSync(path.join(tasks, name), 'utf8');
    for (let number = 2; number <= count; number += 1) {
      const own = text.replace(/^(id: .*-)1$/m, `$1${number}`).replaceAll('Story 1', `Story ${number}`);
      const file = name.replace(/^([a-z]+-)1\b/i, `$1${number}`).replace('Story-1', `Story-${number}`);
      writeFileSync(path.join(tasks, file), own);
    }
  }

  /** The median of so many calls, its start taken off. `turn` counts from 1. */
  #each(wordsOf: (turn: number) => readonly string[]): number {
    const spent = Array.from({ length: TURNS }, (_, turn) => this.#call(...wordsOf(turn + 1)));
    return Math.max(0, median(spent) - this.start);
  }

  #call(...words: readonly string[]): number {
    const started = performance.now();
    this.#read(...words);
    return performance.now() - started;
  }

  /** Into a file: what it writes to a pipe it does not wait for, and leaves out the end. */
  #read(...words: readonly string[]): string {
    const file = `${this.repository}.out`;
    const out = openSync(file, 'w');
    execFileSync(process.execPath, [this.program, ...words], { cwd: this.repository, stdio: ['ignore', out, 'ignore'] }); // prettier-ignore
    closeSync(out);
    return readFileSync(file, 'utf8');
  }

  #git(...words: readonly string[]): void {
    execFileSync('git', words, { cwd: this.repository });
  }
}

async function oursIn(dir: string, count: number): Promise<Spent> {
  const store = await openStoreIn(dir);
  for (let at = 0; at < count - TURNS; at += 1) await create(store, at);
  const each = async (work: (turn: number) => Promise<unknown>): Promise<number> => {
    const spent: number[] = [];
    for (let turn = 1; turn <= TURNS; turn += 1) spent.push(await clocked(() => work(turn)));
    return median(spent);
  };
  await readTexts(store);
  const spent = {
    create: await each((turn) => create(store, count - TURNS + turn - 1)),
    list: await each(() => Promise.resolve(JSON.stringify(store.stories.stories()))),
    search: await each((turn) => store.search.search(`Story ${Math.floor((count * turn) / (TURNS + 1))}`, 20)),
    move: await each((turn) => move(store, turn)),
  };
  await store.close();
  return spent;
}
