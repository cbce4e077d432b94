import { HocuspocusProvider } from '@hocuspocus/provider';
import { createEncoder, toUint8Array, writeVarString, writeVarUint } from 'lib0/encoding';
import { uint32 } from 'lib0/random';
import type { Doc } from 'yjs';
import * as z from 'zod/mini';
import type { Disposable } from '../base/disposable';
import { messageOf } from '../base/messageOf';
import { TELL_AFTER, waitBefore } from '../core/sharing/backoff';
import { machineSchema, type Machine } from '../core/sharing/sharedStory';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import { CheckedSocket } from './checkedSocket';
import { Keepalive, type KeepaliveLimits } from './keepalive';

/** How the connection stands. `silent`: nobody needs to know yet that it is down. `refused`: the server does not take the token. */
export type ConnectionState =
  | { readonly kind: 'connecting' }
  | { readonly kind: 'connected' }
  | { readonly kind: 'away'; readonly failures: number; readonly told: boolean }
  | { readonly kind: 'refused'; readonly why: string };

/** Another machine that is connected, and the keys of the stories that it is at work on. */
export interface Peer extends Machine {
  readonly at: readonly string[];
  /** Targets on which it wants to land. */
  readonly asks: readonly string[];
}

export interface ConnectionPorts {
  readonly url: string;
  readonly document: string;
  readonly token: string;
  readonly me: Machine;
  readonly doc: Doc;
  readonly limits: KeepaliveLimits;
  readonly clock: Clock;
  /** From 0 to 1. */
  readonly random: () => number;
  readonly log: Log;
  /** All that the server has is in the document. */
  readonly onMet: () => void;
  readonly onChange: () => void;
}

const peerSchema = z.extend(machineSchema, {
  at: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(1000)),
  asks: z._default(z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(20)), []),
});

/** So long (ms) that the provider never acts by its own clocks: keepalive and attempts are this file's. */
const NEVER = 2_000_000_000;

/** The link to a Hocuspocus server, kept up as long as it is open. Offline it changes nothing: the document goes on. */
export class Connection {
  readonly #socket: CheckedSocket;
  readonly #provider: HocuspocusProvider;
  #state: ConnectionState = { kind: 'connecting' };
  #failures = 0;
  #isUp = false;
  /** An attempt or a connection is under way: it fails once, however often that is said. */
  #isTrying = false;
  #keepalive: Keepalive | null = null;
  #timer: Disposable | null = null;
  #isOver = false;
  /** Messages of this connection that could not be read. */
  #leftOut = 0;
  /** One of them may have been a change: what is missing is asked for anew, with the next question whether the server is there. */
  #mayLack = false;
  #said: Pick<Peer, 'at' | 'asks'> = { at: [], asks: [] };

