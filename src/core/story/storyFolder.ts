import { FIELD_READERS } from './readFields';
import { readTitle } from './story';
import { likenessOf, plainTitle, withoutCycles, type BatchItem, type BatchWarning, type KnownStory, type Need } from './storyBatch'; // prettier-ignore
import { DEFAULT_FIELDS, type StoryFields } from './storyFields';
import { printStoryFile, readStoryFile } from './storyFile';
import { slug } from './names';
import { say, tell } from '../words/said';

/** A Markdown file that may hold a story. `name` is its path in the folder that is read, with slashes. */
export interface SourceFile {
  readonly name: string;
  readonly text: string;
}

/** A story as a file of a folder: its name says the number that the others depend on. */
export function printStory(number: number, fields: StoryFields, body: string): SourceFile {
  return { name: `${number}-${slug(fields.title)}.md`, text: printStoryFile(fields, body) };
}

interface ReadFile {
  readonly item: BatchItem;
  /** What stands behind `depends_on`, as it was written. */
  readonly names: readonly string[];
  /** Where that stands, from 1. */
  readonly line: number;
}

/**
 * Reads files as stories. What they depend on is named by number or by name: another file of the same folder first, by the
 * number that its name begins with, its name or its title; then a story that is there. It never throws.
 */
export function readStories(files: readonly SourceFile[], stories: readonly KnownStory[]): readonly BatchItem[] {
  const likeness = likenessOf(stories);
  const read = files.map((file) => readOne(file, likeness));
  const find = finder(read, stories);
  const items = read.map(({ item, names, line }, place) => {
    const needs: Need[] = [];
    const warnings = [...item.warnings];
    for (const name of new Set(names)) {
      const need = find(name);
      if (need === null)
        warnings.push({
          line,
          ...tell(say('Nothing is known of “{0}”, which it depends on; that is left out.', name)),
        });
      else if (need.kind === 'item' && need.place === place)
        warnings.push({ line, ...tell(say('It cannot depend on itself; that is left out.')) });
      else if (!needs.some((one) => isSameNeed(one, need))) needs.push(need);
    }
    return { ...item, needs, warnings };
  });
  return withoutCycles(items, (place) => read[place]?.line ?? 1);
}

function isSameNeed(a: Need, b: Need): boolean {
  return a.kind === 'item' ? b.kind === 'item' && a.place === b.place : b.kind === 'story' && a.key === b.key;
}

function readOne({ name, text }: SourceFile, likeness: (title: string, source: string) => string | null): ReadFile {
  const names: string[] = [];
  const { fields, problems, lines, body } = readStoryFile(text, {
    ...FIELD_READERS,
    dependsOn: (value) => {
      names.push(...namesIn(value));
      return { kind: 'ok', value: [] };
    },
  });
  const warnings: BatchWarning[] = problems
    .filter(({ severity }) => severity !== 'missing')
    .map(({ line, ...told }) => ({ line, ...tell(told) }));
  const titled = fields.title === undefined ? titleElsewhere(name, body) : { title: fields.title, body };
  if (fields.title === undefined)
    warnings.push({ line: 1, ...tell(say('It says no title; it is called “{0}”.', titled.title)) });
  const like = likeness(titled.title, name);
  const item: BatchItem = {
    source: name,
    title: titled.title,
    type: fields.type ?? DEFAULT_FIELDS.type,
    priority: fields.priority ?? DEFAULT_FIELDS.priority,
    labels: fields.labels ?? DEFAULT_FIELDS.labels,
    body: titled.body,
    needs: [],
    warnings,
    like,
    wanted: like === null,
  };
  return { item, names, line: lines.get('dependsOn') ?? 1 };
}

/** The first heading of the body, which then is no longer part of it; else the file's name as words. */
function titleElsewhere(name: string, body: string): { title: string; body: string } {
  const heading = firstHeading(body);
  const read = heading === null ? null : readTitle(heading.text);
  if (heading !== null && read?.kind === 'ok') return { title: read.title, body: body.slice(heading.end) };
  const words = readTitle(baseName(name).replace(/[-_]+/g, ' ').slice(0, 200));
  return { title: words.kind === 'ok' ? words.title : 'A story without a title', body };
}

/** The heading that a body begins with; `end`: behind it and a blank line. Line by line, so that no text takes long. */
function firstHeading(body: string): { text: string; end: number } | null {
  const start = body.length - body.trimStart().length;
  const lineEnd = body.indexOf('\n', start);
  const end = lineEnd < 0 ? body.length : lineEnd + 1;
  const mark = /^#{1,3}(?=[ \t])/.exec(body.slice(start, end))?.[0];
  if (mark === undefined) return null;
  const words = body
    .slice(start + mark.length, end)
    .trim()
    .split(/[ \t]+/);
  if (words.length > 1 && /^#+$/.test(words.at(-1) ?? '')) words.pop(); // a heading may be closed as it was begun
  const next = body.indexOf('\n', end);
  const isBlank = next >= 0 && body.slice(end, next).trim() === '';
  return { text: words.join(' '), end: isBlank ? next + 1 : end };
}

/** `backlog/12-sign-in.md` without folder, number and ending. */
function baseName(path: string): string {
  const file = path.split('/').at(-1) ?? path;
  const plain = file.replace(/\.(?:md|markdown)$/i, '');
  return plain.replace(/^#?\d{1,9}[-_. ]+(?=\S)/, '');
}

/** The number that a file's name begins with; null where there is none. */
function numberOf(path: string): number | null {
  const digits = /^#?(\d{1,9})(?=[-_. ]|$)/.exec(
    (path.split('/').at(-1) ?? '').replace(/\.(?:md|markdown)$/i, ''),
  )?.[1];
  return digits === undefined ? null : Number(digits);
}

function namesIn(value: unknown): string[] {
  const items: unknown[] = Array.isArray(value) ? value : typeof value === 'string' ? value.split(',') : [value];
  return items
    .flatMap((item) => (typeof item === 'string' || typeof item === 'number' ? [String(item).trim()] : []))
    .filter((name) => name !== '')
    .slice(0, 200);
}

function finder(read: readonly ReadFile[], stories: readonly KnownStory[]): (name: string) => Need | null {
  const places = new Map<string, number>();
  const note = (name: string, place: number): void => {
    if (!places.has(name)) places.set(name, place);
  };
  // All names of one kind before those of the next: a title never hides another file's own name.
  read.forEach(({ item }, place) => {
    const number = numberOf(item.source);
    if (number !== null) note(`#${number}`, place);
  });
  read.forEach(({ item }, place) => note(plainTitle(item.source.replace(/\.(?:md|markdown)$/i, '')), place));
  read.forEach(({ item }, place) => note(plainTitle(baseName(item.source)), place));
  read.forEach(({ item }, place) => note(plainTitle(item.title), place));
  const known = new Map<string, Need>();
  for (const { number, key } of stories) known.set(`#${number}`, { kind: 'story', key, number });
  for (const { title, key, number } of stories) {
    if (!known.has(plainTitle(title))) known.set(plainTitle(title), { kind: 'story', key, number });
  }
  return (name) => {
    const digits = /^#?\s*(\d{1,9})$/.exec(name)?.[1];
    const wanted = digits === undefined ? plainTitle(name.replace(/\.(?:md|markdown)$/i, '')) : `#${Number(digits)}`;
    const place = places.get(wanted);
    if (place !== undefined) return { kind: 'item', place };
    return known.get(wanted) ?? null;
  };
}
