import type net from 'node:net';
import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import type { LiveLead } from '../../core/landing/lead';
import type { Lead } from '../../ports/lead';
import type { Log } from '../../ports/log';
import { explainDiskError } from '../storeError';
import { addressOf, type Claim, type Holder } from './claim';
import { forgetEpochsBefore, highestEpoch, notedEpoch, readClaim, setAbsurdAside } from './epochs';
import { folderIdOf } from './folderId';
import { knock, sweepSockets, type Knock } from './leaderSocket';
import { OwnClaim } from './ownClaim';

/** How long to wait before looking again when it is not certain whether the leader lives, in milliseconds. */
const LOOK_AGAIN_MS = 250;
/** After so many looks an epoch file that names no holder is taken for damaged. */
const LOOKS_AT_UNREADABLE = 12;
/** How often (ms) a leader looks whether its claim still stands, beside looking before each act. */
const WATCH_MS = 2000;
/** A connection to the leader that closes sooner (ms) is not asked for again at once. */
const SHORT_LIVED_MS = 1000;

/** A leader as seen by who follows: the open connection on which it is seen to live, and can be spoken to. */
export interface SeenLeader {
  readonly pid: number;
  /** What its claim says one has to show. */
  readonly token: string;
  /** Takes the connection over, to read and write; to be done before the callback returns. Not to be ended by its taker. */
  take(): net.Socket;
}

/** What the leader's socket is for, beside being seen. */
export interface Door {
  /** What a caller has to show. */
  readonly token: string;
  /** Hands over everyone who is connected and who comes. */
  serve(take: (connection: net.Socket) => void): void;
}

export interface ContendOptions {
  /** Folder of the epoch files, shared by all processes on one repository. Remade whenever it is gone. */
  readonly dir: string;
  /** This process leads, for as long as the lead can be confirmed. */
  readonly onLead: (lead: Lead, door: Door) => void;
  /** Another process leads; null where it is not certain which. */
  readonly onFollow: (leader: SeenLeader | null) => void;
  /** The lead turned out to be another's while nothing was being done. */
  readonly onLost?: () => void;
  /** What keeps this process from knowing who leads, in a sentence for people; null when that is over. */
  readonly onProblem?: (problem: string | null) => void;
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
    const contender = new Contender(options, await OwnClaim.open(options.dir, options.log));
    await contender.start();
    return contender;
  } catch (error) {
    throw explainTrouble(options.dir, error);
  }
}

function explainTrouble(dir: string, error: unknown): Error {
  return explainDiskError('Switchyard cannot tell whether another window works on this repository', dir, error);
}

interface Leading {
  readonly kind: 'leading';
  /** The epoch it was told to lead under. */
  readonly epoch: number;
  /** The epoch of its present claim: a higher one where the claim had to be made again. */
  claimed: number;
}

type Role = { kind: 'contending' } | Leading | { kind: 'following'; connection: net.Socket | null };

type Answer = { kind: 'me' } | { kind: 'open'; connection: net.Socket; holder: Holder } | Exclude<Knock, { kind: 'open' }>; // prettier-ignore

class Contender implements Leadership {
  #role: Role = { kind: 'contending' };
  #disposed = false;
  #running: Promise<void> = Promise.resolve();
  #unreadable = { epoch: 0, looks: 0 };
  #watch: NodeJS.Timeout | null = null;
  #looking: Promise<void> = Promise.resolve();
  #problem: string | null = null;
  readonly #looks = new SerialQueue();
  #wake: () => void = () => undefined;
  #settled: () => void = () => undefined;

  constructor(
    private readonly options: ContendOptions,
    private readonly claim: OwnClaim,
  ) {}

