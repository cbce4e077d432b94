import { messageOf } from '../../base/messageOf';
import type net from 'node:net';
import type { LiveLead } from '../../core/landing/lead';
import type { Lead } from '../../ports/lead';
import type { Log } from '../../ports/log';
import { makeFolder } from '../log/durableFile';
import { claimEpoch, forgetEpochsBefore, highestEpoch, readClaim, type Claim, type Holder } from './epochs';
import { holdSocket, knock, sweepSockets, type HeldSocket, type Knock } from './leaderSocket';
import { explainDiskError } from '../storeError';

/** How long to wait before looking again when it is not certain whether the leader lives, in milliseconds. */
const LOOK_AGAIN_MS = 250;
/** After so many looks an epoch file that names no holder is taken for damaged. */
const LOOKS_AT_UNREADABLE = 12;

export interface ContendOptions {
  /** Folder of the epoch files, shared by all processes on one repository. */
  readonly dir: string;
  /** This process leads, for as long as the lead can be confirmed. */
  readonly onLead: (lead: Lead) => void;
  /** Another process leads; `leaderPid` is its process id, null where that is not known. */
  readonly onFollow: (leaderPid: number | null) => void;
  readonly log: Log;
  /** Called between finding the leader gone and claiming the next epoch; a test lets others pass there. */
  readonly beforeClaim?: () => Promise<void>;
}

/** A process's part in choosing the leader. */
export interface Leadership {
  /** Gives up: stop acting as leader before calling it, for another may lead before it resolves. */
  dispose(): Promise<void>;
}

/**
 * Takes part in choosing the one leader of a repository; resolves once this process leads or follows, and goes on
 * contending whenever the leader is gone.
 *
 * A leader is seen to be alive by its socket, which the system closes however it dies. Epochs are claimed by creating
 * a file, which one contender alone can do, and never reused: nothing is ever unlinked to take its place.
 */
export async function contend(options: ContendOptions): Promise<Leadership> {
  try {
    await makeFolder(options.dir);
    const contender = new Contender(options, await holdSocket(options.dir));
    await contender.start();
    return contender;
  } catch (error) {
    throw explainDiskError(
      'Switchyard cannot tell whether another window works on this repository',
      options.dir,
      error,
    );
  }
}

type Role =
  { kind: 'contending' } | { kind: 'leading'; epoch: number } | { kind: 'following'; connection: net.Socket | null };

type Answer = { kind: 'me' } | { kind: 'open'; connection: net.Socket; pid: number } | Exclude<Knock, { kind: 'open' }>;

class Contender implements Leadership {
  #role: Role = { kind: 'contending' };
  #disposed = false;
  #running: Promise<void> = Promise.resolve();
  #unreadable = { epoch: 0, looks: 0 };
  readonly #startedAt = new Date().toISOString();
  #wake: () => void = () => undefined;
  #settled: () => void = () => undefined;

  constructor(
    private readonly options: ContendOptions,
    private readonly socket: HeldSocket,
  ) {}

