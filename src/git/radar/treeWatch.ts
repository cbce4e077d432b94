import { watch, type FSWatcher } from 'node:fs';
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import { Slices } from '../../base/slices';

/** Folders that are watched one by one, of all worktrees together: a person's other programs need some, too. */
const MOST_FOLDERS = 4_096;

/** How a platform watches: a whole tree at once where that costs it nothing, else folder by folder. */
export type WatchWay = 'tree' | 'folders';

/** Hints that a file of a worktree may have changed, also one that is written in place. Starts no process. */
export class TreeWatch implements Disposable {
  readonly #trees = new Map<string, Map<string, FSWatcher>>();
  /** The folders that count, by the top of their worktree, where a whole tree is watched at once. */
  readonly #counting = new Map<string, ReadonlySet<string>>();
  #folders = 0;

  constructor(
    private readonly onHint: (top: string) => void,
    private readonly way: WatchWay = process.platform === 'darwin' || process.platform === 'win32' ? 'tree' : 'folders',
  ) {}

  /**
   * Watches a worktree from now on, in these folders (with `/`, relative to its top, the top itself left out) and no others,
   * so that what is built in ignored ones is no hint. The outer ones come first where not all can be watched.
   */
  async keep(top: string, folders: ReadonlySet<string>): Promise<void> {
    const known = this.#trees.get(top) ?? new Map<string, FSWatcher>();
    this.#trees.set(top, known);
    if (this.way === 'tree') {
      this.#keepTree(top, known, folders);
      return;
    }
    const slices = new Slices();
    const wanted = new Set(['', ...folders]);
    for (const [folder, watcher] of known) if (!wanted.has(folder)) this.#close(known, folder, watcher);
    for (const folder of [...wanted].sort((a, b) => depthOf(a) - depthOf(b))) {
      if (known.has(folder)) continue;
      if (this.#folders >= MOST_FOLDERS) return;
      this.#open(known, folder, () => watch(path.join(top, folder), { persistent: false }, () => this.onHint(top)));
      await slices.turn();
    }
  }

  /** Forgets all worktrees but these. */
  keepOnly(tops: ReadonlySet<string>): void {
    for (const [top, known] of this.#trees) {
      if (tops.has(top)) continue;
      for (const [folder, watcher] of known) this.#close(known, folder, watcher);
      this.#trees.delete(top);
    }
  }

  dispose(): void {
    this.keepOnly(new Set());
  }

  /** One watcher for all; the folders that count are those of the last call. */
  #keepTree(top: string, known: Map<string, FSWatcher>, folders: ReadonlySet<string>): void {
    this.#counting.set(top, folders);
    if (known.has('')) return;
    this.#open(known, '', () =>
      watch(top, { persistent: false, recursive: true }, (_, name) => {
        const folder = name === null ? '' : path.dirname(name).split(path.sep).join('/');
        if (folder === '.' || folder === '' || this.#counting.get(top)?.has(folder) === true) this.onHint(top);
      }),
    );
  }

  /** What cannot be watched (it is gone, there are too many) is looked at in other ways. */
  #open(known: Map<string, FSWatcher>, folder: string, open: () => FSWatcher): void {
    try {
      const watcher = open();
      watcher.on('error', () => this.#close(known, folder, watcher));
      known.set(folder, watcher);
      this.#folders += 1;
    } catch {
      // As where the folder is not there.
    }
  }

  #close(known: Map<string, FSWatcher>, folder: string, watcher: FSWatcher): void {
    if (known.get(folder) !== watcher) return;
    known.delete(folder);
    this.#folders -= 1;
    watcher.close();
  }
}

function depthOf(folder: string): number {
  return folder === '' ? 0 : folder.split('/').length;
}
