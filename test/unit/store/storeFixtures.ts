import { lookedAtError, noteError } from '../../support/mocha/unexpectedErrors';
import type { Log } from '../../../src/ports/log';
import type { HistoryEntry } from '../../../src/core/story/history';
import type { StoryRecord } from '../../../src/core/story/story';
import { STAGES, storyIn } from '../../support/storyFixtures';

/** A history entry of a story, as a caller of the store gives it: the sequence is the store's. */
export function entryOf(key: string, change: Partial<HistoryEntry> = {}): HistoryEntry {
  return {
    sequence: 0,
    at: '2026-01-02T11:30:00.000Z',
    key,
    number: 1,
    by: 'person',
    event: 'Start',
    from: 'Backlog',
    to: 'Coding',
    evidence: '',
    ...change,
  };
}

/** A story of this number in the backlog, with a key made from the number. */
export function storyNumber(number: number, change: Partial<StoryRecord> = {}): StoryRecord {
  return storyIn(STAGES.Backlog, { key: `k${number}`, number, title: `Story ${number}`, branch: null, ...change });
}

/** Keeps what is logged, as `level: message`. */
export class KeptLog implements Log {
  readonly lines: string[] = [];

  debug = (message: string): void => void this.lines.push(`debug: ${message}`);
  info = (message: string): void => void this.lines.push(`info: ${message}`);
  warn = (message: string): void => void this.lines.push(`warn: ${message}`);
  error = (message: string): void => {
    this.lines.push(`error: ${message}`);
    noteError(message);
  };

  /** Lines of one level that contain `part`. Errors that a test asks for are those it expected. */
  of(level: keyof Log, part = ''): string[] {
    const found = this.lines.filter((line) => line.startsWith(`${level}:`) && line.includes(part));
    if (level === 'error') for (const line of found) lookedAtError(line.slice('error: '.length));
    return found;
  }
}
