import type { ChainMember } from '../core/landing/chain';
import type { LandingWait } from '../core/pipeline/facts';
import type { Clock } from '../ports/clock';
import type { LandingLine, LineMember } from './landingLine';

/** How long (ms) a held-up landing waits for a hint before it looks again by itself. */
const LOOK_AGAIN_MS = 2000;

interface RestPorts {
  readonly clock: Clock;
  readonly line: LandingLine;
  /** A rest ends with it, and none begins after it. */
  readonly ending: AbortSignal;
  readonly onChange: () => void;
  /** It begins to wait for something: others may go on, so a round decides what comes next. */
  readonly onWait: () => void;
}

/**
 * When a wait looks again: at a hint, and after some time, or with `whenToldTo` at what changes in the line; and it goes on once
 * `goesOn` says so.
 */
interface WaitHow {
  readonly looks?: 'whenToldTo';
  readonly goesOn?: () => boolean;
}

/**
 * How one landing keeps still. It rests until something changes in the line, and is passed by nobody; or it waits for
 * something in the world, says for what, and those behind it go on as far as the wait lets them.
 */
export class LandingRest {
  #wait: LandingWait | null = null;
  #wake: () => void = () => undefined;
  #wakeRest: () => void = () => undefined;
  /** Counted, so that what changes while it decides is not slept over. */
  #nudges = 0;
  #rests: LineMember['rests'] = 'no';
  #stands: ChainMember['stands'] = 'inLine';

  /** `member` is the landing itself, as the line knows it. */
  constructor(
    private readonly member: LineMember,
    private readonly ports: RestPorts,
  ) {}

  get wait(): LandingWait | null {
    return this.#wait;
  }
  get rests(): LineMember['rests'] {
    return this.#rests;
  }
  get stands(): ChainMember['stands'] {
    return this.#stands;
  }
  /** How much has changed so far: what is handed to `rest` by whoever decides on it. */
  get nudges(): number {
    return this.#nudges;
  }

  /** Something changed in the world that may end a wait. */
  hint(): void {
    this.nudge();
    this.#wake();
  }

  /** Something changed in the line. */
  nudge(): void {
    this.#nudges += 1;
    this.wake();
  }

  /** Ends a rest, though nothing has changed. */
  wake(): void {
    this.#wakeRest();
  }

  /** It has gone on: what it waited for is not said any more. */
  goneOn(): void {
    this.#wait = null;
  }

  /** At rest until something changes in the line or in the world; not at all where it has since `seen`. */
  async rest(seen: number, how: Exclude<LineMember['rests'], 'no'>): Promise<void> {
    if (this.#nudges !== seen || this.ports.ending.aborted) return;
    const woken = new Promise<void>((resolve) => (this.#wakeRest = resolve));
    this.#rests = how;
    if (how === 'forLanding') this.ports.line.rested();
    await woken;
    this.#rests = 'no';
    this.#wakeRest = () => undefined;
  }

  /** Others pass it from now on, and a round decides what comes next. */
  standApart(wait: Omit<LandingWait, 'since'>): void {
    const known = this.#wait?.why.message === wait.why.message ? this.#wait : null;
    this.#wait = { ...wait, since: known?.since ?? this.ports.clock.now() };
    this.#stands = wait.holdsBack === 'all' ? 'inLine' : 'apart';
    if (this.#stands === 'apart') this.ports.line.changed(this.member);
    if (known === null) this.ports.onWait();
    this.ports.onChange();
  }

  /** It stood apart for something that is over: it is the last of the line now, and looks at the world again. */
  rejoin(): void {
    if (this.#stands === 'inLine') return;
    this.goneOn();
    this.#stands = 'inLine';
    this.ports.line.moveToEnd(this.member);
  }

  /** Waits for a hint, an ending, or some time; then the loop looks at the world again. Others go on meanwhile. */
  async waitFor(wait: Omit<LandingWait, 'since'>, how: WaitHow = {}): Promise<void> {
    const { line, ending } = this.ports;
    this.standApart(wait);
    const isApart = this.#stands === 'apart';
    const goesOn = how.goesOn ?? (isApart ? () => line.isAlone(this.member) : () => true);
    // What comes before it waits wakes nobody: without a clock to look again by, it is asked for first.
    if (how.looks === undefined) await this.#woken(how);
    while (!ending.aborted && !goesOn()) await this.#woken(how);
    this.#stands = 'inLine';
    if (isApart) line.moveToEnd(this.member);
  }

  async #woken({ looks }: WaitHow): Promise<void> {
    await new Promise<void>((resolve) => {
      const timer = looks === undefined ? this.ports.clock.after(LOOK_AGAIN_MS, resolve) : null;
      this.#wake = () => {
        timer?.dispose();
        resolve();
      };
      if (looks === 'whenToldTo') this.#wakeRest = this.#wake;
      if (this.ports.ending.aborted) this.#wake();
    });
    this.#wake = this.#wakeRest = () => undefined;
  }
}
