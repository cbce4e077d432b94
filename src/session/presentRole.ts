import { Listeners } from '../base/listeners';
import { messageOf, stackOf } from '../base/messageOf';
import type { BoardModel } from '../core/board/boardModel';
import type { Disposable } from '../base/disposable';
import type { Clock } from '../ports/clock';
import type { GitPort } from '../ports/git';
import type { Lead } from '../ports/lead';
import type { Log } from '../ports/log';
import type { ContendOptions, Door, Leadership } from '../store/leader/leader';
import type { Doctor } from './doctor/doctor';
import type { FoundLeader, Role } from './role';
import {
  refuse,
  say,
  sayTold,
  tell,
  tellingError,
  together,
  toldBy,
  type Refusal,
  type Told,
} from '../core/words/said';

/** How a session takes part in choosing the leader, and what it becomes. */
export interface SessionPorts {
  readonly git: GitPort;
  readonly clock: Clock;
  readonly log: Log;
  readonly contend: (
    roles: Pick<ContendOptions, 'onLead' | 'onFollow' | 'onLost' | 'onProblem'>,
  ) => Promise<Leadership>;
  /** `onLost` is called when the lead turns out to be another's. */
  readonly lead: (held: { readonly lead: Lead; readonly door: Door }, onLost: () => void) => Promise<Role>;
  readonly follow: (leader: FoundLeader | null) => Role;
  /** Looks without a store and a leader. */
  readonly doctor: Doctor;
  /** The board as it was written last, for a window that has neither store nor leader; null where there is nothing. */
  readonly stillPicture: (why: Told) => Promise<BoardModel | null>;
  /** Called when the session is over and nothing of it is at work any more. */
  readonly onDisposed: () => void;
}

/** After a role could not be taken (a full disk, a broken file), it is tried again after this long (ms). */
const TRY_AGAIN_MS = 5000;

/** How long (ms) a command waits for a role: taking over takes less. */
const REACH_MS = 10_000;

/** What this window is in the repository: it leads or follows, whichever; changes of role happen one after another. */
export class PresentRole {
  readonly #listeners: Listeners<void>;
  readonly #writes: Listeners<void>;
  /** The present part in the choice, from the moment at which it is asked for; null where there is none. */
  #leadership: Promise<Leadership | null> = Promise.resolve(null);
  /** Counts the parts taken in the choice, so that what is left of an earlier one is not heard any more. */
  #round = 0;
  #nextTry: Disposable | null = null;
  #role: Role | null = null;
  #problem: Told | null = null;
  /** Why it is not known who leads. */
  #leaderProblem: Told | null = null;
  #turn: Promise<void> = Promise.resolve();
  #disposed = false;
  /** Shown while one role gives way to the next. */
  #lastModel: BoardModel | null = null;

  constructor(private readonly ports: SessionPorts) {
    this.#listeners = new Listeners(ports.log);
    this.#writes = new Listeners(ports.log);
  }

  /** Resolves once there is a role, or a problem that says why not; it is tried again then. */
  async begin(): Promise<void> {
    try {
      await this.#join();
    } catch (error) {
      this.#fail(error);
    }
    await this.#turn;
  }

  /** Null between two roles. */
  role(): Role | null {
    return this.#role;
  }

  /** The present one where nothing stands against it. */
  healthy(): Role | null {
    const role = this.#role;
    return role !== null && !role.isGone() && this.problem() === null ? role : null;
  }

  /** What the role shows; between two, what the last one showed. */
  model(): BoardModel | null {
    return this.#role?.model() ?? this.#lastModel;
  }

  /** Why this window can neither lead nor follow, in one sentence; null when all is well. */
  problem(): Told | null {
    return this.#problem ?? this.#leaderProblem ?? this.#role?.problem() ?? null;
  }

  onDidChange(listener: () => void): Disposable {
    return this.#listeners.add(listener);
  }

  /** Of what is written to the store. */
  onDidWrite(listener: () => void): Disposable {
    return this.#writes.add(listener);
  }

  /** A command that reached no engine was not done, and says so. */
  async command<T>(command: (role: Role) => Promise<T>): Promise<T | Refusal> {
    const role = await this.reach().catch((error: unknown) => refuse(toldBy(error, messageOf(error))));
    return 'message' in role ? role : command(role);
  }

