import { openLogFile, type LogFile } from '../../../../src/store/log/logFile';

/** What goes wrong with the next operations of a file; null is nothing. Each fault happens once. */
export type Fault =
  /** Only so many bytes get written, then the disk is full. */
  | { at: 'write'; after: number }
  | { at: 'sync' }
  /** The sync fails, and so does the attempt to cut off what it may have written. */
  | { at: 'sync and truncate' }
  | null;

/** A real file whose operations can be made to fail, and which remembers their order. */
export class FaultyFile {
  fault: Fault = null;
  readonly operations: string[] = [];
  /** While set, `sync` waits for it. */
  held: Promise<void> | null = null;
  /** While set, nothing can be read. */
  unreadable = false;
  #truncateFails = false;

  readonly open = async (path: string): Promise<LogFile> => {
    const file = await openLogFile(path);
    return {
      ...file,
      read: async () => {
        if (this.unreadable) throw Object.assign(new Error('EIO: i/o error, read'), { code: 'EIO', syscall: 'read' });
        return await file.read();
      },
      write: (data, position) => this.#write(file, data, position),
      sync: () => this.#sync(file),
      truncate: (length) => this.#truncate(file, length),
    };
  };

  #write(file: LogFile, data: Buffer, position: number): void {
    this.operations.push('write');
    if (this.fault?.at !== 'write') return file.write(data, position);
    file.write(data.subarray(0, this.fault.after), position);
    this.fault = null;
    throw diskFull('write');
  }

  async #sync(file: LogFile): Promise<void> {
    this.operations.push('sync');
    await this.held;
    const failing = this.fault?.at === 'sync' || this.fault?.at === 'sync and truncate';
    if (!failing) return await file.sync();
    this.#truncateFails = this.fault?.at === 'sync and truncate';
    this.fault = null;
    throw diskFull('fdatasync');
  }

  async #truncate(file: LogFile, length: number): Promise<void> {
    this.operations.push('truncate');
    if (!this.#truncateFails) return await file.truncate(length);
    this.#truncateFails = false;
    throw diskFull('ftruncate');
  }
}

function diskFull(syscall: string): Error {
  return Object.assign(new Error(`ENOSPC: no space left on device, ${syscall}`), { code: 'ENOSPC', syscall });
}
