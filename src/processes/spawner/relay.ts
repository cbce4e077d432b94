import type { Readable } from 'node:stream';
import type { Started, Starter } from '../starter';
import type { FromSpawner, Output, ToSpawner } from './messages';

/** Sends one message; `sent` is called when it has left this process. */
export type Send = (message: FromSpawner, sent: () => void) => void;

/** Bytes on their way to the host above which no more is read from programs, and below which reading goes on. */
const FULL = 4 * 1024 * 1024;
const ROOM = 1024 * 1024;

/** The spawner's own side: starts what the host asks for and passes everything on, no faster than the host takes it. */
export class Relay {
  readonly #programs = new Map<number, RelayedChild>();
  #underWay = 0;
  #full = false;

  constructor(
    private readonly starter: Starter,
    private readonly send: Send,
  ) {}

  receive(message: ToSpawner): void {
    if (message.kind === 'start') {
      const child = new RelayedChild(message.id, this.starter.start(message.request), {
        tell: (told) => this.#tell(told),
        isFull: () => this.#full,
        forget: () => void this.#programs.delete(message.id),
      });
      this.#programs.set(message.id, child);
    } else this.#programs.get(message.id)?.receive(message);
  }

  #tell(message: FromSpawner): void {
    const bytes = message.kind === 'output' ? message.data.byteLength : 0;
    this.#underWay += bytes;
    this.#setFull(this.#underWay > FULL);
    this.send(message, () => {
      this.#underWay -= bytes;
      if (this.#underWay < ROOM) this.#setFull(false);
    });
  }

  #setFull(full: boolean): void {
    if (this.#full === full) return;
    this.#full = full;
    for (const program of this.#programs.values()) program.flow();
  }
}

interface Surroundings {
  tell(message: FromSpawner): void;
  isFull(): boolean;
  forget(): void;
}

/** One program and what the host wants of it. It is forgotten when it has ended and both outputs are closed. */
class RelayedChild {
  readonly #waiting = new Set<Output>();
  readonly #open = new Set<Output | 'program'>(['program', 'stdout', 'stderr']);

  constructor(
    private readonly id: number,
    private readonly started: Started,
    private readonly around: Surroundings,
  ) {
    void started.begun.then((begun) => around.tell({ kind: 'begun', id, begun }));
    this.#follow('stdout');
    this.#follow('stderr');
    started.stdin.once('close', () => around.tell({ kind: 'inputClosed', id }));
    void started.ended.then((end) => {
      around.tell({ kind: 'ended', id, end });
      this.#close('program');
    });
  }

  receive(message: Exclude<ToSpawner, { kind: 'start' }>): void {
    const { started, id } = this;
    switch (message.kind) {
      case 'input':
        started.stdin.write(message.data, () =>
          this.around.tell({ kind: 'inputTaken', id, bytes: message.data.byteLength }),
        );
        return;
      case 'endInput':
        started.stdin.end();
        return;
      case 'output':
        this.#obey(message.of, message.to);
        return;
      case 'signal':
        started.kill(message.signal);
        return;
      default:
        message satisfies never;
    }
  }

  /** Reads or rests, as the way to the host and the host itself have room. */
  flow(): void {
    for (const of of ['stdout', 'stderr'] as const) {
      const stream = this.#stream(of);
      if (this.around.isFull() || this.#waiting.has(of)) stream.pause();
      else stream.resume();
    }
  }

  #follow(of: Output): void {
    const { id, around } = this;
    const stream = this.#stream(of);
    stream.on('data', (data: Buffer) => around.tell({ kind: 'output', id, of, data }));
    stream.once('close', () => {
      around.tell({ kind: 'outputEnded', id, of });
      this.#close(of);
    });
    if (around.isFull()) stream.pause();
  }

  #obey(of: Output, to: 'wait' | 'flow' | 'closed'): void {
    if (to === 'closed') {
      this.#stream(of).destroy();
      return;
    }
    if (to === 'wait') this.#waiting.add(of);
    else this.#waiting.delete(of);
    this.flow();
  }

  #stream(of: Output): Readable {
    return of === 'stdout' ? this.started.stdout : this.started.stderr;
  }

  #close(part: Output | 'program'): void {
    this.#open.delete(part);
    if (this.#open.size === 0) this.around.forget();
  }
}
