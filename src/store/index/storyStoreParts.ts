import type { Disposable } from '../../base/disposable';
import type { HistoryEntry } from '../../core/story/history';
import type { StoryRecord } from '../../core/story/story';
import type { Log } from '../../ports/log';
import type { Tombstone } from '../../ports/store';
import type { BodyEdit } from '../content/bodyEdits';
import type { NewContent } from '../content/newTexts';
import type { KnownNumbers } from '../content/storyNumbers';
import type { NumbersInUse } from '../keyedNumbers';
import type { Commit, IndexChange, IndexView } from './storyIndex';

/** What the story store needs of the index. */
export interface WritableIndex extends IndexView {
  hasNumber(number: number, exceptKey: string): boolean;
  /** Those of the archive, of stories too that are among `stories` again. */
  archiveNumbers(): Promise<NumbersInUse>;
  find(key: string): Promise<StoryRecord | null>;
  recordsAt(time: string): Promise<readonly StoryRecord[]>;
  put(story: StoryRecord, entry: HistoryEntry): Promise<void>;
  putAll(changes: readonly IndexChange[]): Promise<void>;
  bury(tombstone: Tombstone, entry: HistoryEntry): Promise<void>;
  onCommit(listener: (commit: Commit) => void): Disposable;
  onMove(listener: () => void): Disposable;
  compact(): Promise<void>;
  check(): Promise<void>;
}

/** What the story store needs of the content store. */
export interface StoryContents {
  has(key: string): Promise<boolean>;
  create(key: string, number: number, body: string): Promise<void>;
  createAll(stories: readonly NewContent[]): Promise<void>;
  renumber(key: string, number: number): Promise<void>;
  /** Replaces bodies together with what `decide` writes; a kill leaves each as it was, with its record, or both new. */
  replaceBodies(edits: readonly BodyEdit[], decide: () => Promise<void>): Promise<void>;
  remove(key: string): Promise<void>;
  numbers(known: KnownNumbers): Promise<NumbersInUse>;
}

/** What the story store needs of the shadow. */
export interface StoryShadow {
  numbers(): Promise<NumbersInUse>;
  forget(key: string): void;
}

/** What the story store needs of the search in texts. */
export interface StorySearchTexts {
  forgetAll(): Promise<void>;
}

export interface StoryStoreParts {
  readonly index: WritableIndex;
  readonly content: StoryContents;
  readonly shadow: StoryShadow;
  readonly texts: StorySearchTexts;
  readonly log: Log;
}
