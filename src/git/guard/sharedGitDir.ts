import { readFile, realpath } from 'node:fs/promises';
import path from 'node:path';
import type { SharedChange, SharedFile } from '../../core/gates/sharedChange';
import type { SharedGitDir, SharedWatchRequest, Undone } from '../../ports/sharedGitDir';
import { SerialQueue } from '../../base/serialQueue';
import type { Repository } from '../door/repository';
import { linkedGitDir } from '../trees/ownTree';
import { canHaveMoved, canHaveMovedThere, canHaveStashed, openTrace, sweepTraces, type GitTrace } from './gitTrace';
import { compareSettings } from './settings';
import { differingFiles, readSharedFiles, type FileDifference } from './sharedFiles';
import { headMovesSince, movedBySwitchyard, readSharedRefs, type SharedRefs } from './sharedRefs';
import { undoChange } from './undo';

/** Refs of Switchyard's own. */
const OWN_REFS = 'refs/switchyard/';

type FileChange = Extract<SharedChange, { kind: 'file' }>;

interface Watched {
  readonly request: SharedWatchRequest;
  readonly before: SharedRefs;
  readonly gitDir: string | null;
  readonly trace: GitTrace;
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
  return {
    watchShared: (request) =>
      queue.run(async () => {
        const watched = await guard.begin(request);
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

  constructor(private readonly open: () => Promise<Repository>) {}

  async begin(request: SharedWatchRequest): Promise<Watched> {
    const repository = await this.open();
    const { commonDir } = repository;
    if (this.#running.size === 0) {
      this.#files = new Map(await readSharedFiles(commonDir));
      await sweepTraces(commonDir);
    }
    const before = await readSharedRefs(repository);
    const gitDir = await linkedGitDir(commonDir, request.folder).catch(() => null);
    const watched = { request, before, gitDir, trace: await openTrace(commonDir, request.id) };
    this.#running.add(watched);
    return watched;
  }

  async end(watched: Watched): Promise<readonly SharedChange[]> {
    if (!this.#running.delete(watched)) return [];
    const repository = await this.open();
    const now = await readSharedFiles(repository.commonDir);
    const files = await fileChanges(repository, differingFiles(this.#files, now));
    // Told once: for the others that run, this is how things are now.
    for (const { path, after } of files) this.#remember(path, after);
    const refs = await refChanges(repository, watched);
    await watched.trace.remove();
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

async function refChanges(repository: Repository, watched: Watched): Promise<SharedChange[]> {
  const { before, request } = watched;
  const now = await readSharedRefs(repository);
  const names = [...new Set([...before.refs.keys(), ...now.refs.keys()])];
  const moved = names.filter(
    (ref) => before.refs.get(ref) !== now.refs.get(ref) && !ref.startsWith(OWN_REFS) && !request.mayMove.includes(ref),
  );
  const stash = stashChanges(before, now);
  if (moved.length === 0 && stash.length === 0) return [];
  const [heads, ran] = [
    await headMovesSince(repository.commonDir, before, watched.gitDir),
    await watched.trace.names(),
  ];
  const changes: SharedChange[] = [];
  for (const ref of moved) {
    const after = now.refs.get(ref) ?? null;
    if (await movedBySwitchyard(repository.commonDir, ref)) continue;
    const there = [...heads.elsewhere].filter(([, ids]) => after !== null && ids.has(after)).map(([gitDir]) => gitDir);
    const byRun =
      there.length > 0
        ? await wroteIn(repository, watched.trace, ref, there)
        : (after !== null && heads.own.has(after)) || canHaveMoved(ref, ran);
    if (byRun) changes.push({ kind: 'ref', ref, before: before.refs.get(ref) ?? null, after });
  }
  return canHaveStashed(ran) ? [...changes, ...stash] : changes;
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
