import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { SharedChange, SharedFile } from '../../core/gates/sharedChange';
import type { KeptWatch, SharedGitDir, SharedWatchRequest, Undone } from '../../ports/sharedGitDir';
import { SerialQueue } from '../../base/serialQueue';
import type { Repository } from '../door/repository';
import { linkedGitDir } from '../trees/ownTree';
import {
  canHaveMoved,
  canHaveMovedThere,
  canHaveStashed,
  movesFile,
  openTrace,
  sweepTraces,
  type GitTrace,
  type Lasting,
} from './gitTrace';
import { compareSettings } from './settings';
import { differingFiles, readSharedFiles, type FileDifference, type KnownFiles, type SharedFiles } from './sharedFiles';
import { hasLog, looksLikeAPersons } from './explainedMove';
import { keep, unreachable } from './keepLost';
import { keepOwnMoves, leftByOwn, ownMoves, recallOwnMoves, type OwnMove } from './ownMoves';
import { readMemory, writeMemory } from './watchMemory';
import { headMovesSince, readSharedRefs, type SharedRefs } from './sharedRefs';
import { undoChange } from './undo';

/** Refs of Switchyard's own. */
const OWN_REFS = 'refs/switchyard/';

type FileChange = Extract<SharedChange, { kind: 'file' }>;

interface Watched {
  readonly request: SharedWatchRequest;
  readonly before: SharedRefs;
  /** What Switchyard had moved when it began. */
  readonly own: readonly OwnMove[];
  /** Whether git kept a log of the target. */
  readonly isLogged: boolean;
  readonly gitDir: string | null;
  readonly trace: GitTrace;
  readonly lasting: Lasting;
}

/**
 * Compares what all worktrees share before and after a run, without starting git unless something differs.
 *
 * Runs overlap. All that run at one time are compared with the files as they were before the first of them: else one
 * that began after another had changed a hook would take the changed one for the person's, and put it back again.
 */
export function createSharedGitDir(open: () => Promise<Repository>): SharedGitDir {
  const guard = new Guard(open);
  const queue = new SerialQueue();
  const kept = (watched: Watched): KeptWatch => ({
    env: watched.trace.env,
    memory: guard.memoryOf(watched),
    end: () => queue.run(() => guard.end(watched)),
    leave: () => guard.leave(watched),
  });
  return {
    watchKept: (request) => queue.run(async () => kept(await guard.begin(request, 'beyond'))),
    resumeWatch: (request, memory) => queue.run(async () => kept(await guard.resume(request, memory))),
    watchShared: (request) =>
      queue.run(async () => {
        const watched = await guard.begin(request, 'window');
        return {
          env: watched.trace.env,
          end: () => queue.run(() => guard.end(watched)),
          endAndUndo: () => queue.run(async () => guard.undo(await guard.end(watched))),
        };
      }),
    undoShared: (changes) => queue.run(async () => [...(await guard.undo(changes)).left]),
  };
}

class Guard {
  readonly #running = new Set<Watched>();
  #files = new Map<string, SharedFile>();
  readonly #known: KnownFiles = new Map();

  constructor(private readonly open: () => Promise<Repository>) {}

