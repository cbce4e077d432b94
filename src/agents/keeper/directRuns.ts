import type { RunOutcome } from '../../core/pipeline/runOutcome';
import { Clocks } from '../../keeper/clocks';
import type { Clock } from '../../ports/clock';
import type { KeptEnd, KeptOutput, KeptRequest, KeptRun, KeptRuns } from '../../ports/keptRuns';
import type { ProcessPort, RunInput } from '../../ports/processes';

/** Runs that end with this process, where none can be kept: nothing is on record, and nothing is attached to. */
export function createDirectRuns(processes: ProcessPort, clock: Clock): KeptRuns {
  return {
    outlive: false,
    start: (request, onOutput) => DirectRun.start(request, onOutput, { processes, clock }),
    attach: (id) => Promise.reject(new Error(`No run ${id} is kept.`)),
    list: () => Promise.resolve([]),
    forget: () => Promise.resolve(),
  };
}

interface DirectPorts {
  readonly processes: ProcessPort;
  readonly clock: Clock;
}

class DirectRun implements KeptRun {
  readonly #abort = new AbortController();
  readonly #clocks: Clocks;
  #reached: RunOutcome | null = null;
  #input: RunInput | null = null;
  #left = false;
  readonly ended: KeptRun['ended'];
  readonly caughtUp = Promise.resolve();
  /** Nobody attaches to it. */
  readonly inTurnMs = 0;

  /** Rejects as `ProcessPort.run` does, for what keeps the program from running at all. */
  static async start(
    request: KeptRequest,
    onOutput: (output: KeptOutput) => void,
    ports: DirectPorts,
  ): Promise<KeptRun> {
    const run = new DirectRun(request, onOutput, ports);
    await run.#begun;
    return run;
  }

  readonly #begun: Promise<unknown>;

  private constructor(
    private readonly request: KeptRequest,
    private readonly onOutput: (output: KeptOutput) => void,
    private readonly ports: DirectPorts,
  ) {
    this.#clocks = new Clocks(request.clocks, ports.clock, (limit) => {
      this.#reached = limit;
      this.#abort.abort();
    });
    let begin = (): void => undefined;
    const begun = new Promise<void>((resolve) => (begin = resolve));
    const running = this.#run(begin);
    this.#begun = Promise.race([begun, running]);
    this.#begun.catch(() => undefined);
    this.ended = running.then(
      (end) => (this.#left ? { kind: 'left' } : end),
      () => this.#lost(),
    );
  }

  get id(): string {
    return this.request.id;
  }

  write(text: string): void {
    this.#input?.write(text);
    this.#hand('stdin', text);
  }

  endInput(): void {
    this.#input?.end();
    this.#input = null;
  }

  stop(): void {
    this.#abort.abort();
  }

  holdClocks(ms: number): void {
    this.#clocks.hold(ms);
  }

  /** It cannot go on without this process. */
  leave(): void {
    this.#left = true;
    this.#abort.abort();
  }

  async #run(begin: () => void): Promise<KeptEnd> {
    const { id, command, cwd, env, input, label } = this.request;
    try {
      const { outcome, leftBehind } = await this.ports.processes.run({
        id,
        command,
        cwd,
        env,
        label,
        ...(typeof input === 'object' && { input: input.text }),
        ...(input === 'open' && { onInput: (stream: RunInput) => (this.#input = stream) }),
        onBegun: begin,
        timeoutMs: null,
        silenceMs: null,
        signal: this.#abort.signal,
        onTakenOut: (line) => this.#hand('notice', line),
        onOutput: (text) => {
          this.#clocks.sawOutput();
          this.#hand('stdout', text);
        },
      });
      const ended = outcome.kind === 'stopped' ? (this.#reached ?? outcome) : outcome;
      return { kind: 'ended', outcome: ended, leftBehind, endedAt: this.ports.clock.now() };
    } finally {
      this.#clocks.dispose();
    }
  }

  #hand(stream: KeptOutput['stream'], text: string): void {
    if (!this.#left) this.onOutput({ stream, text, at: this.ports.clock.now() });
  }

  #lost(): KeptEnd {
    return { kind: 'ended', outcome: { kind: 'lost' }, leftBehind: [], endedAt: this.ports.clock.now() };
  }
}
