import { existsSync } from 'node:fs';
import type { Disposable } from '../../base/disposable';
import { messageOf } from '../../base/messageOf';
import { systemClock } from '../../base/systemClock';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import { directStarter } from '../directStarter';
import type { Started, Starter, StartRequest } from '../starter';
import { Connection, type Life } from './connection';

export interface SpawnerOptions {
  /** Path of the spawner's bundle. */
  readonly bundle: string;
  readonly log: Log;
  readonly clock?: Clock;
}

/** So many spawners in a row may end without having started anything. */
const IDLE_DEATHS = 3;

/**
 * Starts programs through a process of its own, so that this one does not stand still for it. That process is started
 * at first need and again after it died; it ends with this one. Where it cannot run, programs are started from here.
 */
export class SpawnerStarter implements Starter, Disposable {
  #connection: Connection | null = null;
  #idleDeaths = 0;
  #place: 'spawner' | 'here' = 'spawner';

  constructor(private readonly options: SpawnerOptions) {}

  /** Process id of the spawner, null while none runs. */
  get pid(): number | null {
    return this.#connection?.pid ?? null;
  }

  start(request: StartRequest): Started {
    if (this.#place === 'spawner') this.#connection ??= this.#connect();
    return (this.#connection ?? directStarter).start(request);
  }

  /** Lets the spawner end once the last of its programs has. A start after that starts another. */
  dispose(): void {
    const connection = this.#connection;
    this.#connection = null;
    connection?.dispose();
  }

  #connect(): Connection | null {
    const { bundle, log, clock = systemClock } = this.options;
    try {
      if (!existsSync(bundle)) throw new Error(`there is no file ${bundle}`);
      const onClose = (life: Life, why: string): void => this.#closed(connection, life, why);
      const connection: Connection = new Connection({ bundle, clock, onClose });
      log.debug(`[spawner] started as process ${connection.pid ?? 'unknown'}`);
      return connection;
    } catch (error) {
      this.#startHere(messageOf(error));
      return null;
    }
  }

  #closed(connection: Connection, life: Life, why: string): void {
    // After `dispose` it is not this one's any more, and its end is no news.
    if (this.#connection !== connection) return;
    this.#connection = null;
    this.#idleDeaths = life === 'worked' ? 0 : this.#idleDeaths + 1;
    if (life === 'unready' || this.#idleDeaths >= IDLE_DEATHS) this.#startHere(why);
    else this.options.log.warn(`[spawner] The process that starts programs has ended and is started again: ${why}.`);
  }

  #startHere(why: string): void {
    if (this.#place === 'here') return;
    this.#place = 'here';
    this.options.log.warn(
      `[spawner] Programs are started from this process, which stands still each time. The process meant for it cannot run: ${why}.`,
    );
  }
}
