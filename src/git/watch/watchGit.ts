import { watch, type FSWatcher } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { runBare, type Repository } from '../door/repository';

/** Quiet time before a hint, in milliseconds: one git command touches several files. */
const SETTLE = 100;
/** How often refs are compared in case the file system told nothing, in milliseconds. */
const POLL = 5_000;

/** Entries of a git dir whose change says nothing about refs and worktrees. */
const UNIMPORTANT = /\.lock$|^(?:objects|logs|hooks|switchyard|COMMIT_EDITMSG|FETCH_HEAD|gc\.pid)$/;

/**
 * Hints that refs, HEADs or indexes may have changed. Folders are watched one by one, because recursive watching is not
 * there on every platform; where watching fails (too many watches, a network disk) the slow comparison is what is left.
 */
export class GitWatch implements Disposable {
  readonly #watchers = new Map<string, FSWatcher>();
  #settling: Disposable | null = null;
  #polling: Disposable | null = null;
  #known: string | null = null;
  #disposed = false;

  constructor(
    private readonly open: () => Promise<Repository>,
    private readonly clock: Repository['clock'],
    private readonly onHint: () => void,
  ) {}

  /** Resolves when the watchers stand. */
  async start(): Promise<void> {
    const repository = await this.open();
    await this.#watchFolders(repository);
    this.#known = await digest(repository);
    this.#pollLater(repository);
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
    for (const [folder, watcher] of this.#watchers) {
      if (folders.has(folder)) continue;
      watcher.close();
      this.#watchers.delete(folder);
    }
    for (const folder of folders) if (!this.#watchers.has(folder)) this.#watchFolder(repository, folder);
  }

  #watchFolder(repository: Repository, folder: string): void {
    try {
      const watcher = watch(folder, (_, name) => this.#changed(repository, name));
      watcher.on('error', () => {
        watcher.close();
        this.#watchers.delete(folder);
      });
      this.#watchers.set(folder, watcher);
    } catch (error) {
      repository.log.debug(`${folder} cannot be watched: ${String(error)}`);
    }
  }

  #changed(repository: Repository, name: string | null): void {
    if (this.#disposed || this.#settling !== null || (name !== null && UNIMPORTANT.test(name))) return;
    this.#settling = this.clock.after(SETTLE, () => {
      this.#settling = null;
      // A new branch can have made a new folder.
      void this.#watchFolders(repository);
      this.onHint();
    });
  }

  #pollLater(repository: Repository): void {
    if (this.#disposed) return;
    this.#polling = this.clock.after(POLL, () => {
      void this.#poll(repository).finally(() => this.#pollLater(repository));
    });
  }

  async #poll(repository: Repository): Promise<void> {
    try {
      const now = await digest(repository);
      if (this.#disposed || now === this.#known) return;
      this.#known = now;
      this.onHint();
    } catch (error) {
      repository.log.debug(`Refs could not be compared: ${String(error)}`);
    }
  }
}

async function digest(repository: Repository): Promise<string> {
  return (await runBare(repository, 'for-each-ref', ['--format=%(objectname) %(refname)'])).text;
}

/** The common dir, all folders of local branches, and the private dirs of worktrees: few in any repository. */
async function foldersToWatch(commonDir: string): Promise<Set<string>> {
  const worktrees = path.join(commonDir, 'worktrees');
  const found = new Set([commonDir, path.join(commonDir, 'refs')]);
  await addFolders(path.join(commonDir, 'refs', 'heads'), found);
  const linked = await readdir(worktrees).catch(() => []);
  if (linked.length > 0) found.add(worktrees);
  for (const id of linked) found.add(path.join(worktrees, id));
  return found;
}

async function addFolders(folder: string, found: Set<string>): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => null);
  if (entries === null) return;
  found.add(folder);
  for (const entry of entries) if (entry.isDirectory()) await addFolders(path.join(folder, entry.name), found);
}
