import { likenessOf, type BatchItem, type KnownStory } from './storyBatch';
import { readTitle, TITLE_LIMIT } from './story';

/** Stories that a list says, and how many lines of it say none. */
export interface ListReading {
  readonly items: readonly BatchItem[];
  readonly leftOut: number;
}

/** Most stories of one list. */
const LIMIT = 2000;

/** A list mark with what is before and behind it, and the box of a task. */
const MARK = /^([ \t]*)(?:[-*+•]|\d{1,9}[.)])[ \t]+(?:\[([ xX])\][ \t]+)?(.*)$/;
const FENCE = /^[ \t]*(`{3,}|~{3,})/;

interface Entry {
  readonly title: string;
  readonly line: number;
  readonly isDone: boolean;
  readonly indent: number;
  readonly body: string[];
}

/**
 * Reads a list that somebody wrote anywhere: each item on the outermost level becomes a story, and what is nested in it its
 * body. Where there is no list mark at all each line is a story. What is ticked off in the list, or is there already, is
 * not wanted unless the person says so.
 */
export function readList(text: string, stories: readonly KnownStory[]): ListReading {
  const lines = text.replace(/\ufeff/g, '').split(/\r?\n/);
  const read = lines.some((line) => MARK.test(line)) ? readMarked(lines) : readPlain(lines);
  const likeness = likenessOf(stories);
  const items = read.entries.slice(0, LIMIT).flatMap((entry) => itemOf(entry, likeness));
  const filled = lines.filter((line) => line.trim() !== '').length;
  const used = read.used - (read.entries.length - items.length);
  return { items, leftOut: Math.max(0, filled - used) };
}

function readPlain(lines: readonly string[]): { entries: Entry[]; used: number } {
  const entries = lines.flatMap((text, index): Entry[] =>
    text.trim() === '' ? [] : [{ title: text.trim(), line: index + 1, isDone: false, indent: 0, body: [] }],
  );
  return { entries, used: entries.length };
}

function readMarked(lines: readonly string[]): { entries: Entry[]; used: number } {
  const entries: Entry[] = [];
  let used = 0;
  let fence: string | null = null;
  let outermost: number | null = null;
  lines.forEach((text, index) => {
    const open = entries.at(-1);
    const isInside = open !== undefined && (text.trim() === '' || indentOf(text) > open.indent);
    const mark = FENCE.exec(text)?.[1];
    const isCode = fence !== null || mark !== undefined;
    if (fence === null) fence = mark ?? null;
    else if (mark?.startsWith(fence) === true) fence = null;
    const item = isCode ? null : MARK.exec(text);
    const indent = item === null ? 0 : indentOf(item[1] ?? '');
    if (item !== null && (outermost === null || indent <= outermost)) {
      outermost = indent;
      used += 1;
      const [, , box, title = ''] = item;
      entries.push({ title: title.trim(), line: index + 1, isDone: box?.toLowerCase() === 'x', indent, body: [] });
    } else if (isInside) {
      open.body.push(text);
      if (text.trim() !== '') used += 1;
    }
  });
  return { entries, used };
}

/** In columns; a tab leads to the next multiple of four. */
function indentOf(text: string): number {
  let columns = 0;
  for (const character of text) {
    if (character === ' ') columns += 1;
    else if (character === '\t') columns += 4 - (columns % 4);
    else break;
  }
  return columns;
}

function itemOf(entry: Entry, likeness: (title: string, source: string) => string | null): BatchItem[] {
  const whole = withoutEmphasis(entry.title);
  const nested = outdented(entry.body);
  const isLong = whole.length > TITLE_LIMIT;
  const read = readTitle(isLong ? `${cut(whole)}…` : whole);
  if (read.kind === 'refused') return [];
  const source = `line ${entry.line}`;
  const like = likeness(read.title, source);
  return [
    {
      source,
      title: read.title,
      type: 'story',
      priority: 2,
      labels: [],
      body: [...(isLong ? [whole, ''] : []), nested].join('\n').trim(),
      needs: [],
      warnings: [],
      like,
      wanted: like === null && !entry.isDone,
    },
  ];
}

/** `**Title**` and `_Title_` as they read. */
function withoutEmphasis(text: string): string {
  return /^(\*\*|__|\*|_|`)([^*_`]+)\1[:.]?$/.exec(text)?.[2] ?? text;
}

/** Up to the last whole word that fits. */
function cut(text: string): string {
  const start = text.slice(0, TITLE_LIMIT - 1);
  const end = start.lastIndexOf(' ');
  return (end > TITLE_LIMIT / 2 ? start.slice(0, end) : start).replace(/[\ud800-\udbff]$/, '');
}

/** Nested lines as a text of their own: without the blanks that all of them begin with. */
function outdented(lines: readonly string[]): string {
  const said = lines.filter((line) => line.trim() !== '');
  const least = said.reduce((smallest, line) => Math.min(smallest, indentOf(line)), Infinity);
  return lines
    .map((line) => (line.trim() === '' ? '' : withoutColumns(line, least)))
    .join('\n')
    .trim();
}

function withoutColumns(line: string, columns: number): string {
  let left = columns;
  let at = 0;
  for (; at < line.length && left > 0; at++) left -= line[at] === '\t' ? Math.min(left, 4) : 1;
  return line.slice(at);
}
