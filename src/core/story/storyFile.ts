import { isMap, isScalar, LineCounter, parseDocument, stringify, type Document, type Pair } from 'yaml';
import { yamlSize } from '../gates/yamlSize';
import { beginsKey, continuesKey, splitStoryFile } from './frontMatter';
import { FIELD_READERS, keyOf } from './readFields';
import { say, tell, type Said, type Told } from '../words/said';
import { FIELD_NAMES, type FieldName, type StoryFields } from './storyFields';

/**
 * What is wrong with the front matter. `line` counts from 1 in the whole file. An `error` is a line that cannot be read as it
 * is meant; a `warning` one that says nothing here; `missing` one that is not there.
 */
export interface StoryFileProblem extends Told {
  readonly line: number;
  readonly severity: 'error' | 'warning' | 'missing';
}

/** A story file as it was read: the fields that it says, what is wrong with it, and the body without front matter. */
export interface StoryFile {
  readonly fields: Partial<StoryFields>;
  readonly problems: readonly StoryFileProblem[];
  /** Where each field stands, from 1. */
  readonly lines: ReadonlyMap<FieldName, number>;
  readonly front: string;
  readonly body: string;
}

/** Characters, lists within lists, and entries of a front matter that is read. */
const LONGEST = 20_000;
const LIMITS = { depth: 10, entries: 1000 };

/** The key of each field in a file. */
const KEYS: Readonly<Record<FieldName, string>> = {
  title: 'title',
  type: 'type',
  priority: 'priority',
  labels: 'labels',
  dependsOn: 'depends_on',
};

/** A story as a file: front matter, a blank line, and the body as it is. */
export function printStoryFile(fields: StoryFields, body: string): string {
  return printFront(fields) + body;
}

/** The front matter with its fences and the blank line behind it. */
export function printFront(fields: StoryFields): string {
  const lines = FIELD_NAMES.map((name) => `${KEYS[name]}: ${printed(fields[name])}`);
  return ['---', ...lines, '---', '', ''].join('\n');
}

function printed(value: StoryFields[FieldName]): string {
  return stringify(value, { lineWidth: 0, collectionStyle: 'flow', flowCollectionPadding: false }).trimEnd();
}

/**
 * Reads a story file. It never throws: a line that cannot be read is a problem, and all others count. `readers` may take
 * fields in another way than a story says them.
 */
export function readStoryFile(text: string, readers: typeof FIELD_READERS = FIELD_READERS): StoryFile {
  const { front, body, kind } = splitStoryFile(text);
  const problems: StoryFileProblem[] = [];
  const fields: Partial<StoryFields> = {};
  const lines = new Map<FieldName, number>();
  const note: Note = (line, severity, words) => void problems.push({ line, severity, ...tell(words) });
  if (kind === 'none')
    note(
      1,
      'missing',
      say('There is no front matter, so title, type, priority, labels and dependencies are not said here.'),
    );
  if (kind === 'open') {
    note(lineCount(front), 'error', say('The front matter is not closed. End it with a line ---.'));
  }
  if (kind !== 'none') readFront(front, { fields, lines, note, readers });
  return { fields, problems, lines, front, body };
}

type Note = (line: number, severity: StoryFileProblem['severity'], words: Said | Told) => void;

function readFront(front: string, { fields, lines, note, readers }: Omit<Reading, 'seen'>): void {
  if (front.length > LONGEST) {
    note(1, 'error', say('The front matter is longer than {0} characters. Put long text below it.', LONGEST));
    return;
  }
  const seen = new Map<FieldName, string>();
  for (const { text, line } of chunksOf(front)) readChunk(text, line, { fields, seen, lines, note, readers });
  for (const name of FIELD_NAMES) {
    if (!seen.has(name)) note(1, 'missing', say('There is no line {0}.', KEYS[name]));
  }
}

interface Chunk {
  readonly text: string;
  /** Of its first line in the file, from 1. */
  readonly line: number;
}

