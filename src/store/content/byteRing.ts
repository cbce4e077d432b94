/** Keeps the last `capacity` bytes of a stream. Memory grows with what is written, up to twice that. */
export class ByteRing {
  #bytes = Buffer.alloc(0);
  #start = 0;
  #end = 0;

  constructor(private readonly capacity: number) {}

  get length(): number {
    return this.#end - this.#start;
  }

  push(chunk: Buffer): void {
    const kept = chunk.subarray(Math.max(0, chunk.length - this.capacity));
    if (this.#end + kept.length > this.#bytes.length) this.#makeRoom(kept.length);
    kept.copy(this.#bytes, this.#end);
    this.#end += kept.length;
    this.#start = Math.max(this.#start, this.#end - this.capacity);
  }

  /** A copy of the last `count` bytes, or of all where there are fewer. */
  last(count: number): Buffer {
    return Buffer.from(this.#bytes.subarray(Math.max(this.#start, this.#end - count), this.#end));
  }

  #makeRoom(wanted: number): void {
    const held = this.#bytes.subarray(this.#start, this.#end);
    const needed = held.length + wanted;
    // Twice what is needed, so that moving bytes to the front stays rare.
    const room = Buffer.allocUnsafe(Math.max(needed, Math.min(2 * needed, 2 * this.capacity)));
    held.copy(room);
    this.#bytes = room;
    this.#start = 0;
    this.#end = held.length;
  }
}
