import { spawn, type ChildProcess } from 'node:child_process';
import type { Socket } from 'node:net';
import path from 'node:path';
import type { Disposable } from '../../base/disposable';
import type { Clock } from '../../ports/clock';
import { directStarter } from '../directStarter';
import type { Started, StartRequest } from '../starter';
import type { FromSpawner, Told, ToSpawner } from './messages';
import { Relay } from './relay';
import { RemoteProgram } from './remoteProgram';

/** How a spawner ended. `unready`: it never ran. `idle`: it ran and started nothing. `worked`: it had started programs. */
export type Life = 'unready' | 'idle' | 'worked';

export interface ConnectionOptions {
  /** Path of the spawner's bundle. */
  readonly bundle: string;
  readonly clock: Clock;
  /** Called once, when the spawner could not be started or has ended, with why. */
  readonly onClose: (life: Life, why: string) => void;
}

/** How long (ms) a spawner has until it says that it is there. */
const READY_MS = 20_000;
/** How long (ms) a spawner that hung up has to end. */
const PARTING_MS = 2000;
/** How much (characters) of what a spawner says before it dies is kept. */
const WORDS_KEPT = 1000;

/**
 * One spawner process, and the programs that it holds. When it dies they are lost to their callers. When it never ran
 * they were never started, so they are started here instead.
 */
export class Connection {
  readonly #child: ChildProcess;
  readonly #programs = new Map<number, RemoteProgram>();
  /** Those of them for which this process stays alive. */
  readonly #held = new Set<number>();
  #life: Life = 'unready';
  #state: 'open' | 'closed' = 'open';
  #wanted: 'yes' | 'no' = 'yes';
  #nextId = 1;
  readonly #unsent: ToSpawner[] = [];
  #send: (message: ToSpawner) => void = (message) => void this.#unsent.push(message);
  #words = '';
  readonly #deadline: Disposable;

  constructor(private readonly options: ConnectionOptions) {
    this.#child = spawn(process.execPath, [options.bundle], {
      // Not a folder of the project's, which could then not be moved or removed while this runs.
      cwd: path.dirname(process.execPath),
      // Options for Node are meant for this process: a debugger's port can be taken only once.
      env: { ...process.env, ELECTRON_RUN_AS_NODE: '1', NODE_OPTIONS: undefined },
      stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
      // Bytes go as bytes.
      serialization: 'advanced',
      windowsHide: true,
    });
    this.#listen();
    this.#deadline = options.clock.after(READY_MS, () => {
      if (this.#life === 'unready') this.#close(`it said nothing for ${READY_MS / 1000} s`);
    });
    this.#hold('no');
  }

  /** Undefined where it could not be started. */
  get pid(): number | undefined {
    return this.#child.pid;
  }

  start(request: StartRequest): Started {
    const id = this.#nextId++;
    const program = new RemoteProgram(
      id,
      (message) => this.#send(message),
      () => this.#forget(id),
      (whether) => this.#holdFor(id, whether),
    );
    this.#programs.set(id, program);
    this.#holdFor(id, 'yes');
    this.#send({ kind: 'start', id, request });
    return program;
  }

  /** Lets the spawner end once the last program that is held has. */
  dispose(): void {
    this.#wanted = 'no';
    if (this.#held.size === 0) this.#close('it is not needed any more');
  }

  #listen(): void {
    const child = this.#child;
    child.on('message', (told) => {
      for (const message of told as Told) this.#receive(message);
    });
    child.on('error', (error) => {
      if (child.pid === undefined) this.#close(error.message);
    });
    // Only with both is everything read that it said.
    const told = new Promise<void>((resolve) => void child.once('disconnect', resolve));
    child.once(
      'exit',
      (code, signal) => void told.then(() => this.#close(`it ended (${signal ?? `exit code ${code}`})`)),
    );
    child.once('disconnect', () => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const kill = this.options.clock.after(PARTING_MS, () => child.kill('SIGKILL'));
      child.once('exit', () => kill.dispose());
    });
    child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#words = (this.#words + text).slice(-WORDS_KEPT);
    });
  }

  #receive(message: FromSpawner): void {
    if (this.#state === 'closed') return;
    if (message.kind === 'ready') this.#becomeReady();
    else {
      if (message.kind === 'begun') this.#life = 'worked';
      this.#programs.get(message.id)?.receive(message);
    }
  }

  #becomeReady(): void {
    this.#life = 'idle';
    this.#deadline.dispose();
    // Where the way is broken already, the end of it is about to be told.
    this.#send = (message) => this.#child.connected && this.#child.send(message, () => undefined);
    for (const message of this.#unsent.splice(0)) this.#send(message);
  }

  #close(why: string): void {
    if (this.#state === 'closed') return;
    this.#state = 'closed';
    this.#deadline.dispose();
    if (this.#child.connected) this.#child.disconnect();
    const words = this.#words.trim();
    this.options.onClose(this.#life, words === '' ? why : `${why}: ${words}`);
    if (this.#life === 'unready') this.#startHere();
    else this.#lose();
  }

  #startHere(): void {
    const relay = new Relay(directStarter, (message, sent) => {
      if (message.kind !== 'ready') this.#programs.get(message.id)?.receive(message);
      sent();
    });
    this.#send = (message) => relay.receive(message);
    for (const message of this.#unsent.splice(0)) this.#send(message);
  }

  #lose(): void {
    this.#send = () => undefined;
    for (const program of [...this.#programs.values()]) program.lose();
  }

  #forget(id: number): void {
    this.#programs.delete(id);
    this.#holdFor(id, 'no');
  }

  #holdFor(id: number, whether: 'yes' | 'no'): void {
    if (whether === 'yes' && this.#programs.has(id)) this.#held.add(id);
    else this.#held.delete(id);
    this.#hold(this.#held.size > 0 ? 'yes' : 'no');
    if (this.#held.size === 0 && this.#wanted === 'no') this.dispose();
  }

  /** Whether this process has to stay alive for what the spawner may still say. */
  #hold(whether: 'yes' | 'no'): void {
    if (this.#state === 'closed') return;
    const held = [this.#child, this.#child.channel, this.#child.stderr as Socket | null];
    for (const one of held) {
      if (whether === 'yes') one?.ref();
      else one?.unref();
    }
  }
}
