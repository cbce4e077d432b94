import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { stampOf } from '../../base/fileStamp';
import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import type { Repository } from '../door/repository';
import { foldersBelow, placesOfRefs, refSnapshots } from '../read/refSnapshot';

/** Quiet time before a hint, in milliseconds: one git command touches several files. */
const SETTLE = 100;
/** How often a few files are looked at in case the file system told nothing, in milliseconds. No process is started. */
const POLL = 5_000;
/** HEADs of worktrees that one such look takes in; all have their turn, and a look costs the same however many there are. */
const HEADS_A_LOOK = 50;

/** Entries of a git dir whose change says nothing about refs and worktrees. */
const UNIMPORTANT = /\.lock$|^(?:objects|logs|hooks|switchyard|COMMIT_EDITMSG|FETCH_HEAD|gc\.pid)$/;

/** Calls back for what changes in one folder; the names and events of Node's `watch`. */
export type WatchFolder = (folder: string, onEvent: (event: string, name: string | null) => void) => FSWatcher;

/**
 * Hints that refs, HEADs, settings or indexes may have changed. Folders are watched one by one, because recursive watching
 * is not there on every platform; where watching fails (too many watches, a network disk) the slow look is what is left.
 */
export class GitWatch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  readonly #seen = new Map<string, string>();
  #turn = 0;
  #settling: Disposable | null = null;
  #polling: Disposable | null = null;
  #disposed = false;

  constructor(
    private readonly open: () => Promise<Repository>,
    private readonly clock: Repository['clock'],
    private readonly onHint: () => void,
    private readonly watchFolder: WatchFolder = watch,
  ) {}

  /**
   * Resolves when the watchers stand, with a hint: nobody is told otherwise of what changed since it was looked last. Where they
   * cannot, it rejects, and is tried again by itself.
   */
  async start(): Promise<void> {
    try {
      const repository = await this.open();
      await this.#watchFolders(repository);
      await this.#hasChanged(repository);
      this.#pollLater(repository);
    } catch (error) {
      if (!this.#disposed) this.#polling = this.clock.after(POLL, () => void this.start().catch(() => undefined));
      throw error;
    }
    if (!this.#disposed) this.onHint();
  }

  dispose(): void {
    this.#disposed = true;
    this.#settling?.dispose();
    this.#polling?.dispose();
    for (const watcher of this.#watchers.values()) watcher.close();
    this.#watchers.clear();
  }

  async #watchFolders(repository: Repository): Promise<void> {
    const folders = await foldersToWatch(repository.commonDir);
    if (this.#disposed) return;
    for (const folder of [...this.#watchers.keys()]) if (!folders.has(folder)) this.#unwatch(folder);
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watch(repository, folder);
  }

  #watch(repository: Repository, folder: string): void {
    try {
      const watcher = this.watchFolder(folder, (event, name) => this.#changed(repository, folder, event, name));
      watcher.on('error', () => this.#unwatch(folder));
      this.#watchers.set(folder, watcher);
    } catch (error) {
      repository.log.debug(`${folder} cannot be watched: ${messageOf(error)}`);
    }
  }

  #unwatch(folder: string): void {
    this.#watchers.get(folder)?.close();
    this.#watchers.delete(folder);
  }

  #changed(repository: Repository, folder: string, event: string, name: string | null): void {
    if (this.#disposed || (name !== null && UNIMPORTANT.test(name))) return;
    // A ref file that was written in place; its folder has not changed.
    if (event === 'change' && folder.includes(`${path.sep}refs${path.sep}`)) refSnapshots(repository).forget();
    // One that was removed and made again is another folder, and the old watcher sees nothing of it.
    if (event === 'rename' && name !== null) this.#unwatch(path.join(folder, name));
    this.#settling ??= this.clock.after(SETTLE, () => {
      this.#settling = null;
      void this.#settled(repository);
    });
  }

  /** A new branch can have made a new folder; it is watched before anybody looks, so that nothing falls in between. */
  async #settled(repository: Repository): Promise<void> {
    await this.#watchFolders(repository);
    if (!this.#disposed) this.onHint();
  }

  #pollLater(repository: Repository): void {
    if (this.#disposed) return;
    this.#polling = this.clock.after(POLL, () => {
      void this.#poll(repository).finally(() => this.#pollLater(repository));
    });
  }

  async #poll(repository: Repository): Promise<void> {
    if (!(await this.#hasChanged(repository)) || this.#disposed) return;
    await this.#settled(repository);
  }

  /** Compares what is there with what the last look saw; what is looked at for the first time counts as unchanged. */
  async #hasChanged({ commonDir }: Repository): Promise<boolean> {
    let changed = false;
    for (const [name, files] of await this.#places(commonDir)) {
      const { text } = await stampOf(files);
      const before = this.#seen.get(name);
      if (before !== undefined && before !== text) changed = true;
      this.#seen.set(name, text);
    }
    return changed;
  }

  /** What one look takes in, by name: all that concerns refs, and some of the worktrees. */
  async #places(commonDir: string): Promise<[name: string, files: string[]][]> {
    const names = ['HEAD', 'config', 'worktrees'].map((name) => path.join(commonDir, name));
    const worktrees = path.join(commonDir, 'worktrees');
    const linked = (await readdir(worktrees).catch(() => [])).sort();
    const from = linked.length === 0 ? 0 : this.#turn % linked.length;
    const some = linked.slice(from, from + HEADS_A_LOOK);
    this.#turn = from + some.length;
    return [
      ['refs', [...names, ...(await placesOfRefs(commonDir))]],
      ...some.map((id): [string, string[]] => [id, [path.join(worktrees, id, 'HEAD')]]),
    ];
  }
}

/** The common dir, all folders of local branches, and the private dirs of worktrees: few in any repository. */
async function foldersToWatch(commonDir: string): Promise<Set<string>> {
  const worktrees = path.join(commonDir, 'worktrees');
  const found = new Set([commonDir, path.join(commonDir, 'refs')]);
  for (const name of [path.join('refs', 'heads'), 'reftable'])
    for (const folder of await foldersBelow(path.join(commonDir, name))) found.add(folder);
  const linked = await readdir(worktrees).catch(() => []);
  if (linked.length > 0) found.add(worktrees);
  for (const id of linked) found.add(path.join(worktrees, id));
  return found;
}