  async begin(request: SharedWatchRequest, lasting: Lasting): Promise<Watched> {
    const repository = await this.open();
    const { commonDir } = repository;
    if (this.#running.size === 0) this.#files = new Map(await this.#read(repository));
    if (this.#none(lasting)) await sweepTraces(commonDir, lasting);
    const own = ownMoves(repository);
    const before = await readSharedRefs(repository);
    const isLogged = request.target !== null && (await hasLog(commonDir, request.target));
    return this.#watch(repository, { request, before, own, isLogged, lasting });
  }

  /** All that run at one time are compared with the files as they were before the first of them, which is resumed first. */
  async resume(request: SharedWatchRequest, memory: string): Promise<Watched> {
    const repository = await this.open();
    const known = readMemory(memory);
    if (known === null) return this.begin(request, 'beyond');
    if (this.#running.size === 0) this.#files = new Map(known.files);
    recallOwnMoves(repository, movesFile(repository.commonDir));
    return this.#watch(repository, { request, ...known, lasting: 'beyond' });
  }

  memoryOf({ before, own, isLogged }: Watched): string {
    return writeMemory({ files: this.#files, before, own, isLogged });
  }

  leave(watched: Watched): void {
    this.#running.delete(watched);
  }

  async #watch(repository: Repository, begun: Omit<Watched, 'gitDir' | 'trace'>): Promise<Watched> {
    const { commonDir } = repository;
    const { request, lasting } = begun;
    const gitDir = await linkedGitDir(commonDir, request.folder).catch(() => null);
    const watched = { ...begun, gitDir, trace: await openTrace(commonDir, request.id, lasting) };
    this.#running.add(watched);
    if (lasting === 'beyond') keepOwnMoves(repository, movesFile(commonDir));
    return watched;
  }

  #none(lasting: Lasting): boolean {
    return ![...this.#running].some((one) => one.lasting === lasting);
  }

  async end(watched: Watched): Promise<readonly SharedChange[]> {
    if (!this.#running.delete(watched)) return [];
    const repository = await this.open();
    const now = await this.#read(repository);
    const files = await fileChanges(repository, differingFiles(this.#files, now));
    // Told once: for the others that run, this is how things are now.
    for (const { path, after } of files) this.#remember(path, after);
    const refs = await refChanges(repository, watched);
    await watched.trace.remove();
    if (watched.lasting === 'beyond' && this.#none('beyond')) {
      keepOwnMoves(repository, null);
      await sweepTraces(repository.commonDir, 'beyond');
    }
    return [...files, ...refs];
  }

  async undo(changes: readonly SharedChange[]): Promise<Undone> {
    const repository = await this.open();
    const left: SharedChange[] = [];
    for (const change of changes) {
      if (!(await undoChange(repository, change))) left.push(change);
      else if (change.kind === 'file') this.#remember(change.path, change.before);
    }
    return { changes, left };
  }

  #read({ commonDir, clock }: Repository): Promise<SharedFiles> {
    return readSharedFiles(commonDir, this.#known, () => clock.now());
  }

  #remember(path: string, state: SharedFile | null): void {
    if (state === null) this.#files.delete(path);
    else this.#files.set(path, state);
  }
}

/** Settings that anybody's tools write all the time are no change, and a file that reads the same is none either. */
async function fileChanges(repository: Repository, differing: readonly FileDifference[]): Promise<FileChange[]> {
  const changes: FileChange[] = [];
  for (const one of differing) {
    if (!one.path.startsWith('config')) changes.push({ kind: 'file', ...one, keys: [] });
    else {
      const { told, quiet } = await compareSettings(repository, bytesOf(one.before), bytesOf(one.after));
      if (told.length + quiet.length > 0) changes.push({ kind: 'file', ...one, keys: told });
    }
  }
  return changes;
}

function bytesOf(file: FileDifference['before']): Buffer {
  return Buffer.from(file?.kind === 'file' ? (file.data ?? '') : '', 'base64');
}

type RefChange = Extract<SharedChange, { kind: 'ref' }>;

async function refChanges(repository: Repository, watched: Watched): Promise<SharedChange[]> {
  const { before, request } = watched;
  const seen = { begin: watched.own, before: ownMoves(repository) };
  const now = await readSharedRefs(repository);
  const own = { ...seen, after: ownMoves(repository) };
  const moved: RefChange[] = [];
  for (const ref of new Set([...before.refs.keys(), ...now.refs.keys()])) {
    if (ref.startsWith(OWN_REFS) || request.mayMove.includes(ref)) continue;
    const after = now.refs.get(ref) ?? null;
    const left = leftByOwn(own, ref, before.refs.get(ref) ?? null);
    if (!left.ids.has(after)) moved.push({ kind: 'ref', ref, before: left.last, after });
  }
  const stash = stashChanges(before, now);
  if (moved.length === 0 && stash.length === 0) return [];
  await keepTaken(repository, [...moved, ...stash]);
  const byRun: readonly SharedChange[] = await movedByRun(repository, watched, moved);
  return canHaveStashed(await watched.trace.names()) ? [...byRun, ...stash] : [...byRun];
}

/** What branches and the stash lost is kept, whoever did it: a run that hides leaves no note of having taken it. */
async function keepTaken(repository: Repository, changes: readonly SharedChange[]): Promise<void> {
  const left = changes.flatMap((one) =>
    one.kind === 'ref' && one.before !== null && one.ref.startsWith('refs/heads/') ? [one.before] : [],
  );
  const taken = changes.flatMap((one) => (one.kind === 'stash' && one.what === 'taken' ? [one.commit] : []));
  await keep(repository, [...(await unreachable(repository, left)), ...taken]);
}

async function movedByRun(
  repository: Repository,
  watched: Watched,
  moved: readonly RefChange[],
): Promise<readonly RefChange[]> {
  const { request, trace, gitDir, isLogged } = watched;
  const heads = await headMovesSince(repository.commonDir, watched.before, gitDir);
  const ran = await trace.names();
  const found: RefChange[] = [];
  for (const change of moved) {
    const { ref, after } = change;
    const headsThere = [...heads.elsewhere].filter(([, ids]) => after !== null && ids.has(after)).map(([dir]) => dir);
    const byRun =
      headsThere.length > 0
        ? await wroteIn(repository, trace, ref, headsThere)
        : (after !== null && heads.own.has(after)) || canHaveMoved(ref, ran);
    const isUnseen = async () =>
      ref === request.target && !(await looksLikeAPersons(repository, { ...change, isLogged, headsThere }));
    if (byRun || (await isUnseen())) found.push(change);
  }
  return found;
}

/** Whether the run used git in one of these worktrees, as an agent that goes to the person's checkout to commit there. */
async function wroteIn(
  { commonDir, mainTopLevel }: Repository,
  trace: GitTrace,
  ref: string,
  gitDirs: readonly string[],
): Promise<boolean> {
  for (const gitDir of gitDirs) {
    const linked = await readFile(path.join(gitDir, 'gitdir'), 'utf8').catch(() => null);
    const main = mainTopLevel ?? path.dirname(commonDir);
    const folder = linked === null ? main : path.dirname(path.resolve(gitDir, linked.trim()));
    if (canHaveMovedThere(ref, await trace.namesIn(await realpath(folder).catch(() => folder)))) return true;
  }
  return false;
}

function stashChanges(before: SharedRefs, now: SharedRefs): SharedChange[] {
  const [was, is] = [before.stash, now.stash].map((list) => new Set(list.map(({ commit }) => commit)));
  return [
    ...before.stash
      .filter(({ commit }) => is?.has(commit) === false)
      .map((entry): SharedChange => ({ kind: 'stash', what: 'taken', ...entry })),
    ...now.stash
      .filter(({ commit }) => was?.has(commit) === false)
      .map((entry): SharedChange => ({ kind: 'stash', what: 'added', ...entry })),
  ];
}
