import { mkdtempSync, realpathSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A folder with a real path, removed after the test (or the suite) that made it. */
export class TemporaryFolder {
  // Short, because sockets live below it and a socket's path holds about a hundred characters.
  readonly path = realpathSync(mkdtempSync(path.join(tmpdir(), 'sy-')));

  /** A path below it. */
  at(...parts: string[]): string {
    return path.join(this.path, ...parts);
  }

  remove(): void {
    rmSync(this.path, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
