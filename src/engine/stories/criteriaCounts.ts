import { bodyId } from '../../core/story/contentIds';
import type { PipelineFacts } from '../../core/pipeline/facts';
import { countCriteria, type CriteriaCount } from '../../core/story/criteria';
import type { StoryRecord } from '../../core/story/story';
import type { ContentStore } from '../../ports/store';

/** Bodies that are read at a time. */
const READS = 64;

/**
 * How many criteria each story has. Its record says so; only for one that was written before records did is the body
 * read, after the first board is there.
 */
export class CriteriaCounts {
  readonly #counted = new Map<string, CriteriaCount>();
  #isReading = false;

  constructor(
    private readonly content: Pick<ContentStore, 'read'>,
    private readonly onCounted: () => void,
  ) {}

  /** As far as it is known now; what is not is read in the background. */
  of(stories: readonly StoryRecord[]): PipelineFacts['criteria'] {
    const known = new Map<string, CriteriaCount>();
    const unknown: string[] = [];
    for (const { key, criteria } of stories) {
      const count = criteria ?? this.#counted.get(key);
      if (count === undefined) unknown.push(key);
      else known.set(key, count);
    }
    if (unknown.length > 0 && !this.#isReading) void this.#count(unknown);
    return known;
  }

  async #count(keys: readonly string[]): Promise<void> {
    this.#isReading = true;
    for (let at = 0; at < keys.length; at += READS)
      await Promise.all(keys.slice(at, at + READS).map((key) => this.#countOne(key)));
    this.#isReading = false;
    this.onCounted();
  }

  /** A body that cannot be read counts as none, so that it is not tried for ever. */
  async #countOne(key: string): Promise<void> {
    const body = await this.content.read(bodyId(key)).catch(() => null);
    this.#counted.set(key, countCriteria(body ?? ''));
  }
}
