import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { mkdir, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import writeFileAtomic from 'write-file-atomic';
import { FixableError, FolderGoneError } from '../../base/errors';
import type { KeeperRequest } from '../../keeper/request';
import { claimFile, readJson, runFolder, type RunClaim, type RunEnd, type RunFolder } from '../../keeper/runFolder';
import type { KeptOutput, KeptRecord, KeptRequest, KeptRun, KeptRuns } from '../../ports/keptRuns';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { runEnvironment, takenOutLine } from '../../processes/environment';
import type { ProcessPlatform } from '../../processes/platform';
import { runSlots, type RunSlot } from '../../processes/runSlots';
import type { Started, Starter } from '../../processes/starter';
import { followRun, type Followed } from './followRun';
import { assertRunId, readRecord, recordedIds, type RunRecord } from './runRecord';

export interface KeptRunsOptions {
  /** Path of the keeper's bundle. */
  readonly bundle: string;
  /** Absolute; made when first needed. A folder for each run. */
  readonly dir: string;
  readonly starter: Starter;
  readonly platform: ProcessPlatform;
  readonly clock: Clock;
  readonly log: Log;
  /** Work trees of people, for a run in a folder: what leads into one of them is kept from the run. */
  readonly foreignFolders: (cwd: string) => Promise<readonly string[]>;
}

type Listener = (output: KeptOutput) => void;

/** Runs that each have a keeper: a process of their own that outlives this one. */
export function createKeptRuns(options: KeptRunsOptions): KeptRuns {
  return new Keepers(options);
}

class Keepers implements KeptRuns {
  readonly outlive = true;

  constructor(private readonly options: KeptRunsOptions) {}

  async start(request: KeptRequest, onOutput: Listener): Promise<KeptRun> {
    const { id, cwd } = request;
    assertRunId(id);
    if ((await stat(cwd).catch(() => null))?.isDirectory() !== true) throw new FolderGoneError(cwd);
    if ((request.command[0] ?? '') === '') throw new FixableError(`Cannot run ${request.label}: its command is empty`);
    const slot = await runSlots.take(cwd, { ...process.env, ...request.env });
    try {
      const record = await this.#record(request, slot);
      await this.#startKeeper(request, record);
      return await this.#follow(record, onOutput, slot);
    } catch (error) {
      slot.release();
      throw error;
    }
  }

  async attach(id: string, onOutput: Listener): Promise<KeptRun> {
    assertRunId(id);
    const record = await readRecord(this.options.dir, id);
    return this.#follow(record ?? unreadable(id), onOutput, record === null ? null : runSlots.adopt(record.slot));
  }

  async list(): Promise<KeptRecord[]> {
    const { dir } = this.options;
    const ids = await recordedIds(dir);
    const records = await Promise.all(ids.map(async (id) => (await readRecord(dir, id)) ?? unreadable(id)));
    return records
      .map(({ id, label, startedAt, about }) => ({ id, label, startedAt, about }))
      .sort((one, other) => one.startedAt - other.startedAt);
  }

  async forget(id: string): Promise<void> {
    assertRunId(id);
    await rm(this.#folderOf(id).root, { recursive: true, force: true, maxRetries: 3 });
  }

  #folderOf(id: string): RunFolder {
    return runFolder(path.join(this.options.dir, id));
  }

  /** On disk before anything starts. */
  async #record({ id, label, command, about }: KeptRequest, slot: RunSlot): Promise<RunRecord> {
    const folder = this.#folderOf(id);
    await mkdir(this.options.dir, { recursive: true, mode: 0o700 });
    await mkdir(folder.root, { mode: 0o700 });
    const record: RunRecord = {
      id,
      label,
      program: command[0] ?? '',
      startedAt: this.options.clock.now(),
      about,
      token: randomBytes(32).toString('hex'),
      slot: slot.env,
    };
    await writeFileAtomic(folder.record, `${JSON.stringify(record)}\n`, { mode: 0o600 });
    return record;
  }

  async #startKeeper(request: KeptRequest, record: RunRecord): Promise<void> {
    const { starter, bundle } = this.options;
    const folder = this.#folderOf(request.id);
    const keeper = starter.start({
      program: process.execPath,
      args: [bundle, folder.root],
      // Not a folder of the project's, which could then not be moved or removed while this runs.
      cwd: path.dirname(process.execPath),
      env: keeperEnvironment(),
      stdin: 'pipe',
      // It leads a session of its own, so that what ends this process does not end it.
      group: 'apart',
    });
    const toldWhat = firstWord(keeper);
    const words = allOf(keeper.stderr);
    keeper.stdin.end(`${JSON.stringify(await this.#keeperRequest(request, record))}\n`);
    const told = await toldWhat;
    // It goes on when this process does not.
    keeper.hold('no');
    if (told === 'running') return;
    if (told === 'notStarted') return this.#explain(request, keeper);
    await this.#giveUp(request, keeper, await words);
  }

  async #keeperRequest(request: KeptRequest, { slot, token }: RunRecord): Promise<KeeperRequest> {
    const [program = '', ...args] = request.command;
    const asked = { id: request.id, env: { ...slot, ...request.env } };
    const { environment, takenOut } = runEnvironment(process.env, asked, {
      platform: this.options.platform.name,
      foreignFolders: await this.options.foreignFolders(request.cwd),
    });
    const stdin = request.input === 'none' ? 'none' : 'pipe';
    return {
      id: request.id,
      program: { program, args, cwd: request.cwd, env: environment, stdin },
      text: typeof request.input === 'string' ? null : request.input.text,
      clocks: request.clocks,
      notice: takenOut.length > 0 ? takenOutLine(takenOut) : null,
      token,
    };
  }

  /** What could not be started for a reason that a person can mend is no run. */
  async #explain({ id, cwd, label, command }: KeptRequest, keeper: Started): Promise<void> {
    await keeper.ended;
    const outcome = (await readJson<RunEnd>(this.#folderOf(id).end))?.outcome;
    if (outcome?.kind !== 'notStarted' || outcome.why === 'noProgram') return;
    await this.forget(id);
    if (outcome.why === 'noFolder') throw new FolderGoneError(cwd);
    throw new FixableError(`Cannot run ${label}: ${command[0] ?? ''} could not be started (${outcome.message})`);
  }

  /** No word came: either there is no keeper and none may come any more, or it has claimed the run meanwhile. */
  async #giveUp({ id, label }: KeptRequest, keeper: Started, words: string): Promise<void> {
    const claim: RunClaim = { kind: 'givenUp' };
    if ((await claimFile(this.#folderOf(id).claim, claim)) === 'taken') return;
    const end = await keeper.ended;
    await this.forget(id);
    const why = words.trim() === '' ? end.kind : words.trim();
    throw new FixableError(`Cannot run ${label}: the process that keeps it could not be started (${why})`);
  }

  async #follow(record: RunRecord, onOutput: Listener, slot: RunSlot | null): Promise<KeptRun> {
    const folder = this.#folderOf(record.id);
    const followed: Followed = { record, folder, onOutput, ports: this.options };
    const run = await followRun(followed);
    void run.ended.then(() => slot?.release());
    return run;
  }
}

/** The id still leads to its processes. */
function unreadable(id: string): RunRecord {
  return { id, label: id, program: '', startedAt: 0, about: null, token: '', slot: {} };
}

/** Options for Node are meant for this process: a debugger's port can be taken only once. */
function keeperEnvironment(): Record<string, string> {
  const own = { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: undefined };
  return Object.fromEntries(Object.entries(own).filter((entry): entry is [string, string] => entry[1] !== undefined));
}

/** The word that it says, or nothing where it ends without one. */
function firstWord({ stdout }: Started): Promise<string> {
  let text = '';
  return new Promise((resolve) => {
    stdout.setEncoding('utf8').on('data', (more: string) => {
      text += more;
      if (text.endsWith('\n')) resolve(text.trim());
    });
    stdout.once('close', () => resolve(text.trim()));
  });
}

async function allOf(stream: Started['stderr']): Promise<string> {
  let text = '';
  stream.setEncoding('utf8').on('data', (more: string) => (text = (text + more).slice(-1000)));
  if (!stream.closed) await once(stream, 'close');
  return text;
}
