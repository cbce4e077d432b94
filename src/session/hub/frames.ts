import type net from 'node:net';
import { messageOf } from '../../base/messageOf';
import type { Transport } from '../../protocol/messageHandler';

/** Bytes of the length that stands before each message. */
const HEAD = 4;

/**
 * Whole messages over a socket: each as UTF-8 JSON after its length in bytes. A side that announces more than the limit, or
 * sends what is no JSON, is broken: nothing more is taken from it.
 */
export class Frames implements Transport {
  #receive: ((message: unknown) => void) | null = null;
  #kept: Buffer[] = [];
  #size = 0;
  #broken = false;

  /** `limit`: most bytes of one message from the other side. */
  constructor(
    private readonly socket: net.Socket,
    private readonly limits: { limit: number; readonly sendLimit: number },
    private readonly onBroken: (why: string) => void,
  ) {}

  send(message: unknown): void {
    if (this.#broken || this.socket.destroyed) return;
    const text = Buffer.from(JSON.stringify(message));
    if (text.length > this.limits.sendLimit) return this.#break(`a message of ${text.length} bytes could not be sent`);
    const head = Buffer.alloc(HEAD);
    head.writeUInt32BE(text.length);
    this.socket.write(Buffer.concat([head, text]));
  }

  /** One listener at a time. What comes is taken from here on. */
  listen(receive: (message: unknown) => void): { dispose(): void } {
    if (this.#receive === null) this.socket.on('data', (chunk: Buffer) => this.#take(chunk));
    this.#receive = receive;
    return {
      dispose: () => {
        if (this.#receive === receive) this.#receive = () => undefined;
      },
    };
  }

  /** From now on messages may be so large (bytes). */
  allow(limit: number): void {
    this.limits.limit = limit;
  }

  #take(chunk: Buffer): void {
    if (this.#broken) return;
    this.#kept.push(chunk);
    this.#size += chunk.length;
    for (;;) {
      const length = this.#nextLength();
      if (length === null) return;
      if (length > this.limits.limit) return this.#break(`a message of ${length} bytes`);
      if (this.#size < HEAD + length) return;
      const bytes = this.#cut(HEAD + length).subarray(HEAD);
      try {
        this.#receive?.(JSON.parse(bytes.toString('utf8')));
      } catch (error) {
        return this.#break(messageOf(error));
      }
    }
  }

  #nextLength(): number | null {
    if (this.#size < HEAD) return null;
    if ((this.#kept[0]?.length ?? 0) < HEAD) this.#kept = [Buffer.concat(this.#kept)];
    return this.#kept[0]?.readUInt32BE(0) ?? null;
  }

  #cut(size: number): Buffer {
    const all = this.#kept.length === 1 && this.#kept[0] ? this.#kept[0] : Buffer.concat(this.#kept);
    this.#kept = all.length > size ? [all.subarray(size)] : [];
    this.#size -= size;
    return all.subarray(0, size);
  }

  #break(why: string): void {
    this.#broken = true;
    this.#kept = [];
    this.onBroken(why);
  }
}
