import { diffChars, diffLines, type Change } from 'diff';

/** One change of a text: what stood from `start` to `end` (UTF-16 offsets in the text before) gives way to `text`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** What is further apart is compared by lines, and further than that as a whole: no pair of texts takes long. */
const MOST_CHARACTERS = 1000;
const MOST_LINES = 2000;

/** The smallest edits that make `to` of `from`, in order and apart from each other. No edit divides a character. */
export function textEdits(from: string, to: string): readonly TextEdit[] {
  const { start, before, after } = differingMiddle(from, to);
  if (before === '' && after === '') return [];
  return slideAll(from, editsOf(changesBetween(before, after), start));
}

function differingMiddle(from: string, to: string): { start: number; before: string; after: string } {
  const shorter = Math.min(from.length, to.length);
  let start = 0;
  while (start < shorter && from[start] === to[start]) start += 1;
  if (isHigh(from, start - 1)) start -= 1;
  let same = 0;
  while (same < shorter - start && from[from.length - 1 - same] === to[to.length - 1 - same]) same += 1;
  if (isLow(from, from.length - same) && same > 0) same -= 1;
  return { start, before: from.slice(start, from.length - same), after: to.slice(start, to.length - same) };
}

function isHigh(text: string, at: number): boolean {
  return /[\ud800-\udbff]/.test(text.charAt(at));
}

function isLow(text: string, at: number): boolean {
  return /[\udc00-\udfff]/.test(text.charAt(at));
}

function changesBetween(before: string, after: string): Change[] {
  if (before === '' || after === '') return replaced(before, after);
  return byCharacters(before, after) ?? byLines(before, after) ?? replaced(before, after);
}

function byCharacters(before: string, after: string): Change[] | undefined {
  return diffChars(before, after, { maxEditLength: MOST_CHARACTERS });
}

/** Lines that gave way to others are compared by characters where they are near enough. */
function byLines(before: string, after: string): Change[] | undefined {
  const lines = diffLines(before, after, { maxEditLength: MOST_LINES });
  if (lines === undefined) return undefined;
  const refined: Change[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const [one, next] = [lines[at], lines[at + 1]];
    if (one === undefined) break;
    if (!one.removed || next?.added !== true) {
      refined.push(one);
      continue;
    }
    refined.push(...(byCharacters(one.value, next.value) ?? [one, next]));
    at += 1;
  }
  return refined;
}

function replaced(before: string, after: string): Change[] {
  const change = (value: string, kind: 'added' | 'removed'): Change => ({
    value,
    added: kind === 'added',
    removed: kind === 'removed',
    count: 1,
  });
  return [change(before, 'removed'), change(after, 'added')].filter(({ value }) => value !== '');
}

function editsOf(changes: readonly Change[], offset: number): TextEdit[] {
  const edits: TextEdit[] = [];
  let at = offset;
  let open: TextEdit | null = null;
  for (const { value, added, removed } of changes) {
    if (!added && !removed) {
      if (open !== null) edits.push(open);
      open = null;
      at += value.length;
      continue;
    }
    open ??= { start: at, end: at, text: '' };
    if (added) open = { ...open, text: open.text + value };
    else at += value.length;
    open = { ...open, end: at };
  }
  return open === null ? edits : [...edits, open];
}

/**
 * Where the same letter stands before and behind what came or went, it could have been either. Each edit is put as far
 * behind as it can be, so that two comparisons that found one change say the same of it.
 */
function slideAll(from: string, edits: readonly TextEdit[]): TextEdit[] {
  const slid: TextEdit[] = [];
  let next = from.length + 1;
  for (const edit of [...edits].reverse()) {
    const one = slide(from, edit, next - 1);
    next = one.start;
    slid.unshift(one);
  }
  return slid;
}

/** `limit`: what it may not pass. */
function slide(from: string, { start, end, text }: TextEdit, limit: number): TextEdit {
  const isInsertion = start === end;
  if (!isInsertion && text !== '') return { start, end, text };
  const moved = isInsertion ? text : from.slice(start, end);
  let by = 0;
  for (;;) {
    const letter = String.fromCodePoint(from.codePointAt(end + by) ?? 0);
    const at = by % moved.length;
    const first = (moved + moved).slice(at, at + letter.length);
    if (end + by + letter.length > Math.min(limit, from.length) || first !== letter) break;
    by += letter.length;
  }
  const turn = by % moved.length;
  const turned = isInsertion ? moved.slice(turn) + moved.slice(0, turn) : '';
  return { start: start + by, end: end + by, text: turned };
}
