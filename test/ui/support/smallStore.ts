import { chmodSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { storeFolderIn } from '../../../src/store/storeFolder';
import { SmallDisk } from '../../support/smallDisk';

/**
 * A place for a repository whose store takes nothing more when the test says so, whichever program writes: a small disk of its
 * own that is filled, and where none can be mounted a store that may not be written to.
 */
export class SmallStore {
  /** Where the repository is to be. */
  readonly folder: string;

  private constructor(private readonly disk: SmallDisk) {
    this.folder = path.join(disk.path, 'hello');
    if (!disk.isMounted && process.getuid?.() === 0)
      throw new Error('Where no file system can be mounted, whoever is root can write everywhere. Be somebody else.');
  }

  static async make(megabytes: number): Promise<SmallStore> {
    return new SmallStore(await SmallDisk.make(megabytes));
  }

  fill(): void {
    if (this.disk.isMounted) this.disk.fill();
    else this.#allow(0o444, 0o555);
  }

  /** Takes everything again. */
  free(): void {
    if (this.disk.isMounted) this.disk.free();
    else this.#allow(0o644, 0o755);
  }

  dispose(): void {
    this.disk.dispose();
  }

  #allow(files: number, folders: number): void {
    const store = storeFolderIn(path.join(this.folder, '.git'));
    chmodSync(store, folders);
    for (const entry of readdirSync(store, { recursive: true, withFileTypes: true }))
      if (entry.isFile() || entry.isDirectory())
        chmodSync(path.join(entry.parentPath, entry.name), entry.isDirectory() ? folders : files);
  }
}
