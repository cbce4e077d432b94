import fs from 'node:fs';
import promises, { type FileHandle } from 'node:fs/promises';

/** Something that changes the disk, right before it is done. */
export interface DiskChange {
  readonly does: 'open' | 'write' | 'sync' | 'make' | 'move' | 'remove' | 'set';
  /** The file or folder; of a move the new place. */
  readonly path: string;
}

/** Looks at a change before it is done; what it returns is thrown instead of doing it. */
export type Look = (change: DiskChange) => Error | null;

/** An error as the system gives it. */
export function diskError(code: string, { does, path }: DiskChange): Error {
  return Object.assign(new Error(`${code}: as the test says, ${does} '${path}'`), { code, syscall: does, path });
}

type Function = (...args: unknown[]) => unknown;
type Style = 'promise' | 'sync' | 'callback';
type Does = DiskChange['does'];

/** Which argument of each function names what it changes. */
const BY_PATH: Readonly<Record<string, readonly [Does, number]>> = {
  writeFile: ['write', 0],
  appendFile: ['write', 0],
  truncate: ['write', 0],
  mkdir: ['make', 0],
  mkdtemp: ['make', 0],
  symlink: ['make', 1],
  link: ['make', 1],
  copyFile: ['make', 1],
  cp: ['make', 1],
  rename: ['move', 1],
  rm: ['remove', 0],
  unlink: ['remove', 0],
  rmdir: ['remove', 0],
  utimes: ['set', 0],
  chmod: ['set', 0],
};
const BY_DESCRIPTOR: Readonly<Record<string, Does>> = { write: 'write', fsync: 'sync', fdatasync: 'sync', ftruncate: 'write' }; // prettier-ignore
const OF_HANDLE: Readonly<Record<string, Does>> = {
  write: 'write',
  writev: 'write',
  writeFile: 'write',
  appendFile: 'write',
  truncate: 'write',
  sync: 'sync',
  datasync: 'sync',
};

/**
 * Watches all that this process changes on the disk through Node's own functions, whoever calls them: the same code runs
 * as ever, and any of its operations can fail as the test says. `release` puts Node's functions back.
 */
export class WatchedDisk {
  readonly #undo: (() => void)[] = [];
  readonly #paths = new Map<number, string>();
  readonly #handles = new WeakMap<object, string>();

  private constructor(
    private readonly look: Look,
    private readonly handle: Record<string, Function>,
  ) {}

  static async watch(look: Look): Promise<WatchedDisk> {
    const probe = await promises.open(process.execPath, 'r');
    const handle = Object.getPrototypeOf(probe) as Record<string, Function>;
    await probe.close();
    const disk = new WatchedDisk(look, handle);
    disk.again();
    return disk;
  }

  /** Watches again after `release`. */
  again(): void {
    this.#patch(this.handle);
  }

  release(): void {
    for (const undo of this.#undo.splice(0).reverse()) undo();
  }

  #patch(handle: Record<string, Function>): void {
    const [plain, promised] = [fs, promises] as unknown as [Record<string, Function>, Record<string, Function>];
    for (const [name, [does, at]] of Object.entries(BY_PATH)) {
      this.#wrap(promised, name, 'promise', (args) => this.#changeOf(does, args[at]));
      this.#wrap(plain, name, 'callback', (args) => this.#changeOf(does, args[at]));
      this.#wrap(plain, `${name}Sync`, 'sync', (args) => this.#changeOf(does, args[at]));
    }
    for (const [name, does] of Object.entries(BY_DESCRIPTOR)) {
      const change = (args: unknown[]) => this.#changeOf(does, this.#paths.get(args[0] as number));
      this.#wrap(plain, name, 'callback', change);
      this.#wrap(plain, `${name}Sync`, 'sync', change);
    }
    for (const [name, does] of Object.entries(OF_HANDLE)) {
      this.#wrapMethod(handle, name, (own) => this.#changeOf(does, this.#handles.get(own)));
    }
    this.#wrapOpens(plain, promised);
  }

  #wrapOpens(plain: Record<string, Function>, promised: Record<string, Function>): void {
    const opening = (args: unknown[]) => (isReading(args[1]) ? null : this.#changeOf('open', args[0]));
    this.#wrap(promised, 'open', 'promise', opening, (args, opened) => {
      this.#handles.set(opened as FileHandle, String(args[0]));
      this.#paths.set((opened as FileHandle).fd, String(args[0]));
    });
    this.#wrap(plain, 'openSync', 'sync', opening, (args, opened) => void this.#paths.set(opened as number, String(args[0]))); // prettier-ignore
    this.#wrap(plain, 'open', 'callback', opening, (args, opened) => void this.#paths.set(opened as number, String(args[0]))); // prettier-ignore
  }

  #changeOf(does: Does, path: unknown): DiskChange | null {
    return typeof path === 'string' ? { does, path } : null;
  }

  #wrap(
    owner: Record<string, Function>,
    name: string,
    style: Style,
    change: (args: unknown[]) => DiskChange | null,
    after: (args: unknown[], result: unknown) => void = () => undefined,
  ): void {
    const original = owner[name];
    if (original === undefined) return;
    this.#replace(owner, name, (...args) => {
      const found = change(args);
      const error = found === null ? null : this.look(found);
      if (error !== null) return failed(style, args, error);
      if (style === 'callback') {
        const callback = args.at(-1) as Function;
        return original(...args.slice(0, -1), (...results: unknown[]) => {
          if (results[0] === null) after(args, results[1]);
          return callback(...results);
        });
      }
      const result = original(...args);
      if (style === 'sync') after(args, result);
      else void (result as Promise<unknown>).then((opened) => after(args, opened)).catch(() => undefined);
      return result;
    });
  }

  #wrapMethod(owner: Record<string, Function>, name: string, change: (own: object) => DiskChange | null): void {
    const original = owner[name];
    if (original === undefined) return;
    const look = (found: DiskChange | null): Error | null => (found === null ? null : this.look(found));
    this.#replace(owner, name, function (this: object, ...args: unknown[]) {
      const error = look(change(this));
      return error === null ? Reflect.apply(original, this, args) : Promise.reject(error);
    });
  }

  #replace(owner: Record<string, Function>, name: string, by: Function): void {
    const original = owner[name]!;
    owner[name] = by;
    this.#undo.push(() => (owner[name] = original));
  }
}

function failed(style: Style, args: unknown[], error: Error): unknown {
  if (style === 'sync') throw error;
  if (style === 'promise') return Promise.reject(error);
  setImmediate(() => (args.at(-1) as Function)(error));
  return undefined;
}

function isReading(flags: unknown): boolean {
  if (typeof flags === 'number')
    return (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR | fs.constants.O_CREAT)) === 0;
  return flags === undefined || flags === 'r';
}
