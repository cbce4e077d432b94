import { connect, createServer, type Server, type Socket } from 'node:net';

/** Stands between machines and their server: passes bytes on, holds them back, or cuts. */
export class Proxy {
  readonly #links = new Set<readonly [Socket, Socket]>();
  #state: 'open' | 'silent' | 'cut' = 'open';
  #delay: () => number = () => 0;
  #spoils = false;
  /** Bytes that went through, both ways. */
  bytes = 0;
  /** Connections that were asked for. */
  asked = 0;

  private constructor(private readonly server: Server) {}

  static async start(target: () => number): Promise<Proxy> {
    const server = createServer((client) => {
      proxy.asked += 1;
      if (proxy.#state === 'cut') {
        client.destroy();
        return;
      }
      const upstream = connect(target(), '127.0.0.1');
      proxy.#join(client, upstream);
    });
    const proxy = new Proxy(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    const address = this.server.address();
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.');
    return `ws://127.0.0.1:${address.port}`;
  }

  /** Ends all connections, and takes none until `heal`. */
  cut(): void {
    this.#state = 'cut';
    for (const [client, upstream] of this.#links) {
      client.destroy();
      upstream.destroy();
    }
  }

  /** Connections stay open and nothing passes until `heal`: no end is seen. */
  silence(): void {
    this.#state = 'silent';
    for (const link of this.#links) for (const socket of link) socket.pause();
  }

  /** What is sent comes so many ms later: in its order on one connection, and behind what was sent later on others. */
  delay(ms: () => number): void {
    this.#delay = ms;
  }

  /** Of what the server says nothing but the first bytes arrive as they were sent, until `heal`. */
  spoil(): void {
    this.#spoils = true;
  }

  heal(): void {
    this.#state = 'open';
    this.#spoils = false;
    this.#delay = () => 0;
    for (const link of this.#links) for (const socket of link) socket.resume();
  }

  /** Tells all machines what the server never said: one message of a WebSocket each. Between two of the server's own. */
  forge(message: Uint8Array): void {
    const { length } = message;
    const size = length < 126 ? [length] : [126, length >> 8, length & 255];
    for (const [client] of this.#links) client.write(Buffer.from([0x82, ...size, ...message]));
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  #join(client: Socket, upstream: Socket): void {
    const link = [client, upstream] as const;
    this.#links.add(link);
    for (const [from, to] of [link, [upstream, client] as const]) {
      let before = Promise.resolve();
      from.on('data', (data: Buffer) => {
        this.bytes += data.length;
        if (this.#spoils && from === upstream) spoilMessages(data);
        const ms = this.#delay();
        before = before.then(async () => {
          if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
          to.write(data);
        });
      });
      from.on('error', () => undefined);
      from.on('close', () => {
        to.destroy();
        this.#links.delete(link);
      });
      if (this.#state === 'silent') from.pause();
    }
  }
}

/** All but the first bytes of each message, which say how long it is and what it is about. */
function spoilMessages(data: Buffer): void {
  for (let at = 0; at + 4 < data.length;) {
    const short = (data[at + 1] ?? 0) & 127;
    const [head, length] = short === 126 ? [4, data.readUInt16BE(at + 2)] : [2, short];
    data.fill(0xff, Math.min(data.length, at + head + 10), Math.min(data.length, at + head + length));
    at += head + length;
  }
}