  constructor(private readonly ports: ConnectionPorts) {
    const { url, document, token, doc, onChange } = ports;
    const socket = {
      url,
      autoConnect: false,
      maxAttempts: 1,
      delay: NEVER,
      messageReconnectTimeout: NEVER,
      onMessage: () => this.#keepalive?.heard(),
      onDisconnect: () => this.#down(),
      // Some platforms tell of a connection that could not be made by an error alone.
      onMaxAttemptsFailed: () => this.#down(),
    };
    this.#socket = new CheckedSocket(socket, (why) => this.#leaveOut(why));
    this.#provider = new HocuspocusProvider({
      websocketProvider: this.#socket,
      name: document,
      document: doc,
      token,
      onSynced: () => this.#met(),
      onAuthenticationFailed: ({ reason }) => this.#refused(reason),
      onAwarenessChange: onChange,
    });
    this.#provider.attach();
    this.#attempt();
  }

  state(): ConnectionState {
    return this.#state;
  }

  /** Others that are connected. What makes no sense is left out. */
  peers(): readonly Peer[] {
    const { awareness } = this.#provider;
    if (!this.#isUp || awareness === null) return [];
    const peers = [...awareness.getStates().values()].flatMap((state) => {
      const read = peerSchema.safeParse((state as { peer?: unknown }).peer);
      return read.success && read.data.machine !== this.ports.me.machine ? [read.data] : [];
    });
    return [...new Map(peers.map((peer) => [peer.machine, peer])).values()];
  }

  /** Tells the others on which stories this machine is at work. */
  workOn(keys: readonly string[]): void {
    this.#say({ ...this.#said, at: [...keys].slice(0, 1000) });
  }

  /** Tells the others on which targets this machine wants to land. */
  ask(targets: readonly string[]): void {
    if (targets.join('\n') !== this.#said.asks.join('\n')) this.#say({ ...this.#said, asks: targets.slice(0, 20) });
  }

  #say(said: Pick<Peer, 'at' | 'asks'>): void {
    this.#said = said;
    if (this.#isOver) return;
    this.#provider.setAwarenessField('peer', { ...this.ports.me, ...said });
  }

  close(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#isUp = false;
    this.#state = { kind: 'away', failures: 0, told: false };
    this.#timer?.dispose();
    this.#keepalive?.dispose();
    this.#provider.destroy();
    this.#socket.destroy();
  }

  #attempt(): void {
    const { clock, limits, log } = this.ports;
    this.#isTrying = true;
    this.#leftOut = 0;
    this.#introduceAnew();
    // One that is never answered is given up like one that falls silent.
    this.#timer = clock.after(limits.timeoutMs, () => this.#drop('did not answer'));
    this.#socket.connect().catch((error: unknown) => log.debug(`[share] ${messageOf(error)}`));
  }

  /**
   * Everyone is somebody else on each connection. Of one that was known before, nothing is believed until it says it again, which
   * is every 15 seconds, and the server would not notice that it is gone a second time.
   */
  #introduceAnew(): void {
    const { awareness } = this.#provider;
    if (awareness === null) return;
    awareness.states.clear();
    awareness.meta.clear();
    this.ports.doc.clientID = awareness.clientID = uint32();
    awareness.setLocalState({});
    this.#say(this.#said);
  }

  #met(): void {
    const { clock, limits, log, onMet, onChange } = this.ports;
    this.#timer?.dispose();
    this.#isUp = true;
    if (this.#failures >= TELL_AFTER) log.info('[share] connected again');
    this.#failures = 0;
    this.#keepalive?.dispose();
    this.#keepalive = new Keepalive(limits, {
      clock,
      ping: () => this.#ping(),
      onSilent: () => this.#drop('has been silent'),
    });
    this.#state = { kind: 'connected' };
    onMet();
    onChange();
  }

  /** Asks who is there: the server answers that at once, and it changes nothing. */
  #ping(): void {
    if (this.#mayLack) this.#provider.forceSync();
    this.#mayLack = false;
    const encoder = createEncoder();
    writeVarString(encoder, this.ports.document);
    writeVarUint(encoder, QUERY_AWARENESS);
    this.#socket.send(toUint8Array(encoder));
  }

  #leaveOut(why: string): void {
    this.#leftOut += 1;
    this.#mayLack = true;
    if (this.#leftOut === 1)
      this.ports.log.warn(`[share] ${this.ports.url} sent what cannot be read; it is left out. ${why}`);
  }

  #drop(why: string): void {
    this.ports.log.debug(`[share] the server ${why}`);
    this.#provider.onClose(); // as where the socket itself says so: it begins anew with the next connection
    this.#socket.onClose({ event: { code: 4408, reason: why } });
  }

  /** The connection was lost, or could not be made. */
  #down(): void {
    if (this.#isOver || this.#state.kind === 'refused' || !this.#isTrying) return;
    this.#isTrying = false;
    const { clock, random, log, onChange } = this.ports;
    this.#keepalive?.dispose();
    this.#timer?.dispose();
    this.#isUp = false;
    this.#socket.disconnect();
    this.#failures += 1;
    const told = this.#failures >= TELL_AFTER;
    if (this.#failures === TELL_AFTER) log.error(`[share] ${this.ports.url} cannot be reached; it is tried again every half minute`);
    this.#state = { kind: 'away', failures: this.#failures, told };
    const wait = waitBefore(this.#failures, random());
    this.#timer = clock.after(wait, () => this.#attempt());
    onChange();
  } // prettier-ignore

  #refused(why: string): void {
    const { log, onChange } = this.ports;
    this.#state = { kind: 'refused', why };
    this.#timer?.dispose();
    this.#keepalive?.dispose();
    this.#isUp = false;
    this.#socket.disconnect();
    log.warn(`[share] ${this.ports.url} refuses the token: ${why}`);
    onChange();
  }
}

/** Message type of the server's protocol. */
const QUERY_AWARENESS = 3;
