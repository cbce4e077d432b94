import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';

/** A gate that wants to run. */
export interface TurnRequest {
  /** Name and command: two runs of one gate have the same. */
  readonly gate: string;
  readonly exclusive: boolean;
  /** Names of what no two gates use at once. */
  readonly resources?: readonly string[];
  readonly signal: AbortSignal;
}

export interface Turn {
  /** Whether another gate ran at any time beside this one. */
  hadCompany(): boolean;
  /** How many others ran beside this one so far, in the mean over its time. */
  beside(): number;
  /** To be called once, when every process of the gate has ended. */
  end(): void;
}

interface Running {
  readonly request: TurnRequest;
  readonly ports: Set<number>;
  readonly since: number;
  company: boolean;
  /** How many ran beside it, times how long (ms), up to `counted`. */
  others: number;
  counted: number;
}

/** Pauses (ms) between the looks at a gate's ports; the last one goes on. */
const LOOKS = [200, 800, 2000, 5000, 15000];

export interface TurnPorts {
  readonly clock: Clock;
  /** TCP ports of this machine that a program listens on now; null where that cannot be seen. */
  readonly listening: () => Promise<ReadonlySet<number> | null>;
  /** Whether a port was handed to a run for its own use. */
  readonly isHandedOut: (port: number) => boolean;
}

/**
 * Which gates run beside each other. An exclusive one runs alone. A gate that was seen to open a port of its own choosing
 * does not run beside another that opens the same one, such as itself for another story: the second would fail at it. Two
 * that name the same resource never run at once. First come, first served among those that keep each other waiting, so
 * that none of them is overtaken for ever.
 */
export class GateTurns {
  readonly #running = new Set<Running>();
  readonly #waiting: { request: TurnRequest; go: (running: Running) => void }[] = [];
  /** Ports that each gate opened when it ran last. */
  readonly #seen = new Map<string, ReadonlySet<number>>();

  constructor(private readonly ports: TurnPorts) {}

  /** Resolves when the gate may run; null when it was stopped before. */
  async begin(request: TurnRequest): Promise<Turn | null> {
    if (request.signal.aborted) return null;
    const overtakesNobody = this.#waiting.every((earlier) => this.#fitBeside(request, earlier.request));
    const atOnce = overtakesNobody && this.#mayRun(request);
    const running = atOnce ? this.#admit(request) : await this.#wait(request);
    if (running === null) return null;
    const watch = await this.#watch(running);
    return {
      hadCompany: () => running.company,
      beside: () => this.#beside(running),
      end: () => this.#end(running, watch),
    };
  }

  #admit(request: TurnRequest): Running {
    this.#count();
    const [now, company] = [this.ports.clock.now(), this.#running.size > 0];
    const running: Running = { request, ports: new Set(), since: now, company, others: 0, counted: now };
    for (const other of this.#running) other.company = true;
    this.#running.add(running);
    return running;
  }

  /** To be called before who runs changes. */
  #count(): void {
    const now = this.ports.clock.now();
    for (const running of this.#running) {
      running.others += (this.#running.size - 1) * (now - running.counted);
      running.counted = now;
    }
  }

  #beside(running: Running): number {
    this.#count();
    const time = running.counted - running.since;
    return time <= 0 ? 0 : running.others / time;
  }

  #mayRun(request: TurnRequest): boolean {
    return [...this.#running].every((other) => this.#fitBeside(request, other.request, other.ports));
  }

  /** Whether two gates can run at once. `open` are ports that the other has opened by now. */
  #fitBeside(one: TurnRequest, other: TurnRequest, open: ReadonlySet<number> = new Set()): boolean {
    if (one.exclusive || other.exclusive) return false;
    if (one.resources?.some((resource) => other.resources?.includes(resource)) === true) return false;
    const wanted = this.#seen.get(one.gate) ?? new Set<number>();
    return ![...open, ...(this.#seen.get(other.gate) ?? [])].some((port) => wanted.has(port));
  }

  #wait(request: TurnRequest): Promise<Running | null> {
    return new Promise((resolve) => {
      const waiting = { request, go: resolve };
      request.signal.addEventListener(
        'abort',
        () => {
          const at = this.#waiting.indexOf(waiting);
          if (at === -1) return;
          this.#waiting.splice(at, 1);
          resolve(null);
          this.#next();
        },
        { once: true },
      );
      this.#waiting.push(waiting);
    });
  }

  /** Lets those go that wait, in their order. Nobody overtakes one that it would have to wait for, or that is to wait for it. */
  #next(): void {
    const before: TurnRequest[] = [];
    for (const waiting of [...this.#waiting]) {
      const { request, go } = waiting;
      if (this.#mayRun(request) && before.every((earlier) => this.#fitBeside(request, earlier))) {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
        go(this.#admit(request));
      } else before.push(request);
    }
  }

  #end(running: Running, watch: Disposable): void {
    watch.dispose();
    this.#count();
    if (!this.#running.delete(running)) return;
    this.#seen.set(running.request.gate, running.ports);
    this.#next();
  }

  /** Notes which ports come into use while a gate runs. A program of somebody else's among them costs a wait, no more. */
  async #watch(running: Running): Promise<Disposable> {
    const { clock, listening, isHandedOut } = this.ports;
    const look = (): Promise<ReadonlySet<number> | null> => listening().catch(() => null);
    const before = await look();
    let ended = false;
    let timer: Disposable | null = null;
    const plan = (at: number): void => {
      if (before === null || ended) return;
      timer = clock.after(LOOKS[Math.min(at, LOOKS.length - 1)] ?? 0, () => {
        void look().then((now) => {
          if (ended) return;
          for (const port of now ?? []) if (!before.has(port) && !isHandedOut(port)) running.ports.add(port);
          plan(at + 1);
        });
      });
    };
    plan(0);
    return {
      dispose: () => {
        ended = true;
        timer?.dispose();
      },
    };
  }
}
