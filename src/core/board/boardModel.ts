import type { Said } from '../words/said';
import type { Oid } from '../story/stage';
import type { BoardMode, ColumnName, GroupName } from './boardNames';
import type { Card } from './card';
import type { Notice } from './notices';
import type { QueueLane } from './queueLane';
import type { SharingShown } from './sharingShown';

export interface BoardCounts {
  readonly running: number;
  readonly queued: number;
  readonly stuck: number;
  readonly needsYou: number;
}

/** What a board says beside its cards. */
export interface BoardHead {
  readonly repository: string;
  readonly target: { readonly name: string; readonly tip: Oid } | null;
  readonly mode: BoardMode;
  readonly notices: readonly Notice[];
  /** How many agents are at work of how many that may be; null where that is not known. */
  readonly agents: { readonly atWork: number; readonly most: number } | null;
  readonly counts: BoardCounts;
  /** Why no new work is started for want of disk space; null where there is room. */
  readonly room?: Said | null;
  /** The merge queue; null where nothing is known of it. */
  readonly queue: QueueLane | null;
  /** How sharing with other machines stands; null while nothing is shared. */
  readonly sharing: SharingShown | null;
}

/** The one view-model of tree, board, status bar and text status. */
export interface BoardModel extends BoardHead {
  readonly cards: readonly Card[];
  /** Story keys by column, in the order of the cards. */
  readonly columns: Readonly<Record<ColumnName, readonly string[]>>;
  readonly groups: Readonly<Record<GroupName, readonly string[]>>;
}
