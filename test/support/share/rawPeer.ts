import { HocuspocusProvider, HocuspocusProviderWebsocket } from '@hocuspocus/provider';
import * as Y from 'yjs';

/** A program that has the token and writes into the document whatever it likes. */
export interface RawPeer {
  readonly doc: Y.Doc;
  /** Sends bytes as an update, whatever they are. */
  sendRaw(bytes: Uint8Array): void;
  /** Is there as a machine that asks for its turn on these targets. */
  appear(machine: string, asks: readonly string[]): void;
  close(): void;
}

export async function rawPeer(url: string, name: string, token = 'secret'): Promise<RawPeer> {
  const doc = new Y.Doc();
  const socket = new HocuspocusProviderWebsocket({ url });
  const provider = new HocuspocusProvider({ websocketProvider: socket, name, document: doc, token });
  provider.attach();
  await new Promise<void>((resolve) => provider.on('synced', () => resolve()));
  return {
    doc,
    sendRaw: (bytes) => {
      const label = Buffer.from(name);
      socket.send(new Uint8Array([label.length, ...label, 0, 2, bytes.length, ...bytes]));
    },
    appear: (machine, asks) => provider.setAwarenessField('peer', { machine, name: machine, at: [], asks }),
    close: () => {
      provider.destroy();
      socket.destroy();
    },
  };
}
