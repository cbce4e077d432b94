import { HocuspocusProviderWebsocket, type HocuspocusProviderWebsocketConfiguration } from '@hocuspocus/provider';
import { decodeUpdate } from 'yjs';
import { messageOf } from '../base/messageOf';

/** Kinds of messages that a server sends: 0 changes, 1 who is there, 2 whether it takes the token, and so on. */
const KINDS = new Set([0, 1, 2, 3, 5, 7, 8]);
const CHANGES = 0;
/** Of changes: 0 asks for what the other side lacks, 1 is all of it, 2 is one more. */
const ASKS = 0;

/**
 * The socket of the provider, which takes what a server sends for sound: one bad byte would be an error that nobody catches.
 * What cannot be read never gets to it, and `onNonsense` hears why.
 */
export class CheckedSocket extends HocuspocusProviderWebsocket {
  constructor(
    configuration: HocuspocusProviderWebsocketConfiguration,
    private readonly onNonsense: (why: string) => void,
  ) {
    super(configuration);
  }

  override onMessage(event: MessageEvent<unknown>): void {
    const problem = messageProblem(event.data);
    if (problem !== null) {
      this.onNonsense(problem);
      return;
    }
    try {
      super.onMessage(event);
    } catch (error) {
      this.onNonsense(messageOf(error));
    }
  }
}

/** Why nothing can be done with what a server sent; null where it can be read. */
function messageProblem(data: unknown): string | null {
  if (!(data instanceof ArrayBuffer)) return 'It is a text.';
  const reader = new Reader(new Uint8Array(data));
  // A single byte asks whether somebody is there.
  if (data.byteLength === 1) return null;
  try {
    reader.bytes(); // the name of the document
    const kind = reader.number();
    if (!KINDS.has(kind)) return `Nobody knows messages of kind ${kind}.`;
    if (kind === CHANGES && reader.number() !== ASKS) decodeUpdate(reader.bytes());
    return null;
  } catch (error) {
    return messageOf(error);
  }
}

/** Reads numbers and runs of bytes as the protocol writes them. Throws at the end of what is there. */
class Reader {
  #at = 0;

  constructor(private readonly data: Uint8Array) {}

  number(): number {
    let value = 0;
    for (let factor = 1; factor <= 2 ** 49; factor *= 128) {
      const byte = this.data[this.#at];
      if (byte === undefined) break;
      this.#at += 1;
      value += (byte & 127) * factor;
      if (byte < 128) return value;
    }
    throw new Error('A number has no end.');
  }

  bytes(): Uint8Array {
    const length = this.number();
    if (length > this.data.length - this.#at) throw new Error('It ends too soon.');
    this.#at += length;
    return this.data.subarray(this.#at - length, this.#at);
  }
}
