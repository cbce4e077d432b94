import type { Clock } from '../../../src/ports/clock';
import { SmallDisk } from '../../support/smallDisk';
import { diskError, WatchedDisk } from '../../support/watchedDisk';
import { entryOf, storyNumber } from '../../unit/store/storeFixtures';
import type { Random } from '../random';
import { judgeOpened, type Judged } from './judge';
import { makePast, openPast, readTruth, type OpenedPast } from './pastStore';

/** Changes between two troubles. */
const CHANGES = 4;

/**
 * Changes a store on a disk that fills up and gets room again, several times. What was acknowledged has to be there at the end,
 * nothing that was refused, and changes have to succeed again.
 */
export async function fillDisk(random: Random): Promise<Judged> {
  const disk = await SmallDisk.make(2);
  try {
    const trouble = { begin: () => disk.fill(), end: () => disk.free() };
    return await changeInTrouble(`${disk.path}/store`, trouble, random);
  } finally {
    disk.dispose();
  }
}

/** As `fillDisk`, where each change of the disk fails now and then, as the permissions or the system say. */
export async function refuseWrites(dir: string, random: Random): Promise<Judged> {
  let refusing = false;
  const code = random.pick(['EACCES', 'EROFS', 'EIO', 'EDQUOT']);
  const watched = await WatchedDisk.watch((change) => {
    const isHere = change.path.startsWith(dir) && change.does !== 'remove';
    return refusing && isHere && random.below(3) > 0 ? diskError(code, change) : null;
  });
  try {
    const trouble = { begin: () => void (refusing = true), end: () => void (refusing = false) };
    return await changeInTrouble(dir, trouble, random);
  } finally {
    watched.release();
  }
}

/** Moments (ms since 1970) that a clock without a battery, or one that is set by hand, may show. */
const MOMENTS = ['1970-01-01T00:00:01.000Z', '2026-01-02T11:00:00.000Z', '2026-07-01T00:00:00.000Z', '2099-12-31T23:59:59.000Z']; // prettier-ignore

/** As `fillDisk`, where the clock jumps between years, back and forth. */
export async function jumpClock(dir: string, random: Random): Promise<Judged> {
  let now = Date.parse('2026-01-03T00:00:00.000Z');
  const jump = (): void => void (now = Date.parse(random.pick(MOMENTS)));
  const clock: Clock = { now: () => (now += 1), after: () => ({ dispose: () => undefined }) };
  return changeInTrouble(dir, { begin: jump, end: jump }, random, clock);
}

interface Trouble {
  readonly begin: () => void;
  readonly end: () => void;
}

async function changeInTrouble(dir: string, trouble: Trouble, random: Random, clock?: Clock): Promise<Judged> {
  await makePast(dir);
  const opened = await openPast(dir, clock);
  const work = new Work(opened, random, clock);
  for (let round = 0; round < 3; round += 1) {
    await work.change();
    trouble.begin();
    await work.change();
    trouble.end();
  }
  const again = await work.change();
  const truth = await readTruth(opened.store);
  const wrong = work.differs(truth.bodies);
  await opened.store.close();
  if (again === 0) return { verdict: 'lost', what: 'nothing could be written once there was room again' };
  if (wrong !== null) return { verdict: 'lost', what: wrong };
  return judgeOpened(dir, truth);
}

/** Makes and edits stories, and keeps what was acknowledged. */
class Work {
  readonly #bodies = new Map<string, string>();
  #next = 100;
  #now = Date.parse('2026-01-03T00:00:00.000Z');

  constructor(
    private readonly opened: OpenedPast,
    private readonly random: Random,
    private readonly clock: Pick<Clock, 'now'> = { now: () => (this.#now += 60_000) },
  ) {}

  /** Returns how many changes were acknowledged. */
  async change(): Promise<number> {
    let done = 0;
    for (let made = 0; made < CHANGES; made += 1) done += (await this.#one().catch(() => false)) ? 1 : 0;
    return done;
  }

  async #one(): Promise<boolean> {
    const { stories } = this.opened.store;
    const [known] =
      this.#bodies.size > 0 && this.random.below(2) === 0 ? [this.random.pick([...this.#bodies.keys()])] : [];
    const text = `Text ${this.random.below(1e9)}\n${'x'.repeat(this.random.below(5000))}\n`;
    if (known === undefined) {
      const number = (this.#next += 1);
      const outcome = await stories.create(
        storyNumber(number),
        text,
        entryOf(`k${number}`, { number, event: 'Created' }),
      );
      if (outcome.kind === 'created') this.#bodies.set(`k${number}`, text);
      return outcome.kind === 'created';
    }
    const story = stories.get(known);
    if (story === undefined) throw new Error(`${known} is gone`);
    // As whoever changes a story says it, whatever the clock shows.
    const updatedAt = new Date(Math.max(this.clock.now(), Date.parse(story.updatedAt) + 1)).toISOString();
    const outcome = await stories.rewrite({ ...story, updatedAt }, text, entryOf(known, { event: 'Edited' }));
    if (outcome.kind === 'written') this.#bodies.set(known, text);
    return outcome.kind === 'written';
  }

  /** The first of what was acknowledged that is not there as it was; null where all is. */
  differs(found: ReadonlyMap<string, string>): string | null {
    for (const [key, text] of this.#bodies) if (found.get(key) !== text) return `the text of ${key}`;
    const [extra] = [...found.keys()].filter((key) => Number(key.slice(1)) > 100 && !this.#bodies.has(key));
    return extra === undefined ? null : `${extra} is there, though it was refused`;
  }
}
