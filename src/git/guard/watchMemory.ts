import type { OwnMove } from './ownMoves';
import type { SharedFiles } from './sharedFiles';
import type { SharedRefs } from './sharedRefs';

/** How things were before a run began. */
export interface WatchMemory {
  readonly files: SharedFiles;
  readonly before: SharedRefs;
  /** What Switchyard had moved by then. */
  readonly own: readonly OwnMove[];
  /** Whether git kept a log of the target. */
  readonly isLogged: boolean;
}

export function writeMemory({ files, before, own, isLogged }: WatchMemory): string {
  const { refs, stash, headLogs } = before;
  return JSON.stringify({ files: [...files], refs: [...refs], stash, headLogs: [...headLogs], own, isLogged });
}

interface Written {
  readonly files: [string, never][];
  readonly refs: [string, string][];
  readonly stash: SharedRefs['stash'];
  readonly headLogs: [string, number][];
  readonly own: OwnMove[];
  readonly isLogged: boolean;
}

/** Null where it is not what `writeMemory` wrote. */
export function readMemory(text: string): WatchMemory | null {
  try {
    const { files, refs, stash, headLogs, own, isLogged } = JSON.parse(text) as Written;
    const before = { refs: new Map(refs), stash: [...stash], headLogs: new Map(headLogs) };
    return { files: new Map(files), before, own: [...own], isLogged };
  } catch {
    return null;
  }
}
