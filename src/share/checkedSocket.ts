import { HocuspocusProviderWebsocket, type HocuspocusProviderWebsocketConfiguration } from '@hocuspocus/provider';
import { createDecoder, readVarUint, readVarUint8Array } from 'lib0/decoding';
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
  const decoder = createDecoder(new Uint8Array(data));
  // A single byte asks whether somebody is there.
  if (data.byteLength === 1) return null;
  try {
    readVarUint8Array(decoder); // the name of the document
    const kind = readVarUint(decoder);
    if (!KINDS.has(kind)) return `Nobody knows messages of kind ${kind}.`;
    if (kind === CHANGES && readVarUint(decoder) !== ASKS) decodeUpdate(readVarUint8Array(decoder));
    return null;
  } catch (error) {
    return messageOf(error);
  }
}
