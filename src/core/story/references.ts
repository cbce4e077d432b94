import { beginsKey, splitStoryFile } from './frontMatter';

/** A story that a text names as people do: `#12`. Offsets are in UTF-16 code units. */
export interface Reference {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Not the end of an address, a word, a colour or a longer number; nor escaped, as in `\#12`. */
const REFERENCE = /(?<![\w/&#.:=?\\-])#([1-9]\d{0,8})(?![\w-]|\.\d)/g;
const FENCE = /^[ \t]{0,3}(`{3,}|~{3,})/;
const CODE = /(`+)(?!`)[^\n]*?(?<!`)\1(?!`)/g;

/** Every `#12` in a Markdown text, in order. What stands in code is code. */
export function findReferences(text: string): Reference[] {
  const found: Reference[] = [];
  let fence: string | null = null;
  let start = 0;
  for (const line of text.split('\n')) {
    const mark = FENCE.exec(line)?.[1];
    if (fence !== null) {
      if (mark?.startsWith(fence) === true) fence = null;
    } else if (mark !== undefined) fence = mark;
    else found.push(...referencesIn(line, start));
    start += line.length + 1;
  }
  return found;
}

const DEPENDS = /^["']?(?:depends_on|depends-on|dependsOn)["']?[ \t]*:/;

/** The numbers that the front matter of a story file says it depends on, with or without `#`. */
export function findDependencies(text: string): Reference[] {
  const found: Reference[] = [];
  let start = 0;
  let isInside = false;
  for (const line of splitStoryFile(text).front.split('\n')) {
    const key = DEPENDS.exec(line)?.[0] ?? '';
    if (key !== '' || beginsKey(line)) isInside = key !== '';
    if (isInside) {
      for (const one of line.matchAll(/(?<![\w.#-])#?([1-9]\d{0,8})(?![\w.-])/g)) {
        if (one.index < key.length) continue;
        found.push({ number: Number(one[1]), start: start + one.index, end: start + one.index + one[0].length });
      }
    }
    start += line.length + 1;
  }
  return found;
}

function referencesIn(line: string, start: number): Reference[] {
  const code = [...line.matchAll(CODE)].map((one) => ({ from: one.index, to: one.index + one[0].length }));
  return [...line.matchAll(REFERENCE)].flatMap((one) => {
    const isCode = code.some(({ from, to }) => one.index >= from && one.index < to);
    return isCode ? [] : [{ number: Number(one[1]), start: start + one.index, end: start + one.index + one[0].length }];
  });
}
