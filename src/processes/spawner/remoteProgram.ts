import { Readable, Writable } from 'node:stream';
import type { Begun, ProgramEnd, Started } from '../starter';
import type { AboutProgram, Output, ToSpawner } from './messages';

/** Bytes of input that may be on their way before more is sent, and the most that go at once. */
const WINDOW = 1024 * 1024;
const PIECE = 64 * 1024;

/** The host's side of a program that the spawner holds. */
export class RemoteProgram implements Started {
  readonly stdin: Writable;
  readonly stdout: Readable;
  readonly stderr: Readable;
  readonly begun: Promise<Begun>;
  readonly ended: Promise<ProgramEnd>;
  #begin: (begun: Begun) => void = () => undefined;
  #end: (end: ProgramEnd) => void = () => undefined;
  #over: 'no' | 'yes' = 'no';
  #isCut = false;
  readonly #open = new Set<Output>(['stdout', 'stderr']);
  /** Outputs that the spawner was asked to hold back. */
  readonly #waiting = new Set<Output>();
  #unsent: { readonly data: Buffer; readonly done: () => void } | null = null;
  #inputOpen = true;
  #underWay = 0;

  /** `onGone` is called when nothing more can come: the program has ended and both outputs are at their end. */
  constructor(
    private readonly id: number,
    private readonly send: (message: ToSpawner) => void,
    private readonly onGone: () => void,
    private readonly onHold: (whether: 'yes' | 'no') => void,
  ) {
    this.begun = new Promise((resolve) => (this.#begin = resolve));
    this.ended = new Promise((resolve) => (this.#end = resolve));
    this.stdin = new Writable({
      write: (data: Buffer, _encoding, done) => this.#take(data, done),
      final: (done) => {
        if (this.#inputOpen) send({ kind: 'endInput', id });
        done();
      },
    });
    this.stdout = this.#output('stdout');
    this.stderr = this.#output('stderr');
  }

  isCut(): boolean {
    return this.#isCut;
  }

  hold(whether: 'yes' | 'no'): void {
    this.onHold(whether);
  }

  kill(signal: NodeJS.Signals): void {
    if (this.#over === 'no') this.send({ kind: 'signal', id: this.id, signal });
  }

  receive(message: AboutProgram): void {
    switch (message.kind) {
      case 'begun':
        this.#begin(message.begun);
        return;
      case 'output':
        this.#push(message.of, message.data);
        return;
      case 'outputEnded':
        this.#endOutput(message.of);
        return;
      case 'inputTaken':
        this.#underWay -= message.bytes;
        this.#sendMore();
        return;
      case 'inputClosed':
        this.#closeInput();
        return;
      case 'ended':
        this.#endWith(message.end);
        return;
      default:
        message satisfies never;
    }
  }

  /** The spawner has ended: nothing more is known of the program. */
  lose(): void {
    this.#isCut = this.#open.size > 0;
    this.#begin({ kind: 'lost' });
    this.#closeInput();
    this.#endOutput('stdout');
    this.#endOutput('stderr');
    this.#endWith({ kind: 'lost' });
  }

  #endWith(end: ProgramEnd): void {
    this.#over = 'yes';
    this.#end(end);
    this.#goneIfOver();
  }

  #output(of: Output): Readable {
    const stream = new Readable({
      read: () => {
        if (this.#waiting.delete(of)) this.send({ kind: 'output', id: this.id, of, to: 'flow' });
      },
      destroy: (error, done) => {
        // Also at its natural end, where the spawner has forgotten it already.
        if (this.#open.has(of)) this.send({ kind: 'output', id: this.id, of, to: 'closed' });
        done(error);
      },
    });
    return stream;
  }

  #push(of: Output, data: Uint8Array): void {
    const stream = this[of];
    if (stream.destroyed) return;
    if (stream.push(data) || this.#waiting.has(of)) return;
    this.#waiting.add(of);
    this.send({ kind: 'output', id: this.id, of, to: 'wait' });
  }

  #endOutput(of: Output): void {
    if (!this.#open.delete(of)) return;
    if (!this[of].destroyed) this[of].push(null);
    this.#goneIfOver();
  }

  #take(data: Buffer, done: () => void): void {
    if (!this.#inputOpen) {
      done();
      return;
    }
    this.#unsent = { data, done };
    this.#sendMore();
  }

  #sendMore(): void {
    while (this.#unsent !== null && this.#underWay < WINDOW) {
      const { data, done } = this.#unsent;
      const piece = data.subarray(0, PIECE);
      this.#underWay += piece.byteLength;
      this.send({ kind: 'input', id: this.id, data: piece });
      this.#unsent = piece.byteLength < data.byteLength ? { data: data.subarray(PIECE), done } : null;
      if (this.#unsent === null) done();
    }
  }

  #closeInput(): void {
    this.#inputOpen = false;
    const unsent = this.#unsent;
    this.#unsent = null;
    unsent?.done();
  }

  #goneIfOver(): void {
    if (this.#over === 'yes' && this.#open.size === 0) this.onGone();
  }
}