  /** Resolves once there is a role. */
  async start(): Promise<void> {
    const first = new Promise<void>((resolve) => (this.#settled = resolve));
    const contending = this.#contendUntilSettled();
    this.#running = contending.catch(() => undefined);
    try {
      await Promise.race([first, contending]);
    } catch (error) {
      await this.socket.close();
      throw error;
    }
    contending.catch((error: unknown) => this.#contendLater(error));
  }

  /** This process leads, and no other has claimed a higher epoch. */
  async #confirm(epoch: number): Promise<LiveLead | null> {
    const leads = () => !this.#disposed && this.#role.kind === 'leading' && this.#role.epoch === epoch;
    if (!leads() || (await highestEpoch(this.options.dir)) !== epoch) return null;
    return leads() ? ({ epoch } as LiveLead) : null;
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#wake();
    await this.#running;
    if (this.#role.kind === 'following') this.#role.connection?.destroy();
    await this.socket.close();
  }

  async #contendUntilSettled(): Promise<void> {
    while (!this.#disposed) {
      const epoch = await highestEpoch(this.options.dir);
      const answer = await this.#ask(epoch === 0 ? null : await readClaim(this.options.dir, epoch));
      switch (answer.kind) {
        case 'me':
          return await this.#lead(epoch);
        case 'open':
          return this.#follow(answer.connection, answer.pid);
        case 'dead':
          // Won or lost, the next look shows whose epoch is the highest now: others may have led since the last.
          await this.options.beforeClaim?.();
          await claimEpoch(this.options.dir, epoch + 1, this.#holder());
          break;
        case 'unsure':
          this.#followUnseen(answer.why);
          await this.#pause();
          break;
        default:
          answer satisfies never;
      }
    }
  }

  #holder(): Holder {
    return { socket: this.socket.address, pid: process.pid, startedAt: this.#startedAt };
  }

  /** Who holds an epoch, and whether it lives. */
  async #ask(claim: Claim | null): Promise<Answer> {
    if (claim === null) return { kind: 'dead' };
    if (claim.holder === null) return this.#judgeUnreadable(claim.epoch);
    if (claim.holder.socket === this.socket.address) return { kind: 'me' };
    const answer = await knock(claim.holder.socket);
    return answer.kind === 'open' ? { ...answer, pid: claim.holder.pid } : answer;
  }

  /** Where there are no hard links, a file may be seen before it is complete; but not for long. */
  #judgeUnreadable(epoch: number): Exclude<Knock, { kind: 'open' }> {
    const looks = this.#unreadable.epoch === epoch ? this.#unreadable.looks + 1 : 1;
    this.#unreadable = { epoch, looks };
    return looks > LOOKS_AT_UNREADABLE ? { kind: 'dead' } : { kind: 'unsure', why: `epoch ${epoch} names no holder` };
  }

  async #lead(epoch: number): Promise<void> {
    const { dir, log, onLead } = this.options;
    if (this.#disposed) return;
    this.#role = { kind: 'leading', epoch };
    log.info(`leader: this window leads, epoch ${epoch}`);
    this.#tell(() => onLead({ epoch, confirm: () => this.#confirm(epoch) }));
    try {
      await forgetEpochsBefore(dir, epoch);
      await sweepSockets(dir, Date.now());
    } catch (error) {
      log.warn(`leader: old files are left: ${messageOf(error)}`);
    }
  }

  #follow(connection: net.Socket, pid: number): void {
    const { log, onFollow } = this.options;
    if (this.#disposed) return void connection.destroy();
    this.socket.dropAll(); // whoever took us for the leader, when we claimed an epoch too late, has to look again
    this.#role = { kind: 'following', connection };
    connection.once('close', () => this.#contendAgain());
    log.info(`leader: following process ${pid}`);
    this.#tell(() => onFollow(pid));
  }

  /** Not certain to be dead is as good as alive: waiting costs time, two leaders would cost more. */
  #followUnseen(why: string): void {
    const { log, onFollow } = this.options;
    if (this.#disposed || this.#role.kind === 'following') return;
    this.#role = { kind: 'following', connection: null };
    log.warn(`leader: it is not certain that the leader is gone (${why}); waiting`);
    this.#tell(() => onFollow(null));
  }

  #tell(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.options.log.error(`leader: a listener failed: ${messageOf(error)}`);
    }
    this.#settled();
  }

  #contendAgain(): void {
    if (this.#disposed) return;
    this.#role = { kind: 'contending' };
    this.#running = this.#contendUntilSettled().catch((error: unknown) => this.#contendLater(error));
  }

  async #contendLater(error: unknown): Promise<void> {
    this.options.log.error(`leader: ${messageOf(error)}`);
    await this.#pause();
    this.#contendAgain();
  }

  #pause(): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, LOOK_AGAIN_MS);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
