import type { Oid } from '../../core/story/stage';
import { fullOid } from './names';

/** An object as git keeps it. */
export interface GitObject {
  readonly oid: Oid;
  readonly type: string;
  readonly data: Buffer;
}

/**
 * Reads what `cat-file --batch-command` answers to `contents <name>`, piece by piece as it comes. An object's bytes are
 * put together once, however many pieces they come in.
 */
export class ObjectStream {
  #pieces: Buffer[] = [];
  #length = 0;
  /** How many bytes the answer that is coming needs at least, as far as it is known. */
  #needed = 1;

  push(piece: Buffer): void {
    this.#pieces.push(piece);
    this.#length += piece.byteLength;
  }

  /** The next answer, which is the one about `name`; undefined while it has not come whole. Null: there is no such object. */
  next(name: string): GitObject | null | undefined {
    if (this.#length < this.#needed) return undefined;
    const all = this.#together();
    // The answer repeats the name, and a name can hold line ends.
    for (const word of ['missing', 'ambiguous']) {
      const answer = Buffer.from(`${name} ${word}\n`);
      if (all.subarray(0, answer.byteLength).equals(answer)) return this.#take(answer.byteLength, null);
    }
    const end = all.indexOf('\n');
    if (end === -1) return this.#wait(all.byteLength + 1);
    const line = all.toString('latin1', 0, end);
    // Newer versions say so of a commit of another repository; older ones that it is missing.
    if (/^[0-9a-f]+ submodule$/.test(line)) return this.#take(end + 1, null);
    const header = /^([0-9a-f]+) (\w+) (\d+)$/.exec(line);
    // Not whole yet: what has come is the beginning of a name that holds a line end.
    if (header === null) return this.#wait(all.byteLength + 1);
    const [, oid = '', type = '', size = ''] = header;
    const [from, to] = [end + 1, end + 1 + Number(size)];
    if (all.byteLength < to + 1) return this.#wait(to + 1);
    return this.#take(to + 1, { oid: fullOid(oid), type, data: all.subarray(from, to) });
  }

  #wait(needed: number): undefined {
    this.#needed = needed;
  }

  #take<T>(length: number, answer: T): T {
    const rest = this.#together().subarray(length);
    this.#pieces = rest.byteLength === 0 ? [] : [rest];
    this.#length = rest.byteLength;
    this.#needed = 1;
    return answer;
  }

  #together(): Buffer {
    const [first = Buffer.alloc(0), ...others] = this.#pieces;
    const all = others.length === 0 ? first : Buffer.concat(this.#pieces);
    this.#pieces = [all];
    return all;
  }
}
