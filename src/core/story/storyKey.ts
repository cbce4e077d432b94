/** A key is also the name of a folder: no separator, no dot, and not one of the names that Windows keeps for devices. */
const KEY = /^(?!(?:con|prn|aux|nul|com\d|lpt\d)$)[A-Za-z0-9_-]{1,64}$/i;

/** Whether a story can have this key, wherever it was made. */
export function isStoryKey(key: string): boolean {
  return KEY.test(key);
}
