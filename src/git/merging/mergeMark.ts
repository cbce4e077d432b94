import { parseMergeMark } from '../../core/landing/mergeMark';
import { treeMark } from '../trees/treeMark';

/** In a worktree in which Switchyard began a merge. */
export const mergeMark = treeMark('switchyard-merging', parseMergeMark);