  /** Resolves once there is a role. */
  async start(): Promise<void> {
    const first = new Promise<void>((resolve) => (this.#settled = resolve));
    const contending = this.#contendUntilSettled();
    this.#running = contending.catch(() => undefined);
    try {
      await Promise.race([first, contending]);
    } catch (error) {
      await this.claim.close();
      throw error;
    }
    contending.catch((error: unknown) => this.#contendLater(error));
  }

  async dispose(): Promise<void> {
    if (this.#disposed) return;
    this.#disposed = true;
    this.#stopWatching();
    this.#wake();
    await this.#running;
    await this.#looking;
    await this.#looks.idle();
    if (this.#role.kind === 'following') this.#role.connection?.destroy();
    await this.claim.close();
  }

  async #contendUntilSettled(): Promise<void> {
    const { dir } = this.options;
    while (!this.#disposed) {
      const noted = await notedEpoch(dir);
      const epoch = await highestEpoch(dir);
      const answer = await this.#ask(epoch === 0 ? null : await readClaim(dir, epoch));
      if (answer.kind !== 'dead') this.#say(null);
      switch (answer.kind) {
        case 'me':
          return await this.#lead(epoch);
        case 'open':
          return this.#follow(answer.connection, answer.holder);
        case 'dead':
          // Won or lost, the next look shows whose epoch is the highest now: others may have led since the last.
          await this.options.beforeClaim?.();
          await this.claim.claimAfter(epoch, noted);
          this.#say(null);
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

  /** Who holds an epoch, and whether it lives. */
  async #ask(claim: Claim | null): Promise<Answer> {
    if (claim === null) return { kind: 'dead' };
    const { holder } = claim;
    if (holder === null) return this.#judgeUnreadable(claim.epoch);
    if (holder.token === this.claim.token) return { kind: 'me' };
    const { dir } = this.options;
    const address = addressOf(holder.socket, dir, await folderIdOf(dir));
    if (address === null) return { kind: 'dead' }; // it leads the repository that this one is a copy of
    const answer = await knock(address);
    return answer.kind === 'open' ? { ...answer, holder } : answer;
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
    await this.claim.note(epoch);
    this.#role = { kind: 'leading', epoch, claimed: epoch };
    log.info(`leader: this window leads, epoch ${epoch}`);
    const door: Door = { token: this.claim.token, serve: (take) => this.claim.serve(take) };
    this.#tell(() => onLead({ epoch, confirm: () => this.#confirm(epoch) }, door));
    this.#watchSoon();
    try {
      for (const name of await setAbsurdAside(dir)) log.warn(`leader: ${name} is no claim of ours and was set aside`);
      await forgetEpochsBefore(dir, epoch);
      await sweepSockets(dir, Date.now());
    } catch (error) {
      log.warn(`leader: old files are left: ${messageOf(error)}`);
    }
  }

  /** This process leads, and no other has claimed a higher epoch. */
  async #confirm(epoch: number): Promise<LiveLead | null> {
    const leads = () => !this.#disposed && this.#role.kind === 'leading' && this.#role.epoch === epoch;
    if (!leads() || !(await this.#looks.run(() => this.#stands()))) return null;
    return leads() ? ({ epoch } as LiveLead) : null;
  }

  /** Whether the claim stands; one that is gone or unreadable is made again, unless another leads by then. */
  async #stands(): Promise<boolean> {
    const { dir } = this.options;
    const role = this.#role;
    if (this.#disposed || role.kind !== 'leading') return false;
    try {
      const epoch = await this.claim.standsAs(role.claimed);
      if (epoch !== null) role.claimed = epoch;
      this.#say(null);
      return epoch !== null;
    } catch (error) {
      const explained = explainTrouble(dir, error);
      this.#say(explained.message);
      throw explained;
    }
  }

  #watchSoon(): void {
    if (this.#disposed) return;
    this.#watch = setTimeout(() => {
      this.#looking = this.#look();
    }, WATCH_MS);
  }

  async #look(): Promise<void> {
    const role = this.#role;
    const isUntouched = role.kind === 'leading' && (await this.claim.isUntouched(role.claimed).catch(() => false));
    const stands = isUntouched || (await this.#looks.run(() => this.#stands()).catch(() => true)); // asked again before each act
    if (this.#disposed || this.#role.kind !== 'leading') return;
    if (stands) this.#watchSoon();
    else this.options.onLost?.();
  }

  #stopWatching(): void {
    if (this.#watch !== null) clearTimeout(this.#watch);
  }

  #follow(connection: net.Socket, holder: Holder): void {
    const { log, onFollow } = this.options;
    if (this.#disposed) return void connection.destroy();
    this.claim.dropAll(); // whoever took us for the leader has to look again
    this.#role = { kind: 'following', connection };
    const since = performance.now();
    connection.once('close', () => this.#contendAgain(performance.now() - since < SHORT_LIVED_MS ? 'later' : 'now'));
    log.info(`leader: following process ${holder.pid}`);
    const handed: { over: boolean } = { over: false };
    const { pid, token } = holder;
    const take = (): net.Socket => {
      handed.over = true;
      return connection;
    };
    this.#tell(() => onFollow({ pid, token, take }));
    if (!handed.over) connection.resume(); // otherwise its end would never be noticed
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

  #contendAgain(when: 'now' | 'later'): void {
    if (this.#disposed) return;
    this.#role = { kind: 'contending' };
    const again = async (): Promise<void> => {
      if (when === 'later') await this.#pause();
      await this.#contendUntilSettled();
    };
    this.#running = again().catch((error: unknown) => this.#contendLater(error));
  }

  async #contendLater(error: unknown): Promise<void> {
    const { message } = explainTrouble(this.options.dir, error);
    this.#say(message);
    await this.#pause();
    this.#contendAgain('now');
  }

  /** A problem that comes back is said once. */
  #say(problem: string | null): void {
    if (problem === this.#problem) return;
    this.#problem = problem;
    if (problem !== null) this.options.log.error(`leader: ${problem}`);
    this.options.onProblem?.(problem);
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
