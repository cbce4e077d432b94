import type { Oid } from '../../core/story/stage';
import { runBare, type Repository } from '../door/repository';
import { rescueRef } from './keepLost';
import { asOwnMove, type OwnMove } from './ownMoves';

/**
 * One reference transaction of fields as `update-ref --stdin -z` takes them. False where git refused it: then no ref has
 * changed. `reflog`: what the logs of the refs say.
 */
export async function changeRefs(repository: Repository, reflog: string, fields: readonly string[]): Promise<boolean> {
  const input = ['start', ...fields, 'prepare', 'commit', ''].join('\0');
  const args = ['-m', reflog, '--stdin', '-z'];
  const { code } = await runBare(repository, 'update-ref', args, { input, expect: [0, 128] });
  return code === 0;
}

/** The same, where it moves, makes or removes one ref that runs are judged by. */
export function moveRef(
  repository: Repository,
  { ref, to }: Pick<OwnMove, 'ref' | 'to'>,
  reflog: string,
  fields: readonly string[],
): Promise<boolean> {
  return asOwnMove(
    repository,
    { ref, to },
    () => changeRefs(repository, reflog, fields),
    (isDone) => isDone,
  );
}

/** Moves a ref by compare-and-swap, and keeps what it held by a rescue ref. Returns that; null where the ref was elsewhere. */
export async function moveKeepingOld(
  repository: Repository,
  { ref, from, to }: { readonly ref: string; readonly from: Oid; readonly to: Oid },
  reflog: string,
): Promise<string | null> {
  const kept = rescueRef(from);
  const isMoved = await moveRef(repository, { ref, to }, reflog, [
    `update ${ref}`,
    to,
    from,
    `update ${kept}`,
    from,
    '',
  ]);
  return isMoved ? kept : null;
}

/** Removes a ref, not one that it points to, while it is at this commit. False where it is elsewhere. */
export function removeRef(repository: Repository, ref: string, at: Oid, reflog: string): Promise<boolean> {
  return moveRef(repository, { ref, to: null }, reflog, ['option no-deref', `delete ${ref}`, at]);
}
