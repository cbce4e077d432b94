import type { Disposable } from '../base/disposable';
import type { ToldOnce } from '../core/sharing/takenWords';
import type { StoryRecord } from '../core/story/story';
import type { Tombstone } from './store';

/**
 * A record of what is shared: changes made here (`own`), changes by others that were accepted (`peer`), or a mark that all
 * accepted before it are among the stories here (`taken`).
 */
export type SharedRecord =
  | { readonly kind: 'own' | 'peer'; readonly updates: readonly Uint8Array[] }
  | { readonly kind: 'taken' };

/** The shared document on this disk, as the updates that make it. A call resolves when it is safe there. */
export interface SharedLog {
  /** What it held when it was opened; empty where it is new, or where a part of it was lost. */
  readonly found: readonly SharedRecord[];
  /** Bytes on disk. */
  size(): number;
  append(record: SharedRecord): Promise<void>;
  /** One update in the place of all. */
  replace(state: Uint8Array): Promise<void>;
  /** Keeps what was refused, and returns the file that has it. */
  keepAside(updates: readonly Uint8Array[]): Promise<string>;
  close(): Promise<void>;
}

/** Something to be told to the person once. */
export type ShareNotice = ToldOnce;

/** With whom a repository is shared, and what is to be told of it. */
export interface ShareState {
  /** `ws://…` or `wss://…`; null while it is not shared. */
  readonly url: string | null;
  /** Name of the document on that server. */
  readonly document: string;
  /** A made-up id of this clone, the same for ever. */
  readonly machine: string;
  /** What the person here is called by others. */
  readonly name: string;
  /** It lands without waiting for its turn, as its person wants. */
  readonly landsAlone?: boolean | undefined;
  readonly notices: readonly ShareNotice[];
}

export interface ShareFile {
  state(): ShareState;
  /** One change at a time: `of` is asked for what is another, or null for nothing, of what all changes before made of it. */
  change(of: (now: ShareState) => Partial<ShareState> | null): Promise<void>;
}

/** A story as it is here. `body` is null where there is none. */
export interface LocalStory {
  readonly record: StoryRecord | null;
  readonly grave: Tombstone | null;
  readonly body: string | null;
}

/** What others' changes make of a story here. `body` null: as it is. */
export type LocalChange =
  | { readonly kind: 'receive' | 'receiveBuried'; readonly story: StoryRecord; readonly body: string | null }
  /** `story`: the record to be buried, also in the place of one that is; null: the one that is here. */
  | { readonly kind: 'bury'; readonly story: StoryRecord | null }
  | { readonly kind: 'restore'; readonly story: StoryRecord; readonly body: string | null };

/** `decide` sees the story as it is when its turn has come; null changes nothing. `event` and `evidence` are for the history. */
export interface Taking {
  readonly key: string;
  readonly decide: (local: LocalStory) => LocalChange | null;
  readonly event: string;
  readonly evidence: string;
}

/** The stories of this machine for whoever brings those of others. */
export interface TeamStories {
  /** Every story that is here, also archived and deleted ones. */
  all(): Promise<readonly { readonly key: string; readonly number: number }[]>;
  /** In the order of the keys. */
  read(keys: readonly string[]): Promise<readonly LocalStory[]>;
  /** Whether somebody here opened a story again that had landed as this commit, and nothing of it has landed since. */
  wasReopened(key: string, commit: string): Promise<boolean>;
  /** Changes different stories in one step on disk. */
  take(takings: readonly Taking[]): Promise<void>;
  /** Told the keys of the stories that were changed on disk. */
  onDidWrite(listener: (keys: readonly string[]) => void): Disposable;
}
