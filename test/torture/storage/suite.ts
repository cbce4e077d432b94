import { TemporaryFolder } from '../../support/temporaryFolder';
import { Random } from '../random';
import type { Tally } from '../tally';
import { cutRuns, type CutRun } from './cutLogs';
import { combinations, lostBlocks, type Damage } from './damage';
import { SIDE_BY_SIDE, tryFlips, tryManyFlips } from './flips';
import { fillDisk, jumpClock, refuseWrites } from './fullDisk';
import { judge, type Judged } from './judge';
import { Kills } from './kills';
import { makeLongPast } from './longPast';
import { filesOf, makePast, type Past } from './pastStore';

/** Everything that can happen to a store. */
export const STORAGE_KINDS = ['flips', 'blocks', 'cuts', 'files', 'kills', 'disks'] as const;
export type StorageKind = (typeof STORAGE_KINDS)[number];

/** How much of each kind is tried. */
export interface StorageSize {
  readonly flips: number;
  readonly blocks: number;
  /** Bytes between two cuts of a log. */
  readonly cutStep: number;
  /** Files that are missing or empty at a time; of a store with many, three at most. */
  readonly combined: number;
  /** Writes between two kills. */
  readonly killStep: number;
  /** Disks that fill up, as many that refuse, and as many clocks that jump. */
  readonly disks: number;
}

/** `from`: the number of the first flip. `jobs`: processes that flip bits side by side; 0 for this one alone. */
export interface StorageRun {
  readonly seed: number;
  readonly tally: Tally;
  readonly kinds?: readonly StorageKind[];
  readonly from?: number;
  readonly jobs?: number;
  readonly say?: (line: string) => void;
}

/** One kind after another; each try is told to the tally. */
export async function tortureStorage(size: StorageSize, run: StorageRun): Promise<void> {
  const folder = new TemporaryFolder();
  try {
    const torture = new Torture(folder, await pastsIn(folder), size, run);
    for (const kind of run.kinds ?? STORAGE_KINDS) {
      run.say?.(`${kind} …`);
      await torture[kind]();
    }
  } finally {
    folder.remove();
  }
}

async function pastsIn(folder: TemporaryFolder): Promise<readonly [young: Past, old: Past]> {
  const [young, long] = [await makePast(folder.at('young')), await makeLongPast(folder.at('long'))];
  return [
    { name: 'a young store', files: filesOf(folder.at('young')), truth: young },
    { name: 'a compacted one', files: filesOf(folder.at('long')), truth: long },
  ];
}

class Torture implements Record<StorageKind, () => Promise<void>> {
  readonly #store: string;

  constructor(
    private readonly folder: TemporaryFolder,
    private readonly pasts: readonly [young: Past, old: Past],
    private readonly size: StorageSize,
    private readonly run: StorageRun,
  ) {
    this.#store = folder.at('store');
  }

  async flips(): Promise<void> {
    const { seed, from = 0, jobs = 0, tally, say = () => undefined } = this.run;
    const range = { seed, from, count: this.size.flips };
    if (jobs > 0) await tryManyFlips(this.folder.path, this.pasts, range, { jobs, tally, say });
    else tally.take((await tryFlips(this.#store, this.pasts, range)).counted());
  }

  async blocks(): Promise<void> {
    const random = new Random(this.run.seed);
    for (const past of this.pasts)
      await this.#damage('lost blocks', past, lostBlocks(past.files, Math.ceil(this.size.blocks / 2), random));
  }

  async cuts(): Promise<void> {
    for (const past of this.pasts) await this.#sideBySide(cutRuns(past.files, this.size.cutStep), (run, place) => this.#cut(past, run, place)); // prettier-ignore
  }

  async files(): Promise<void> {
    for (const past of this.pasts)
      await this.#damage('missing and emptied files', past, combinations(past.files, this.size.combined));
  }

  async kills(): Promise<void> {
    for (const { name, files } of this.pasts) {
      const kills = await Kills.prepare(this.folder.at(`kills ${name}`), files);
      for (let at = 1; at <= kills.writes; at += this.size.killStep)
        this.run.tally.add(`kills, ${name}`, `before write ${at} of ${kills.writes}`, await kills.kill(at));
    }
  }

  async disks(): Promise<void> {
    const { seed, tally } = this.run;
    for (let number = 0; number < this.size.disks; number += 1) {
      const own = seed * 1000 + number;
      tally.add('full disk', `seed ${own}`, await fillDisk(new Random(own)));
      tally.add('refused writes', `seed ${own}`, await refuseWrites(this.folder.at(`refused-${number}`), new Random(own))); // prettier-ignore
      tally.add('jumps of the clock', `seed ${own}`, await jumpClock(this.folder.at(`clock-${number}`), new Random(own))); // prettier-ignore
    }
  }

  async #damage(kind: string, { name, truth }: Past, damages: Iterable<Damage>): Promise<void> {
    const { tally, say } = this.run;
    let tried = 0;
    await this.#sideBySide(damages, async (damage, place) => {
      tally.add(`${kind}, ${name}`, damage.name, await judge(place, damage.files, truth));
      tried += 1;
      if (tried % 1000 === 0) say?.(`${kind}, ${name}: ${tried}, ${tally.failed} lost or silent`);
    });
  }

  /** The store is opened for the ends of a run; the last one counts for what is between them. */
  async #cut({ name, files, truth }: Past, { log, from, to, count }: CutRun, place: string): Promise<void> {
    const bytes = files.get(log) ?? Buffer.alloc(0);
    const judgedAt = (at: number): Promise<Judged> =>
      judge(place, new Map([...files, [log, bytes.subarray(0, at)]]), truth);
    const [first, last] = [await judgedAt(from), await judgedAt(to)];
    const { tally } = this.run;
    tally.add(`cut logs, ${name}`, `${log} cut at ${from}`, first);
    for (let at = 1; at < count; at += 1) tally.add(`cut logs, ${name}`, `${log} cut at ${to}`, last);
  }

  async #sideBySide<T>(all: Iterable<T>, work: (one: T, place: string) => Promise<void>): Promise<void> {
    const left = all[Symbol.iterator]();
    const workOn = async (place: string): Promise<void> => {
      for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value, place);
    };
    await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, index) => workOn(`${this.#store}-${index}`)));
  }
}
