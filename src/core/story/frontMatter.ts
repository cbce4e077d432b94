/** A story file in its two parts, as they stand in it: the front matter with its fences, and the body. */
export interface SplitFile {
  /** Empty where there is none. A blank line behind the closing fence belongs to it. */
  readonly front: string;
  readonly body: string;
  /** `open`: the fence that should close it is missing. */
  readonly kind: 'closed' | 'open' | 'none';
}

const FENCE = /^---[ \t]*$/;
const KEY = /^["']?[A-Za-z][\w-]*["']?[ \t]*:(?:[ \t]|$)/;
/** Keys that stand in a story's front matter: behind a blank line only these show that it goes on. */
const KNOWN_KEY = /^(?:title|name|type|priority|labels|depends_on)[ \t]*:/;
/** What belongs to the key above: its indented lines, the items of its list, the end of a list over several lines. */
const MORE = /^(?:[ \t]|-(?: (?!\[[ xX]\] )|$)|[\]}])/;

/** Whether a line of a front matter begins a key. */
export function beginsKey(line: string): boolean {
  return KEY.test(line);
}

/** Whether a line belongs to the key above it. */
export function continuesKey(line: string): boolean {
  return MORE.test(line) || line.trim() === '' || line.startsWith('#');
}

/**
 * Divides a story file. A front matter that is not closed ends before the first line that can be none of it, so that no
 * part of a body is ever taken for front matter.
 */
export function splitStoryFile(text: string): SplitFile {
  const lines = linesOf(text);
  const [fence, first] = [lines.next().value, lines.next().value];
  const none: SplitFile = { front: '', body: text, kind: 'none' };
  if (fence === undefined || !FENCE.test(fence.text.replace(/^\ufeff/, ''))) return none;
  if (first === undefined || !(KEY.test(first.text) || FENCE.test(first.text) || first.text.startsWith('#')))
    return none;
  /** Where it ends if it is not closed. */
  let cut: number | null = null;
  let isBehindBlank = false;
  let end = fence.end;
  for (let line: Line | undefined = first; line !== undefined; line = lines.next().value) {
    if (FENCE.test(line.text) && !isBehindBlank) return closed(text, line.end);
    if (line.text.trim() === '') isBehindBlank = true;
    else if (KNOWN_KEY.test(line.text)) isBehindBlank = false;
    else if (isBehindBlank && !KEY.test(line.text) && !MORE.test(line.text)) break;
    if (line.text.trim() === '' || !(KEY.test(line.text) || MORE.test(line.text))) cut ??= end;
    end = line.end;
  }
  const front = text.slice(0, cut ?? end);
  const blank = blankAt(text, front.length);
  return { front: front + blank, body: text.slice(front.length + blank.length), kind: 'open' };
}

function closed(text: string, end: number): SplitFile {
  const front = text.slice(0, end) + blankAt(text, end);
  return { front, body: text.slice(front.length), kind: 'closed' };
}

function blankAt(text: string, at: number): string {
  return /^\r?\n/.exec(text.slice(at, at + 2))?.[0] ?? '';
}

interface Line {
  readonly text: string;
  /** Offset behind its line end. */
  readonly end: number;
}

function* linesOf(text: string): Generator<Line, undefined> {
  for (let start = 0; start < text.length;) {
    const found = text.indexOf('\n', start);
    const end = found < 0 ? text.length : found + 1;
    yield { text: text.slice(start, end).replace(/\r?\n$/, ''), end };
    start = end;
  }
  return undefined;
}
