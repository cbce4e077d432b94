import { exists } from '../../base/exists';
import { Listeners } from '../../base/listeners';
import { SerialQueue } from '../../base/serialQueue';
import { messageOf } from '../../base/messageOf';
import type { Disposable } from '../../base/disposable';
import { runFactSchema, type RunFact } from '../../core/statistics/runFact';
import type { Log } from '../../ports/log';
import type { RunFacts } from '../../ports/store';
import type { LogEnd } from '../log/recordFormat';
import { RecordLog, rewriteLog, type LogOptions } from '../log/recordLog';

/** How many records are kept. */
const KEPT = 20_000;
/** By how many more it may grow before it is shortened. */
const SLACK = 2_000;

/** Everything that the log holds, oldest first, and where it ends. */
export interface RunReading {
  readonly facts: readonly RunFact[];
  readonly end: LogEnd;
}

export interface NotedFact {
  readonly fact: RunFact;
  /** Where the log ended with it. */
  readonly end: LogEnd;
}

export interface RunLogOptions extends LogOptions {
  readonly log: Log;
  readonly kept?: number;
  readonly slack?: number;
}

/**
 * The durable record of runs: an append-only log of JSON with checksums. It is opened when the first fact is noted, or
 * somebody first asks, so that it costs nothing at the start. The oldest records go once it has grown too long.
 */
export class RunLog implements RunFacts {
  readonly #turns = new SerialQueue();
  readonly #noted: Listeners<NotedFact>;
  #records: RecordLog | null = null;
  #failed = false;

  constructor(
    private readonly file: string,
    private readonly options: RunLogOptions,
  ) {
    this.#noted = new Listeners(options.log);
  }

  note(given: RunFact): void {
    void this.#turns.run(async () => {
      try {
        const fact = runFactSchema.parse(given); // what could not be read back must not be written
        const records = this.#records ?? (await this.#open()).records;
        const end = await records.append(Buffer.from(JSON.stringify(fact)));
        this.#failed = false;
        this.#noted.call({ fact, end });
      } catch (error) {
        if (!this.#failed)
          this.options.log.warn(`store: what a run was is not kept for statistics: ${messageOf(error)}`);
        this.#failed = true;
      }
    });
  }

  /** Everything on record. What is noted from then on comes to `onNoted`, and nothing in between is missed. */
  read(): Promise<RunReading> {
    return this.#turns.run(async () => {
      if (this.#records === null) {
        if (!(await exists(this.file))) return { facts: [], end: { length: 0, checksum: '' } };
        const { records, data } = await this.#open();
        return { facts: readFacts(data), end: records.end };
      }
      return { facts: readFacts(await this.#records.reread()), end: this.#records.end };
    });
  }

  /** Resolves when everything that was noted so far is on record. */
  settled(): Promise<void> {
    return this.#turns.idle();
  }

  /** Called after each fact that is on disk. */
  onNoted(listener: (noted: NotedFact) => void): Disposable {
    return this.#noted.add(listener);
  }

  async close(): Promise<void> {
    await this.#turns.idle();
    this.#noted.clear();
    await this.#records?.close();
  }

  async #open(): Promise<{ records: RecordLog; data: readonly Buffer[] }> {
    const { kept = KEPT, slack = SLACK } = this.options;
    let opening = await RecordLog.open(this.file, this.options);
    if (opening.records.length > kept + slack) {
      await opening.log.close();
      await rewriteLog(this.file, opening.records.slice(-kept));
      opening = await RecordLog.open(this.file, this.options);
    }
    this.#records = opening.log;
    return { records: opening.log, data: opening.records };
  }
}

/** A record that this version cannot read is left out. */
function readFacts(data: readonly Buffer[]): RunFact[] {
  return data.flatMap((one) => {
    try {
      return runFactSchema.parse(JSON.parse(one.toString('utf8')));
    } catch {
      return [];
    }
  });
}
