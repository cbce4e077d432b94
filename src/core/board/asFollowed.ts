import type { BoardModel } from './boardModel';
import type { Notice } from './notices';

const FOLLOWING: Notice = {
  severity: 'info',
  text: 'Another window runs Switchyard for this repository. This one shows what happens there, and what you do here is done there.',
  action: null,
};

/** The leader's model as a window shows it that follows: the same facts, and that they are another window's. */
export function asFollowed(model: BoardModel): BoardModel {
  const urgent = model.notices.filter((notice) => notice.severity !== 'info');
  const others = model.notices.filter((notice) => notice.severity === 'info');
  return { ...model, mode: 'following', notices: [...urgent, FOLLOWING, ...others] };
}
