import { isSettled, msUntilSettled, stampOf, type FileStamp } from './fileStamp';
import { LookOnce } from './lookOnce';

interface Known<T> {
  readonly value: T;
  readonly files: readonly string[];
  readonly stamp: FileStamp;
  readonly readAt: number;
  readonly circumstances: string;
}

interface Reading<T> {
  /** In ms since 1970, by the clock that dates files. */
  readonly now: () => number;
  /** What was read, and the files and folders by which a change of it shows; they may or may not be there. */
  readonly read: () => Promise<{ value: T; files: readonly string[] }>;
  /** What else it depends on, in one text. */
  readonly circumstances?: () => string;
}

/**
 * Something that is costly to read and seldom changes. It is read again when a file has changed, and `current` gives the
 * same value for as long as none has: a look at a few files tells, so nobody has to be believed that nothing happened.
 */
export class KnownByFiles<T> {
  readonly #looks: LookOnce<T>;
  #known: Known<T> | null = null;
  #forgotten = 0;

  constructor(private readonly reading: Reading<T>) {
    this.#looks = new LookOnce(() => this.#look());
  }

  /** As it stands when it is asked. */
  current(): Promise<T> {
    return this.#looks.ask();
  }

  /** Something was written that files may not show: it is read again at the next asking. */
  forget(): void {
    this.#known = null;
    this.#forgotten += 1;
  }

  async #look(): Promise<T> {
    const { now, read, circumstances = () => '' } = this.reading;
    const around = circumstances();
    const known = this.#known;
    if (known !== null && known.circumstances === around && (await holds(known))) return known.value;
    if (known !== null) await untilSettled(known.files, now);
    const [forgotten, readAt] = [this.#forgotten, now()];
    const { value, files } = await read();
    // What changes from now on is newer than `readAt`, so such a stamp never holds.
    const stamp = await stampOf(files);
    if (forgotten === this.#forgotten) this.#known = { value, files, stamp, readAt, circumstances: around };
    return value;
  }
}

/** Right after a change one reading could not be told from the next change's; a moment later it holds. */
async function untilSettled(files: readonly string[], now: () => number): Promise<void> {
  const ms = msUntilSettled(await stampOf(files), now());
  if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
}

async function holds<T>({ files, stamp, readAt }: Known<T>): Promise<boolean> {
  return isSettled(stamp, readAt) && (await stampOf(files)).text === stamp.text;
}
