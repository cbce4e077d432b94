import path from 'node:path';
import { TemporaryFolder } from '../../support/temporaryFolder';
import { Random } from '../random';
import type { Tally } from '../tally';
import { bitFlips, combinations, cuts, lostBlocks, type Damage } from './damage';
import { fillDisk, refuseWrites } from './fullDisk';
import { judge } from './judge';
import { Kills } from './kills';
import { filesOf, makePast, type Truth } from './pastStore';

/** How much of each kind is tried. */
export interface StorageSize {
  readonly flips: number;
  readonly blocks: number;
  /** Bytes between two cuts of a log. */
  readonly cutStep: number;
  /** Files that are missing or empty at a time. */
  readonly combined: number;
  /** Writes between two kills. */
  readonly killStep: number;
  /** Disks that fill up, and as many that refuse. */
  readonly disks: number;
}

/** Everything that can happen to a store, one kind after another; each try is told to the tally. */
export async function tortureStorage(size: StorageSize, seed: number, tally: Tally): Promise<void> {
  const folder = new TemporaryFolder();
  try {
    const truth = await makePast(folder.at('past'));
    const files = filesOf(folder.at('past'));
    const random = new Random(seed);
    const store = folder.at('store');
    await damage('bit flips', bitFlips(files, size.flips, random), { store, truth, tally });
    await damage('lost blocks', lostBlocks(files, size.blocks, random), { store, truth, tally });
    await damage('cut logs', cuts(files, size.cutStep), { store, truth, tally });
    await damage('missing and emptied files', combinations(files, size.combined), { store, truth, tally });
    await kill(folder.at('kills'), files, size.killStep, tally);
    for (let number = 0; number < size.disks; number += 1) {
      const own = seed * 1000 + number;
      tally.add('full disk', `seed ${own}`, await fillDisk(new Random(own)));
      tally.add('refused writes', `seed ${own}`, await refuseWrites(folder.at(`refused-${number}`), new Random(own)));
    }
  } finally {
    folder.remove();
  }
}

async function damage(
  kind: string,
  damages: Iterable<Damage>,
  { store, truth, tally }: { store: string; truth: Truth; tally: Tally },
): Promise<void> {
  for (const one of damages) tally.add(kind, one.name, await judge(store, one.files, truth));
}

async function kill(folder: string, files: ReadonlyMap<string, Buffer>, step: number, tally: Tally): Promise<void> {
  const kills = await Kills.prepare(path.join(folder), files);
  for (let at = 1; at <= kills.writes; at += step)
    tally.add('kills', `before write ${at} of ${kills.writes}`, await kills.kill(at));
}
