import type { ChildProcess } from 'node:child_process';
import path from 'node:path';
import { bundleScript, startScript } from '../../support/childProcess';
import { Tally, type Counted } from '../tally';
import { apart, bitFlip, flipped, type Flip } from './damage';
import { judge } from './judge';
import type { Past } from './pastStore';

/** Tries that a process is given at a time, and after how many it makes room for another: memory grows with each. */
const AT_ONCE = 500;
const OF_PROCESS = 20_000;
/** Stores that one process has open at a time. */
export const SIDE_BY_SIDE = 4;

/** Which tries of a seed: a failure names its number, and with it as `from` it is tried alone. */
export interface FlipRange {
  readonly seed: number;
  readonly from: number;
  readonly count: number;
}

/**
 * Each past in turn has a bit flipped, and it is looked at what opens then. Bits of different files flip at once: where all
 * is whole, each of them was set right; where anything is not, each is tried alone.
 */
export async function tryFlips(dir: string, pasts: readonly Past[], { seed, from, count }: FlipRange): Promise<Tally> {
  const tally = new Tally();
  const numbers = Array.from({ length: count }, (_, index) => from + index);
  const groups = pasts.flatMap((past, turn) => {
    const own = numbers.filter((number) => number % pasts.length === turn);
    return apart(own.map((number) => bitFlip(past.files, seed, number))).map((flips) => ({ past, flips }));
  });
  // Opening a store waits for the disk more than it reckons.
  const work = async (place: string): Promise<void> => {
    for (let next = groups.pop(); next !== undefined; next = groups.pop()) await tryGroup(place, next, tally);
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, (_, index) => work(`${dir}-${index}`)));
  return tally;
}

async function tryGroup(
  place: string,
  { past, flips }: { readonly past: Past; readonly flips: readonly Flip[] },
  tally: Tally,
): Promise<void> {
  const kind = `bit flips, ${past.name}`;
  const together = flipped(past.files, flips);
  const judged = await judge(place, together.files, past.truth);
  if (judged.verdict === 'whole') {
    for (const flip of flips) tally.add(kind, `flip ${flip.number}`, judged);
    return;
  }
  for (const flip of flips) {
    const { name, files } = flipped(past.files, [flip]);
    tally.add(kind, name, await judge(place, files, past.truth));
  }
  if (judged.verdict !== 'noticed') tally.add(`${kind}, several at once`, together.name, judged);
}

/** The same in several processes; `say` is told how far they are. */
export async function tryManyFlips(
  folder: string,
  pasts: readonly Past[],
  { seed, from, count }: FlipRange,
  { jobs, tally, say }: { jobs: number; tally: Tally; say: (line: string) => void },
): Promise<void> {
  const script = bundleScript('torture/storage/flipScript', folder);
  let [next, done] = [from, 0];
  const work = async (dir: string): Promise<void> => {
    let worker: FlipWorker | null = null;
    while (next < from + count) {
      const range = { seed, from: next, count: Math.min(AT_ONCE, from + count - next) };
      next += range.count;
      worker ??= new FlipWorker(script, dir, pasts);
      tally.take(await worker.try(range));
      done += range.count;
      if (worker.done >= OF_PROCESS) worker = worker.end();
      if (done % 1000 < range.count) say(`bit flips: ${done} of ${count}, ${tally.failed} lost or silent`);
    }
    worker?.end();
  };
  await Promise.all(Array.from({ length: jobs }, (_, index) => work(path.join(folder, `flips-${index}`))));
}

/** What the process is told: first the pasts, then one range after another. */
export type ToFlipScript = { kind: 'pasts'; pasts: readonly Past[] } | { kind: 'try'; range: FlipRange };

class FlipWorker {
  readonly #child: ChildProcess;
  done = 0;

  constructor(script: string, dir: string, pasts: readonly Past[]) {
    this.#child = startScript(script, [dir], { serialization: 'advanced' });
    this.#send({ kind: 'pasts', pasts });
  }

  async try(range: FlipRange): Promise<Counted> {
    const answer = new Promise<Counted>((resolve, reject) => {
      this.#child.once('message', (counted) => resolve(counted as Counted));
      this.#child.once('exit', (code) => reject(new Error(`The tries from ${range.from} on ended their process (${code ?? 'killed'}).`))); // prettier-ignore
    });
    this.#send({ kind: 'try', range });
    this.done += range.count;
    return answer.finally(() => this.#child.removeAllListeners());
  }

  end(): null {
    this.#child.disconnect();
    return null;
  }

  #send(message: ToFlipScript): void {
    this.#child.send(message);
  }
}