  /** What only looks is asked again of the next role where the present one went before it answered. */
  async look<T>(question: (role: Role) => Promise<T>): Promise<T> {
    for (;;) {
      const role = await this.reach();
      try {
        return await question(role);
      } catch (error) {
        if (!role.isGone() && this.#role === role) throw error;
      }
    }
  }

  /** The present role; between two, the next one is waited for. */
  async reach(): Promise<Role> {
    const isLate = { now: false };
    const timer = this.ports.clock.after(REACH_MS, () => {
      isLate.now = true;
      this.#tell();
    });
    try {
      for (;;) {
        const role = this.#role;
        if (role !== null && !role.isGone()) return role;
        if (isLate.now || this.#disposed) {
          const why = this.problem();
          const starting = say('Switchyard is still starting in this window.');
          throw tellingError(say('Nothing was done: {0}', why === null ? starting : together(sayTold(why))));
        }
        await this.#nextChange();
      }
    } finally {
      timer.dispose();
    }
  }

  async dispose(): Promise<void> {
    this.#disposed = true;
    this.#nextTry?.dispose();
    this.#tell(); // who waits for a role waits no longer
    await this.#turn;
    try {
      await this.#rest();
    } finally {
      await this.#leave();
      this.ports.onDisposed();
    }
  }

  async #join(): Promise<void> {
    const round = ++this.#round;
    const joined = this.ports.contend({
      onLead: (lead, door) => this.#become(round, () => this.ports.lead({ lead, door }, () => this.#startOver(round))),
      onFollow: (seen) => {
        const leader = seen === null ? null : { pid: seen.pid, token: seen.token, connection: seen.take() };
        this.#become(round, () => Promise.resolve(this.ports.follow(leader)));
      },
      onLost: () => this.#startOver(round),
      onProblem: (problem) => {
        if (round !== this.#round) return;
        this.#leaderProblem = problem === null ? null : tell(problem);
        this.#tell();
      },
    });
    this.#leadership = joined.catch(() => null);
    await joined;
  }

  /** Takes part no more, also where the choice is still being made. */
  async #leave(): Promise<void> {
    const leadership = await this.#leadership;
    this.#leadership = Promise.resolve(null);
    await leadership?.dispose();
  }

  #become(round: number, take: () => Promise<Role>): void {
    this.#inTurn(async () => {
      if (round !== this.#round) return;
      await this.#rest();
      if (this.#disposed) return;
      const role = await take();
      this.#role = role;
      this.#problem = null;
      role.onDidChange(() => this.#tell());
      role.onDidWrite(() => this.#writes.call());
      this.#writes.call(); // what was written between two roles
      this.#tell();
    });
  }

  /** Gives up the role of a round and takes part in the choice again; once, however often it is told. */
  #startOver(round: number): void {
    if (this.#disposed || round !== this.#round) return;
    this.#round += 1;
    this.#inTurn(async () => {
      this.ports.log.warn('[session] this window no longer leads; it takes part in the choice again');
      await this.#rest();
      await this.#leave();
      if (!this.#disposed) void this.begin();
    });
  }

  #inTurn(task: () => Promise<void>): void {
    this.#turn = this.#turn.then(task).catch((error: unknown) => this.#fail(error));
  }

  #fail(error: unknown): void {
    const told = toldBy(error, messageOf(error));
    const isNew = told.message !== this.#problem?.message;
    this.#problem = told;
    if (isNew) void this.#showStill(told);
    if (isNew) this.ports.log.error(`[session] ${stackOf(error)}`);
    this.#tell();
    if (this.#disposed) return;
    const round = this.#round;
    this.#nextTry?.dispose();
    this.#nextTry = this.ports.clock.after(TRY_AGAIN_MS, () => this.#startOver(round));
  }

  /** The board stays readable, also in a window that was opened on a disk that takes nothing. */
  async #showStill(why: Told): Promise<void> {
    const still = await this.ports.stillPicture(why).catch(() => null);
    if (still === null || this.#role !== null || this.#problem?.message !== why.message) return;
    this.#lastModel = still;
    this.#tell();
  }

  /** Lets go of whatever the present role holds. */
  async #rest(): Promise<void> {
    const role = this.#role;
    this.#lastModel = this.model();
    this.#role = null;
    await role?.close();
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => {
      const once = this.#listeners.add(() => {
        once.dispose();
        resolve();
      });
    });
  }

  #tell(): void {
    this.#listeners.call();
  }
}
