import { open, rm, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../../ports/log';
import type { OutputSink } from '../../ports/store';
import { ByteRing } from './byteRing';
import { checkedBytes } from './checkedFile';
import { replaceFileDurably } from '../log/durableFile';
import { explainDiskError, type StoreError } from '../storeError';

const TAIL_BYTES = 64 * 1024;

/** Absolute paths of a content: with its checksum, and without one. */
export interface ContentFiles {
  readonly checked: string;
  readonly plain: string;
}

/** What an output needs of its store. */
export interface OutputSurroundings {
  readonly makeFolder: (folder: string) => Promise<void>;
  /** Throws a StoreError where nothing may be written any more. */
  readonly assertOpen: () => void;
  readonly onFailure: (failure: StoreError) => void;
  /** Told when all of it is on disk. */
  readonly onKept: () => void;
}

/** How much of an output is kept, in bytes: its beginning, and the latest of what follows up to `limit` in all. */
export interface OutputLimits {
  readonly limit: number;
  readonly head: number;
}

export const DEFAULT_OUTPUT_LIMITS: OutputLimits = { limit: 2 * 1024 * 1024, head: 256 * 1024 };

/**
 * An output as it comes. The file can be read while it grows, up to the limit; past it the newest part waits in
 * memory. On close a file with a checksum takes its place: the whole, or beginning, mark, newest part. A failed disk never stops the program whose
 * output this is: `close` says so.
 */
export class OutputFile implements OutputSink {
  readonly #newest: ByteRing;
  #queue: Buffer[] = [];
  readonly #head: Buffer[] = [];
  #headBytes = 0;
  #total = 0;
  #streaming: Promise<void> | null = null;
  #handle: FileHandle | null = null;
  #failure: unknown = null;
  #closing: Promise<void> | null = null;
  #isClosed = false;

  constructor(
    private readonly files: ContentFiles,
    private readonly limits: OutputLimits,
    private readonly log: Log,
    private readonly surroundings: OutputSurroundings,
  ) {
    this.#newest = new ByteRing(Math.max(limits.limit - limits.head, TAIL_BYTES));
    this.#stream(); // an output without a word is an empty file, not the one of the run before
  }

  /** Text that comes after `close` is dropped. */
  write(text: string): void {
    if (this.#isClosed) return;
    const chunk = Buffer.from(text);
    if (this.#total < this.limits.limit) this.#queue.push(chunk.subarray(0, this.limits.limit - this.#total));
    this.#keepHead(chunk.subarray(0, this.limits.head - this.#headBytes));
    this.#newest.push(chunk);
    this.#total += chunk.length;
    this.#stream();
  }

  tail(): string {
    return fromCharacter(this.#newest.last(TAIL_BYTES)).toString();
  }

  close(): Promise<void> {
    this.#isClosed = true;
    return (this.#closing ??= this.#finish().catch((error: unknown) => {
      this.#closing = null;
      throw error;
    }));
  }

  #keepHead(chunk: Buffer): void {
    if (chunk.length === 0) return;
    this.#head.push(chunk);
    this.#headBytes += chunk.length;
  }

  #stream(): void {
    this.#streaming ??= this.#drain().finally(() => {
      this.#streaming = null;
      if (this.#queue.length > 0) this.#stream();
    });
  }

  async #drain(): Promise<void> {
    const chunks = this.#queue;
    this.#queue = [];
    if (this.#failure !== null) return;
    try {
      this.surroundings.assertOpen();
      this.#handle ??= await this.#create();
      await this.#handle.appendFile(Buffer.concat(chunks));
    } catch (error) {
      this.#failure = error;
      const { kind, message } = explainDiskError('Output is not being kept', this.files.plain, error);
      if (kind !== 'deleted') this.log.warn(message);
    }
  }

  async #create(): Promise<FileHandle> {
    await this.surroundings.makeFolder(path.dirname(this.files.plain));
    await rm(this.files.checked, { force: true });
    return await open(this.files.plain, 'w');
  }

  async #finish(): Promise<void> {
    while (this.#streaming !== null) await this.#streaming;
    // Whatever became of the growing file, what is kept is still in memory.
    await this.#handle?.close().catch(() => undefined);
    this.surroundings.assertOpen();
    try {
      await this.surroundings.makeFolder(path.dirname(this.files.checked));
      await replaceFileDurably(this.files.checked, checkedBytes(this.#kept()));
      await rm(this.files.plain, { force: true });
      this.surroundings.onKept();
    } catch (error) {
      const failure = explainDiskError('An output was not kept', this.files.checked, error);
      this.surroundings.onFailure(failure);
      throw failure;
    }
  }

  #kept(): Buffer {
    if (this.#total <= this.limits.limit)
      return Buffer.concat([...this.#head, this.#newest.last(this.#total - this.#headBytes)]);
    const head = toCharacter(Buffer.concat(this.#head));
    const newest = fromCharacter(this.#newest.last(this.limits.limit - this.limits.head));
    const leftOut = this.#total - head.length - newest.length;
    return Buffer.concat([head, Buffer.from(`\n[… ${leftOut} bytes left out …]\n`), newest]);
  }
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & 0xc0) === 0x80;
}

/** Without the rest of a UTF-8 character whose beginning was cut off. */
function fromCharacter(bytes: Buffer): Buffer {
  let start = 0;
  while (start < 3 && isContinuation(bytes[start])) start++;
  return bytes.subarray(start);
}

/** Without the beginning of a UTF-8 character whose rest was cut off. */
function toCharacter(bytes: Buffer): Buffer {
  let end = bytes.length;
  while (end > 0 && bytes.length - end < 3 && isContinuation(bytes[end - 1])) end--;
  const lead = bytes[end - 1] ?? 0;
  const needed = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
  return bytes.length - (end - 1) < needed ? bytes.subarray(0, end - 1) : bytes;
}
