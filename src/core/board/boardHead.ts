import type { BoardHead } from './boardModel';

/** What a board says beside its cards, of what may hold more. */
export function headOf({
  repository,
  target,
  mode,
  notices,
  agents,
  counts,
  room,
  queue,
  sharing,
}: BoardHead): BoardHead {
  return { repository, target, mode, notices, agents, counts, ...(room !== undefined && { room }), queue, sharing };
}
