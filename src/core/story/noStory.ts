import { refuse, say } from '../words/said';

/** What is asked of a story that is not there. */
export const NO_STORY = refuse(say('This story no longer exists.'));
/** What is asked of a deleted story that is not there either. */
export const NO_DELETED_STORY = refuse(say('This story was deleted for good, or is back already.'));
