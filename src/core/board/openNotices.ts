import type { BoardModel } from './boardModel';
import type { Notice } from './notices';

/** A notice that keeps stories from moving, and the action that changes it. */
export type OpenNotice = Notice & { readonly action: NonNullable<Notice['action']> };

/** What a person is asked about a repository as a whole, the most important first; nothing where there is no board. */
export function openNotices(board: Pick<BoardModel, 'notices'> | null): OpenNotice[] {
  return (board?.notices ?? []).filter(isOpen);
}

function isOpen(notice: Notice): notice is OpenNotice {
  return notice.action !== null && notice.severity !== 'info';
}
