import { constants, fstatSync, statSync, writeSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';

/** The few file operations a log needs; a parameter so that tests can make any of them fail. Offsets are in bytes. */
export interface LogFile {
  /** The whole content. */
  read(): Promise<Buffer>;
  /** `place` says what bears its name now: the file itself, nothing, or another one. */
  look(): { length: number; place: 'here' | 'gone' | 'taken' };
  /** Writes all of `data`, or throws with any part of it written. */
  write(data: Buffer, position: number): void;
  truncate(length: number): Promise<void>;
  /** What was written is on the disk when this resolves. */
  sync(): Promise<void>;
  /** Gives it another name, in place of what bears that. The name is safe on disk once its folder was synced. */
  rename(to: string): Promise<void>;
  close(): Promise<void>;
}

export type OpenLogFile = (path: string) => Promise<LogFile>;

/** Opens a file for reading and writing, and creates it where it is missing. Its folder must exist. */
export const openLogFile: OpenLogFile = async (path) => {
  // No flag of `open` by name means "create, keep, and write anywhere"; `a+` ignores positions on Linux.
  const handle = await open(path, constants.O_RDWR | constants.O_CREAT, 0o644);
  let name = path;
  return {
    read: () => readRange(handle, 0),
    // Looking and writing take some microseconds, a trip to the thread pool many more; only the sync really waits.
    look: () => {
      const { size, ino, dev } = fstatSync(handle.fd);
      const named = statSync(name, { throwIfNoEntry: false });
      if (named === undefined) return { length: size, place: 'gone' };
      return { length: size, place: named.ino === ino && named.dev === dev ? 'here' : 'taken' };
    },
    write: (data, position) => writeAll(handle.fd, data, position),
    truncate: (length) => handle.truncate(length),
    sync: () => handle.datasync(),
    rename: async (to) => {
      await rename(name, to);
      name = to;
    },
    close: () => handle.close(),
  };
};

/** Reads from `start` to the end of the file. */
async function readRange(handle: FileHandle, start: number): Promise<Buffer> {
  const { size } = await handle.stat();
  const bytes = Buffer.allocUnsafe(Math.max(0, size - start));
  let filled = 0;
  while (filled < bytes.length) {
    const { bytesRead } = await handle.read(bytes, filled, bytes.length - filled, start + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** On a full disk a write may succeed in part; the next one then says why. */
function writeAll(descriptor: number, data: Buffer, position: number): void {
  let done = 0;
  while (done < data.length) done += writeSync(descriptor, data, done, data.length - done, position + done);
}
