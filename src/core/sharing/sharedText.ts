import { findReferences } from '../story/references';

/**
 * Stand for a story that a text names, with its key between them, where texts are shared: the number that people write may
 * become another one. They are of the private use area, so nobody types them.
 */
const [BEGIN, END] = ['\ue0c5', '\ue0c6'] as const;
const NAMED = /\ue0c5([A-Za-z0-9_-]{1,64})\ue0c6/g;

/** A text as it is shared: `#57` becomes the key of the story that has this number here. Others stay as they are. */
export function toShared(text: string, keyOf: (number: number) => string | undefined): string {
  if (!text.includes('#')) return text;
  let shared = '';
  let last = 0;
  for (const { number, start, end } of findReferences(text)) {
    const key = keyOf(number);
    if (key === undefined) continue;
    shared += `${text.slice(last, start)}${BEGIN}${key}${END}`;
    last = end;
  }
  return shared + text.slice(last);
}

/** A shared text as people read it here. A story that is not known stays named by its key. */
export function toLocal(text: string, numberOf: (key: string) => number | undefined): string {
  if (!text.includes(BEGIN)) return text;
  return text.replace(NAMED, (named, key: string) => {
    const number = numberOf(key);
    return number === undefined ? named : `#${number}`;
  });
}

/** How long a shared text is at least where it is read: a key is longer than the number that it stands for. */
export function leastLength(text: string): number {
  return text.includes(BEGIN) ? text.replace(NAMED, '#1').length : text.length;
}

/** Keys of the stories that a shared text names. */
export function namedIn(text: string): string[] {
  return text.includes(BEGIN) ? [...text.matchAll(NAMED)].flatMap(([, key]) => key ?? []) : [];
}
