import { readFile } from 'node:fs/promises';
import { storeLossSchema, type StoreLoss } from '../../core/recovery/storeLoss';
import type { Log } from '../../ports/log';
import { rewriteLog } from '../log/recordLog';
import { readLog } from '../log/recordFormat';
import { errorCode, explainDiskError } from '../storeError';

/**
 * The losses that nobody has acknowledged, on disk before anything is mended, so that a reload in between forgets none.
 * The file is a log that is always replaced as a whole: its records have checksums.
 */
export class LossFile {
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
    return this.losses;
  }

  /** Safe on disk when it resolves. A loss that is known by its id already is not told twice. */
  async add(loss: StoreLoss): Promise<void> {
    if (this.losses.some((known) => known.id === loss.id)) return;
    this.log.warn(`store: ${loss.text}`);
    await this.#write([...this.losses, loss]);
  }

  async acknowledge(): Promise<void> {
    if (this.losses.length > 0) await this.#write([]);
  }

  async #write(losses: readonly StoreLoss[]): Promise<void> {
    try {
      await rewriteLog(
        this.path,
        losses.map((loss) => Buffer.from(JSON.stringify(loss))),
      );
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
  const text = `The list of records that were lost before is itself damaged (${path}). Look through your stories before you acknowledge this.`;
  return { id: 'unreadable-list', at: new Date(0).toISOString(), kind: 'lost', text, held: [] };
}
