import { beginsKey, splitStoryFile } from './frontMatter';

/** A story that a text names as people do: `#12`. Offsets are in UTF-16 code units. */
export interface Reference {
  readonly number: number;
  readonly start: number;
  readonly end: number;
}

/** Not the end of an address, a word, a colour or a longer number; nor escaped, as in `\#12`. */
const REFERENCE = /(?<![\w/&#.:=?\\-])#([1-9]\d{0,8})(?![\w-]|\.\d)/g;
const FENCE = /^[ \t]{0,3}(`{3,}(?=[^`]*$)|~{3,})/;

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
    else for (const one of referencesIn(line, start)) found.push(one);
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

/** What stands where in a line: the offset of its first character, and the one behind its last. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function referencesIn(line: string, start: number): Reference[] {
  const code = codeIn(line);
  let next = 0;
  return [...line.matchAll(REFERENCE)].flatMap((one) => {
    while ((code[next]?.to ?? Infinity) <= one.index) next += 1;
    const isCode = (code[next]?.from ?? Infinity) <= one.index;
    return isCode ? [] : [{ number: Number(one[1]), start: start + one.index, end: start + one.index + one[0].length }];
  });
}

/** From one run of marks to the next of the same length. Each run is looked at once, so that no text takes long. */
function codeIn(line: string): Span[] {
  const marks = [...line.matchAll(/`+/g)].map(({ index, 0: { length } }) => ({ from: index, to: index + length }));
  const nearest = new Map<number, number>();
  const closing = marks.map(() => -1);
  for (const [back, { from, to }] of [...marks].reverse().entries()) {
    const at = marks.length - 1 - back;
    closing[at] = nearest.get(to - from) ?? -1;
    nearest.set(to - from, at);
  }
  const code: Span[] = [];
  for (let at = 0; at < marks.length; at += 1) {
    const [open, close] = [marks[at], marks[closing[at] ?? -1]];
    if (open === undefined || close === undefined) continue;
    code.push({ from: open.from, to: close.to });
    at = closing[at] ?? at;
  }
  return code;
}
