import { isStoryKey } from '../../core/story/storyKey';
import { StoreError } from '../storeError';

export interface ContentId {
  readonly key: string;
  readonly what: string;
}

/** Reads `<story key>:<what>`. Anything else is refused, so that no id ever leads outside the content store. */
export function readContentId(id: string): ContentId {
  const [key, what, ...more] = id.split(':');
  if (key !== undefined && what !== undefined && more.length === 0 && isStoryKey(key) && isStoryKey(what)) {
    return { key, what };
  }
  throw new StoreError(
    'badId',
    `${JSON.stringify(id.slice(0, 200))} does not name a content. Expected <story key>:<what>, each of letters, digits, _ and -, such as k3f9:body.`,
  );
}

/** Name of the file of a content with its checksum. */
export function checkedNameOf(what: string): string {
  return `${what}.checked`;
}

/** Name without a checksum: of an output while it grows, and of every content of the first version. */
export function fileNameOf(what: string): string {
  return what === 'body' ? 'body.md' : `${what}.txt`;
}

/** What a file of a story's folder holds, by its name; null for one that is no content. */
export function whatOf(name: string): string | null {
  if (name === 'body.md') return 'body';
  const what = /^(.+)\.(?:checked|txt)$/.exec(name)?.[1];
  return what !== undefined && isStoryKey(what) ? what : null;
}
