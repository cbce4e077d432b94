import { randomBytes } from 'node:crypto';
import { chmod } from 'node:fs/promises';
import type net from 'node:net';
import path from 'node:path';
import { exists } from '../../base/exists';
import { isSettled, stampOf } from '../../base/fileStamp';
import { messageOf } from '../../base/messageOf';
import type { Log } from '../../ports/log';
import { makeFolder } from '../log/durableFile';
import { StoreError } from '../storeError';
import type { Holder } from './claim';
import { claimEpoch, epochsIn, HIGHEST_EPOCH, notedEpoch, noteEpoch, placesOfClaim, setAside } from './epochs';
import { holdSocket, type HeldSocket } from './leaderSocket';
import { OWNER_ONLY } from '../../base/privateFolder';
import { canBeFound, lookAtStanding } from './standing';

/** One process's claim to lead: its token, the socket on which it is seen to live, and the epochs it claims. */
export class OwnClaim {
  readonly token = randomBytes(32).toString('hex');
  readonly #startedAt = new Date().toISOString();
  #take: ((connection: net.Socket) => void) | null = null;
  /** How the claim looked on disk when it was found to stand; null where that could not be told from a later change. */
  #stood: string | null = null;

  /** The last socket is the one that claims name; those before it lost their files, and keep who is connected. */
  private constructor(
    private readonly dir: string,
    private readonly log: Log,
    private socket: HeldSocket,
    private readonly sockets: HeldSocket[],
  ) {}

  /** Makes the folder where it is missing, and listens there. */
  static async open(dir: string, log: Log): Promise<OwnClaim> {
    await makePrivate(dir);
    const socket = await holdSocket(dir, log);
    return new OwnClaim(dir, log, socket, [socket]);
  }

  /** Tries for the epoch after the highest that was seen or noted. Won or lost, the next look shows. */
  async claimAfter(highest: number, noted: number): Promise<void> {
    if (highest === HIGHEST_EPOCH) return setAside(this.dir, highest); // nothing can be counted on from there
    await this.#prepare();
    await claimEpoch(this.dir, Math.max(highest, noted) + 1, this.#holder());
  }

  /**
   * The epoch as which the claim of `epoch` stands: a higher one where it was gone or unreadable and has been made again.
   * Null once another may lead.
   */
  async standsAs(epoch: number): Promise<number | null> {
    const stamp = await this.#stamp(epoch);
    this.#stood = null;
    const noted = await notedEpoch(this.dir);
    if (noted > epoch) return null; // another has led meanwhile, even if its claim is lost as well
    const standing = await lookAtStanding(this.dir, epoch, this.#holder());
    switch (standing.kind) {
      case 'good':
        this.#stood = stamp;
        return epoch;
      case 'overtaken':
        return null;
      case 'spoilt':
        return this.#claimAgain(epoch, standing.others);
    }
  }

  /** Whether nothing of the claim has changed on disk since it was found to stand. A look costs next to nothing. */
  async isUntouched(epoch: number): Promise<boolean> {
    return this.#stood !== null && (await this.#stamp(epoch)) === this.#stood;
  }

  async #stamp(epoch: number): Promise<string | null> {
    const { place } = this.socket;
    const socket = place.at === 'elsewhere' ? [] : [path.join(this.dir, place.name)];
    const takenAt = Date.now();
    const stamp = await stampOf([...placesOfClaim(this.dir, epoch), ...socket]);
    return isSettled(stamp, takenAt) ? stamp.text : null;
  }

  /** Notes where the loss of the folder does not reach that this epoch leads. */
  async note(epoch: number): Promise<void> {
    await noteEpoch(this.dir, epoch).catch((error: unknown) => {
      this.log.warn(`leader: epoch ${epoch} could not be noted: ${messageOf(error)}`);
    });
  }

  serve(take: (connection: net.Socket) => void): void {
    this.#take = take;
    for (const socket of this.sockets) socket.serve(take);
  }

  dropAll(): void {
    for (const socket of this.sockets) socket.dropAll();
  }

  async close(): Promise<void> {
    await Promise.all(this.sockets.map((socket) => socket.close()));
  }

  /**
   * Whoever else claimed an epoch since the loss may lead: the one that sees a claim beside its own gives way, so that two
   * never lead, and then takes part in the choice like everyone.
   */
  async #claimAgain(lost: number, others: readonly number[]): Promise<number | null> {
    await this.#prepare();
    const epoch = lost + 1;
    if (!(await claimEpoch(this.dir, epoch, this.#holder()))) return null;
    if ((await epochsIn(this.dir)).some((one) => one !== epoch && !others.includes(one))) return null;
    await this.note(epoch);
    this.log.warn(`leader: the claim of epoch ${lost} was gone or unreadable; it was made again as ${epoch}`);
    return epoch;
  }

  /** The folder may be gone since this process came, and with it the socket. A repository that is gone is not remade. */
  async #prepare(): Promise<void> {
    const repository = path.dirname(path.dirname(this.dir));
    if (!(await exists(repository))) {
      const where = `The repository is gone: ${repository} is not there.`;
      throw new StoreError('failed', `${where} Open it in this window where it is now.`);
    }
    await makePrivate(this.dir);
    if (await canBeFound(this.dir, this.socket.place)) return;
    this.socket = await holdSocket(this.dir, this.log);
    this.sockets.push(this.socket);
    if (this.#take !== null) this.socket.serve(this.#take);
  }

  #holder(): Holder {
    return { socket: this.socket.place, token: this.token, pid: process.pid, startedAt: this.#startedAt };
  }
}

async function makePrivate(folder: string): Promise<void> {
  await makeFolder(folder);
  if (process.platform !== 'win32') await chmod(folder, OWNER_ONLY);
}
