import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';
import type { Clock } from '../../ports/clock';
import { changedAt } from './receivedOf';

/** What a change is called and where it leads. `evidence`: in one line. */
export interface BookChange {
  readonly event: string;
  readonly from: string | null;
  readonly to: string;
  readonly evidence: string;
}

/** Dates what is written about stories. */
export class BookEntries {
  constructor(private readonly clock: Clock) {}

  /** What the history says of a change; the store gives it its place there. */
  entry({ key, number }: Pick<StoryRecord, 'key' | 'number'>, by: string, change: BookChange): HistoryEntry {
    return { sequence: 0, at: this.now(), key, number, by, ...change };
  }

  /** As `entry`, for a change that leaves the story where it is. */
  within(story: StoryRecord, by: string, event: string, evidence: string): HistoryEntry {
    const { name } = story.stage;
    return this.entry(story, by, { event, from: name, to: name, evidence });
  }

  /** When the change that follows the story's last one happens, in ISO 8601. */
  after(story: StoryRecord): string {
    return changedAt(story, this.clock.now());
  }

  /** ISO 8601. */
  now(): string {
    return new Date(this.clock.now()).toISOString();
  }
}
