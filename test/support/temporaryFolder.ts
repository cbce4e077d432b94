import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder with a real path, removed after the test (or the suite) that made it. */
export class TemporaryFolder {
  // Short, because sockets live below it and a socket's path holds about a hundred characters.
  readonly path: string;

  constructor(place = tmpdir()) {
    this.path = realpathSync(mkdtempSync(path.join(place, 'sy-')));
  }

  /** In memory where the system has a place for that: for tests that say themselves what reached the disk. */
  static inMemory(): TemporaryFolder {
    try {
      return new TemporaryFolder('/dev/shm');
    } catch {
      return new TemporaryFolder();
    }
  }

  /** A path below it. */
  at(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
