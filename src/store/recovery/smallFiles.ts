import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { CHECK_DISK } from '../../core/recovery/lossText';
import { lossOf, type StoreLoss } from '../../core/recovery/storeLoss';
import { say, type Said } from '../../core/words/said';
import type { Log } from '../../ports/log';
import { messageOf } from '../../base/messageOf';
import { checkedBytes, readChecked } from '../content/checkedFile';
import { replaceFileDurably } from '../log/durableFile';
import type { StoreFolder } from '../storeFolder';

/** Beside the texts, whose loss is told by itself: which small files this store has, and how long those are that grow. */
export const ROLL_FILE = '.lists';

/** Each stays for good once something was written to it, and of each something else knows nothing. */
const KEPT = {
  findings: say('What agents changed outside their stories is not known any more: look whether the target and your stash are as you left them.'), // prettier-ignore
  words: say('What you said to agents is not known any more: write again what they had not read.'),
  removals: say('What was being removed or brought back is not known any more: Restore… shows what was kept.'),
  quarantines: say('Which gates are quarantined is not known any more: none is now.'),
  sessions: say('Which conversations agents can go on with is not known any more: they start anew.'),
  standings: say('Which agents have to wait is not known any more: none does now.'),
  ledger: say('What gates and agents did before is not known any more: gates run again.'),
  share: say('With whom stories are shared is not known any more: with nobody now.'),
} as const satisfies Partial<Record<keyof StoreFolder, Said>>;
type Name = keyof typeof KEPT;
const NAMES = Object.keys(KEPT) as Name[];

/**
 * What is told of small files that were there before and are gone, or of which the end is; null where all are as they were
 * noted. To be asked before any of them is opened, because opening may shorten one.
 */
export async function smallFilesGone(folder: StoreFolder, at: string): Promise<StoreLoss | null> {
  const had = await readRoll(folder);
  const here = await lengthsHere(folder);
  const gone = NAMES.filter((name) => (here.get(name) ?? -1) < (had.get(path.basename(folder[name])) ?? -1));
  if (gone.length === 0) return null;
  const files = gone.map((name) => path.basename(folder[name])).join(', ');
  const said = [
    say('Files are gone from {0}, or the end of them is: {1}.', folder.root, files),
    ...gone.map((name) => KEPT[name]),
    say('Then acknowledge this.'),
    CHECK_DISK,
  ];
  return lossOf({ id: `gone ${at} ${files}`, at, kind: 'lost', held: [] }, said);
}

/**
 * Notes which of them are there. What is lost with a disk that takes nothing is noted the next time. `ledger`: whether its
 * length counts; not while it is about to be made shorter, because a kill right after that would look like a loss.
 */
export async function noteSmallFiles(
  folder: StoreFolder,
  log: Log,
  ledger: 'as long as it is' | 'of any length' = 'as long as it is',
): Promise<void> {
  try {
    const noted = (length: number): number => (ledger === 'of any length' ? 0 : length);
    const lines = [...(await lengthsHere(folder))].map(
      ([name, length]) => `${path.basename(folder[name])} ${noted(length)}`,
    );
    const known = [...(await readRoll(folder))].map((entry) => entry.join(' '));
    if (lines.join() === known.join()) return;
    await replaceFileDurably(rollOf(folder), checkedBytes(lines.join('\n')));
  } catch (error) {
    log.info(`store: which small files there are was not noted: ${messageOf(error)}`);
  }
}

/** How long (bytes) the ledger was when it was noted last; 0 where it was not. */
export async function notedLedger(folder: StoreFolder): Promise<number> {
  return (await readRoll(folder)).get(path.basename(folder.ledger)) ?? 0;
}

/** Of those that are there: the length (bytes) of what only grows, and 0 for what is replaced as a whole. */
async function lengthsHere(folder: StoreFolder): Promise<ReadonlyMap<Name, number>> {
  const lengths = await Promise.all(NAMES.map((name) => stat(folder[name]).then(({ size }) => size, () => null))); // prettier-ignore
  return new Map(
    NAMES.flatMap((name, index) => {
      const length = lengths[index] ?? null;
      return length === null ? [] : [[name, name === 'ledger' ? length : 0] as const];
    }),
  );
}

/** By name of the file, the length that was noted. */
async function readRoll(folder: StoreFolder): Promise<ReadonlyMap<string, number>> {
  const bytes = await readFile(rollOf(folder)).catch(() => null);
  const read = bytes === null ? null : readChecked(bytes);
  if (read === null || read.kind === 'damaged') return new Map();
  return new Map(
    read.text.split('\n').flatMap((line) => {
      const [, name, length] = /^(\S+) (\d+)$/.exec(line) ?? [];
      return name === undefined ? [] : [[name, Number(length)] as const];
    }),
  );
}

function rollOf(folder: StoreFolder): string {
  return path.join(folder.content, ROLL_FILE);
}
