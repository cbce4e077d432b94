import type { BoardModel } from '../../core/board/boardModel';
import type { Card } from '../../core/board/card';
import { inboxOf } from '../../core/board/inbox';
import type { Notice } from '../../core/board/notices';

/** A notice that keeps stories from moving, and the action that changes it. */
export type OpenNotice = Notice & { readonly action: NonNullable<Notice['action']> };

/**
 * What waits for the person: the stories that every view counts, and beside them what holds up the repository as a whole,
 * which stands in the notices.
 */
export function whatWaits(model: BoardModel | null): { readonly notices: OpenNotice[]; readonly cards: Card[] } {
  const notices = model?.notices ?? [];
  return {
    notices: notices.filter((one): one is OpenNotice => one.action !== null && one.severity !== 'info'),
    cards: inboxOf(model?.cards ?? []),
  };
}