/** Each key with what belongs to it, so that one that is malformed spoils no other. */
function chunksOf(front: string): Chunk[] {
  const chunks: { text: string; line: number }[] = [];
  front.split(/\r?\n/).forEach((text, index) => {
    if (/^\ufeff?---[ \t]*$/.test(text)) return;
    const open = chunks.at(-1);
    const belongs = continuesKey(text) || (open !== undefined && !beginsKey(text) && isOpenList(open.text));
    if (open !== undefined && belongs) open.text += `\n${text}`;
    else chunks.push({ text, line: index + 1 });
  });
  return chunks.filter(({ text }) => !/^\s*(?:#[^\n]*)?$/.test(text));
}

/** Whether a list over several lines has not been closed yet. */
function isOpenList(chunk: string): boolean {
  if (!/^[^:]*:\s*\[/.test(chunk)) return false;
  return (chunk.match(/\[/g)?.length ?? 0) > (chunk.match(/\]/g)?.length ?? 0);
}

interface Reading {
  readonly fields: Partial<StoryFields>;
  readonly lines: Map<FieldName, number>;
  /** The key that said a field first. */
  readonly seen: Map<FieldName, string>;
  readonly note: Note;
  readonly readers: typeof FIELD_READERS;
}

function readChunk(chunk: string, line: number, { fields, seen, lines, note, readers }: Reading): void {
  // A number sign would begin a comment, and #12 is how people name a story.
  const named = /^["']?depends/i.test(chunk) ? chunk.replaceAll(/#(?=\d)/g, ' ') : chunk;
  // The lines of a list in brackets may begin where its key does.
  const text = /^[^:\n]*:\s*\[/.test(named) ? named.replaceAll(/\n(?=\S)/g, '\n ') : named;
  const read = readPair(text, line);
  if (read.kind === 'unreadable') {
    const name = keyOf(/^["']?([\w-]+)/.exec(text)?.[1] ?? '');
    if (name !== null) seen.set(name, '');
    return note(read.line, 'error', read.said);
  }
  const name = keyOf(read.key);
  if (name === null) return note(line, 'warning', say('Nothing is known of {0}, so this line is not kept.', read.key));
  if (seen.has(name)) {
    // `name` beside `title` is what other tools write.
    const isOther = seen.get(name) !== read.key;
    return note(line, isOther ? 'warning' : 'error', say('{0} is said twice; the first one counts.', KEYS[name]));
  }
  seen.set(name, read.key);
  lines.set(name, line);
  const outcome = readers[name](read.value);
  if (outcome.kind === 'ok') Object.assign(fields, { [name]: outcome.value });
  else if (outcome.kind === 'empty') note(line, 'missing', say('{0} is empty.', KEYS[name]));
  else note(line, 'error', outcome);
}

type ReadPair = { kind: 'pair'; key: string; value: unknown } | { kind: 'unreadable'; line: number; said: Said };

function readPair(text: string, line: number): ReadPair {
  const unreadable = (at: number, said: Said): ReadPair => ({ kind: 'unreadable', line: at, said });
  try {
    const size = yamlSize(text, LIMITS);
    if (size !== 'within')
      return unreadable(line, say('This is too large: at most {0} entries, {1} deep.', LIMITS.entries, LIMITS.depth));
    const lines = new LineCounter();
    const document = parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'error' });
    const [error] = document.errors;
    if (error !== undefined) {
      return unreadable(
        line - 1 + Math.max(1, lines.linePos(error.pos[0]).line),
        say('This line cannot be read: {0}.', error.message),
      );
    }
    const pair = onlyPair(document);
    if (pair === null) return unreadable(line, say('This line cannot be read. Expected a key, a colon and a value.'));
    return { kind: 'pair', key: keyText(pair), value: plainValue(pair, document) };
  } catch (error) {
    return unreadable(
      line,
      say('This line cannot be read: {0}.', error instanceof Error ? error.message : say('it is not YAML')),
    );
  }
}

function onlyPair({ contents }: Document): Pair | null {
  const [pair, ...more] = isMap(contents) ? contents.items : [];
  return pair !== undefined && more.length === 0 ? pair : null;
}

function keyText({ key }: Pair): string {
  return isScalar(key) ? String(key.value) : '';
}

/** Plain data. A scalar that is no string comes as it was written, so that a title 1.0 stays 1.0. */
function plainValue({ value }: Pair, document: Document): unknown {
  if (value === null || (isScalar(value) && value.value === null)) return null;
  if (isScalar(value)) return typeof value.value === 'string' ? value.value : (value.source ?? String(value.value));
  const js: unknown = document.toJS({ maxAliasCount: 10 });
  return typeof js === 'object' && js !== null ? Object.values(js)[0] : null;
}

function lineCount(text: string): number {
  return text.replace(/\r?\n$/, '').split('\n').length;
}
