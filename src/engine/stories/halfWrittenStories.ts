import { messageOf } from '../../base/messageOf';
import { SerialQueue } from '../../base/serialQueue';
import { recoveredKey, type HalfWritten } from '../../core/recovery/halfWritten';
import type { RecoveredStory } from '../../core/recovery/recoveredStory';
import type { Log } from '../../ports/log';
import type { StoryRecord } from '../../core/story/story';
import type { CreateOutcome, HalfWrittenStore } from '../../ports/store';
import type { StoryBook } from './storyBook';

/** What is looked for, and what becomes of it. */
export interface RecoveryWish {
  /** Story numbers; nothing with another number is found or touched. All where it is missing. */
  readonly numbers?: readonly number[];
  /** Keys among what is found; all of it where they are missing. */
  readonly keys?: readonly string[];
  /** `look`, unless said otherwise: nothing is changed. */
  readonly mode?: 'look' | 'recover';
}

/** `recovered`: it is this story now. `left`: it is as it was, and why. */
export type RecoveryResult =
  | { readonly kind: 'recovered'; readonly key: string; readonly story: { key: string; number: number; title: string } }
  | { readonly kind: 'left'; readonly key: string; readonly why: string };

export interface RecoveryReport {
  /** What the wish finds, before anything was done. */
  readonly found: readonly HalfWritten[];
  /** One for each that was to be recovered; none after a look. */
  readonly results: readonly RecoveryResult[];
}

interface HalfWrittenPorts {
  readonly halfWritten: HalfWrittenStore;
  readonly book: Pick<StoryBook, 'recover'>;
  readonly stories: () => readonly StoryRecord[];
  readonly log: Log;
}

/**
 * Texts in the store that no story has. A recovery writes the new story first and clears the old rows then, so a kill in
 * between loses nothing; the key of the new story follows from the old one, so it doubles nothing either.
 */
export class HalfWrittenStories {
  /** Two windows that recover at once do so one after another. */
  readonly #turns = new SerialQueue();

  constructor(private readonly ports: HalfWrittenPorts) {}

  recover({ numbers, keys, mode = 'look' }: RecoveryWish = {}): Promise<RecoveryReport> {
    return this.#turns.run(async () => {
      const { items, recovered } = await this.ports.halfWritten.find(numbers ?? null);
      const found = keys === undefined ? items : items.filter((item) => keys.includes(item.key));
      if (mode === 'look') return { found, results: [] };
      for (const key of recovered) await this.#clear(key);
      const results: RecoveryResult[] = [];
      for (const item of found) results.push(await this.#recoverOne(item));
      return { found, results };
    });
  }

  /** The whole text of one of them; null where there is none. */
  async text(key: string): Promise<string | null> {
    return (await this.ports.halfWritten.read(key))?.text ?? null;
  }

  async #recoverOne({ key, number }: HalfWritten): Promise<RecoveryResult> {
    const { halfWritten, log } = this.ports;
    try {
      const under = recoveredKey(key);
      const left = await halfWritten.read(key);
      if (left === null) return { kind: 'left', key, why: 'It is not there any more.' };
      await halfWritten.clearCopy(under);
      const { readRecovered } = await import('../../core/recovery/recoveredStory');
      const created = await this.#make(readRecovered(left.text ?? '', left.row, number), left.text ?? '', key);
      if (created.kind === 'refused') return { kind: 'left', key, why: created.message };
      const { number: now, title } = created.story;
      log.info(`[recovery] what lay under ${key} is #${now} now`);
      await this.#clear(key);
      return { kind: 'recovered', key, story: { key: under, number: now, title } };
    } catch (error) {
      return { kind: 'left', key, why: messageOf(error) };
    }
  }

  /** Where its dependencies are not there, or would close a cycle, they stay in its text, with the rest of its front matter. */
  async #make({ dependsOn, ...wanted }: RecoveredStory, text: string, from: string): Promise<CreateOutcome> {
    const { book, stories } = this.ports;
    const to = { key: recoveredKey(from), from };
    const keys = dependsOn.map((number) => stories().find((story) => story.number === number)?.key ?? null);
    const known = keys.filter((one) => one !== null);
    if (known.length === keys.length) {
      const created = await book.recover({ ...wanted, dependsOn: known }, 'person', to);
      if (created.kind === 'created' || keys.length === 0) return created;
    }
    return book.recover({ ...wanted, body: text }, 'person', to);
  }

  /** What stays for a full disk is no loss: the story is there, and the next recovery clears the rest. */
  async #clear(key: string): Promise<void> {
    try {
      await this.ports.halfWritten.clear(key, recoveredKey(key));
    } catch (error) {
      this.ports.log.warn(
        `[recovery] what lay under ${key} is recovered, and its old rows are still there: ${messageOf(error)}`,
      );
    }
  }
}
