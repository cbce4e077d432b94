import { stat } from 'node:fs/promises';
import type { Disposable } from '../../base/disposable';
import { exists } from '../../base/exists';
import { Listeners } from '../../base/listeners';
import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import type { AgentRunRecord } from '../../core/agents/budget';
import type { VerdictKey, VerdictRecord } from '../../core/gates/verdictRecord';
import { runFactSchema, type RunFact } from '../../core/statistics/runFact';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { RunFacts } from '../../ports/store';
import type { Verdicts } from '../../ports/verdicts';
import type { LogEnd } from '../log/recordFormat';
import { openLog, rewriteLog, type CutTail, type LogOptions } from '../log/openLog';
import type { RecordLog } from '../log/recordLog';
import { AgentShelf } from './agentShelf';
import { VerdictShelf } from './verdictShelf';

/** How many records are kept, and by how many more the file may grow before it is shortened. */
const KEPT = 10_000;
const SLACK = 2_000;
/** What could not be written is tried again after so long (ms). */
const TRY_AGAIN_MS = 2_000;

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

export interface LedgerOptions extends Omit<LogOptions, 'now' | 'onDamage'> {
  readonly clock: Clock;
  readonly log: Log;
  readonly kept?: number;
  readonly slack?: number;
  /** How long (bytes) the file was by what is known from elsewhere: no torn end before that was never finished. */
  readonly noted?: number;
  /** Told before the oldest records are left out, which makes the file shorter than it was noted. */
  readonly onShorten?: () => Promise<void>;
  /** Told of records that nobody can read any more, before anything takes their place. */
  readonly onLost?: (cut: CutTail) => Promise<void>;
}

/**
 * The durable record of runs: an append-only log of JSON with checksums, of which verdicts are held in memory as well. What
 * is noted is known at once; where the disk does not take it, it is written once the disk does. The file is made with the
 * first fact. The oldest records go once it has grown too long: what is not known is found out again.
 */
export class Ledger implements RunFacts, Verdicts {
  readonly #turns = new SerialQueue();
  readonly #noted: Listeners<NotedFact>;
  readonly #shelf: VerdictShelf;
  readonly #agents: AgentShelf;
  /** When a person asked for new verdicts, by story. */
  readonly #again = new Map<string, string>();
  #records: RecordLog | null = null;
  /** What is not on disk yet, oldest first. */
  #unwritten: RunFact[] = [];
  #retry: Disposable | null = null;
  #failed = false;

  private constructor(
    private readonly file: string,
    private readonly options: LedgerOptions,
  ) {
    this.#noted = new Listeners(options.log);
    this.#shelf = new VerdictShelf(options.kept ?? KEPT);
    this.#agents = new AgentShelf(options.kept ?? KEPT);
  }

  /** Reads what is on record. A ledger that cannot be read stops nothing: it knows nothing, and says so once. */
  static async open(file: string, options: LedgerOptions): Promise<Ledger> {
    const ledger = new Ledger(file, options);
    await ledger.#turns.run(() => ledger.#begin());
    return ledger;
  }

  note(given: RunFact): void {
    const read = runFactSchema.safeParse(given); // what could not be read back must not be written
    if (!read.success) {
      this.options.log.error(`store: a run is not kept: ${messageOf(read.error)}`);
      return;
    }
    this.#take(read.data);
    this.#unwritten.push(read.data);
    void this.#turns.run(() => this.#write());
  }

  agentRuns(): readonly AgentRunRecord[] {
    return this.#agents.all();
  }

  known(key: VerdictKey): readonly VerdictRecord[] {
    return this.#shelf.known(key);
  }

  recent(limit: number): readonly VerdictRecord[] {
    return this.#shelf.recent(limit);
  }

  askAgain({ key, number }: { readonly key: string; readonly number: number }, at: string): void {
    this.note({ kind: 'gatesAgain', key, number, at });
  }

  askedAgain(storyKey: string): string | null {
    return this.#again.get(storyKey) ?? null;
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

  /** Resolves when everything that was noted so far is on record, or was tried. */
  settled(): Promise<void> {
    return this.#turns.idle();
  }

  /** Called after each fact that is on disk. */
  onNoted(listener: (noted: NotedFact) => void): Disposable {
    return this.#noted.add(listener);
  }

  async close(): Promise<void> {
    this.#retry?.dispose();
    if (this.#unwritten.length > 0) void this.#turns.run(() => this.#write());
    await this.#turns.idle();
    this.#retry?.dispose();
    this.#noted.clear();
    await this.#records?.close();
  }

  async #begin(): Promise<void> {
    try {
      if (!(await exists(this.file))) return;
      for (const fact of readFacts((await this.#open()).data)) this.#take(fact);
    } catch (error) {
      this.options.log.warn(`store: what gates said before is not known, so they run again: ${messageOf(error)}`);
    }
  }

  #take(fact: RunFact): void {
    if (fact.kind === 'gate') this.#shelf.put(fact);
    this.#agents.take(fact);
    if (fact.kind === 'gatesAgain') this.#again.set(fact.key, fact.at);
  }

  async #write(): Promise<void> {
    this.#retry?.dispose();
    try {
      const records = this.#records ?? (await this.#open()).records;
      for (let fact = this.#unwritten[0]; fact !== undefined; fact = this.#unwritten[0]) {
        const end = await records.append(Buffer.from(JSON.stringify(fact)));
        this.#unwritten.shift();
        this.#failed = false;
        this.#noted.call({ fact, end });
      }
    } catch (error) {
      const { log, clock, slack = SLACK } = this.options;
      if (!this.#failed) log.warn(`store: what a run was waits to be kept: ${messageOf(error)}`);
      this.#failed = true;
      this.#unwritten = this.#unwritten.slice(-slack);
      this.#retry = clock.after(TRY_AGAIN_MS, () => void this.#turns.run(() => this.#write()));
    }
  }

  async #open(): Promise<{ records: RecordLog; data: readonly Buffer[] }> {
    const { kept = KEPT, slack = SLACK, clock, onLost, onShorten, noted = 0 } = this.options;
    const length = await stat(this.file).then(({ size }) => size, () => 0); // prettier-ignore
    const options: LogOptions = {
      ...this.options,
      now: () => clock.now(),
      onDamage: async (cut) => {
        const isLost = cut.salvage.torn ? length - cut.bytes < noted : cut.salvage.lost !== 0;
        if (isLost) await onLost?.(cut);
      },
    };
    let opening = await openLog(this.file, options);
    if (opening.records.length > kept + slack) {
      await opening.log.close();
      await onShorten?.();
      await rewriteLog(this.file, opening.records.slice(-kept), options.disk && { disk: options.disk });
      opening = await openLog(this.file, options);
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
