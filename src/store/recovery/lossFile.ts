import { readFile, rm } from 'node:fs/promises';
import { SerialQueue } from '../../base/serialQueue';
import { lossOf, storeLossSchema, type StoreLoss } from '../../core/recovery/storeLoss';
import { say } from '../../core/words/said';
import type { Log } from '../../ports/log';
import { rewriteLog } from '../log/openLog';
import { readLog } from '../log/recordFormat';
import { errorCode, explainDiskError } from '../storeError';

/** Id of the mark that mending has begun. Its text is the file that keeps what was damaged. */
const UNFINISHED = 'unfinished';

/**
 * The losses that nobody has acknowledged, on disk before anything is mended, so that a reload in between forgets none.
 * The file is a log that is always replaced as a whole: its records have checksums.
 */
export class LossFile {
  /** Told of each loss that is found while the store is in use. */
  onFound: () => void = () => undefined;
  /** Several can be found at once, in texts and in files. */
  readonly #turns = new SerialQueue();

  private constructor(
    private readonly path: string,
    private readonly log: Log,
    private losses: readonly StoreLoss[],
  ) {}

  static async open(path: string, log: Log): Promise<LossFile> {
    const bytes = await readFile(path).catch((error: unknown) => {
      if (errorCode(error) === 'ENOENT') return null;
      throw explainDiskError('The list of lost records could not be read', path, error);
    });
    if (bytes === null) return new LossFile(path, log, []);
    const reading = readLog(bytes);
    const losses = reading.records.flatMap((record) => readLoss(record) ?? []);
    const isWhole = reading.end.length === bytes.length && losses.length === reading.records.length;
    return new LossFile(path, log, isWhole ? losses : [...losses, unreadable(path)]);
  }

  list(): readonly StoreLoss[] {
    return this.losses.filter((loss) => loss.id !== UNFINISHED);
  }

  /** The file that keeps what was damaged where mending it began and never ended; null where it ended. */
  unfinished(): string | null {
    return this.losses.find((loss) => loss.id === UNFINISHED)?.text ?? null;
  }

  /** Mending is about to begin: whatever happens then, the next opening knows of it. */
  async begin(keptIn: string, at: string): Promise<void> {
    if (this.unfinished() !== null) return;
    await this.#write([...this.losses, { id: UNFINISHED, at, kind: 'lost', text: keptIn, held: [] }]);
  }

  /** What has to be told is known. Safe on disk when it resolves; what is known by its id already is not told twice. */
  async conclude(loss: StoreLoss | null): Promise<void> {
    const known = this.list();
    if (loss === null || known.some((one) => one.id === loss.id)) {
      if (known.length < this.losses.length) await this.#write(known);
      return;
    }
    this.log.warn(`store: ${loss.text}`);
    await this.#write([...known, loss]);
  }

  /** Tells a loss that was found later, while the store was in use. */
  add(loss: StoreLoss): Promise<void> {
    return this.#turns.run(async () => {
      if (this.losses.some((known) => known.id === loss.id)) return;
      this.log.warn(`store: ${loss.text}`);
      await this.#write([...this.losses, loss]);
      this.onFound();
    });
  }

  /** Those that there are at the call: nobody has read of one that comes meanwhile. */
  acknowledge(): Promise<void> {
    const read = new Set(this.losses);
    return this.#turns.run(async () => {
      if (read.size > 0) await this.#write(this.losses.filter((loss) => !read.has(loss)));
    });
  }

  async #write(losses: readonly StoreLoss[]): Promise<void> {
    const records = losses.map((loss) => Buffer.from(JSON.stringify(loss)));
    try {
      if (records.length > 0) await rewriteLog(this.path, records);
      else await rm(this.path, { force: true });
    } catch (error) {
      throw explainDiskError('The list of lost records was not saved', this.path, error);
    }
    this.losses = losses;
  }
}

function readLoss(record: Buffer): StoreLoss | null {
  try {
    return storeLossSchema.parse(JSON.parse(record.toString('utf8')));
  } catch {
    return null;
  }
}

/** What it held is not known any more, so at least it is said. */
function unreadable(path: string): StoreLoss {
  return lossOf({ id: 'unreadable-list', at: new Date(0).toISOString(), kind: 'lost', held: [] }, [
    say('The list of records that were lost before is itself damaged ({0}).', path),
    say('Look through your stories before you acknowledge this.'),
  ]);
}
