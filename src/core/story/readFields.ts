import { plainLine } from '../words/plainText';
import { readLabels } from './describeStory';
import { STORY_TYPES } from './stageNames';
import { readTitle } from './story';
import type { FieldName, StoryFields } from './storyFields';
import { refuse, say, type Refusal } from '../words/said';

/** `empty` where nothing stands behind the key. */
type FieldOutcome<T> = { kind: 'ok'; value: T } | { kind: 'empty' } | Refusal;

/** Most stories that one can wait for. */
const MOST_NEEDED = 200;

/** Reads the value of a field from plain data that anyone may have written. */
export const FIELD_READERS: { readonly [N in FieldName]: (value: unknown) => FieldOutcome<StoryFields[N]> } = {
  title: (value) => {
    if (value === null) return { kind: 'empty' };
    if (typeof value !== 'string') return refuse(say('A title is one line of text.'));
    const read = readTitle(value);
    return read.kind === 'ok' ? { kind: 'ok', value: read.title } : refuse(read);
  },
  type: (value) => {
    if (value === null) return { kind: 'empty' };
    const said = typeof value === 'string' ? value.trim().toLowerCase() : '';
    const type = STORY_TYPES.find((one) => one === said);
    return type === undefined
      ? refuse(say('{0} is not a type. Use {1}.', quoted(value), listOf(STORY_TYPES)))
      : { kind: 'ok', value: type };
  },
  priority: (value) => {
    if (value === null) return { kind: 'empty' };
    const said = typeof value === 'string' ? /^\s*p?([0-3])\s*$/i.exec(value)?.[1] : undefined;
    return said === undefined
      ? refuse(say('{0} is not a priority. Use a number from 0 (first) to 3 (last).', quoted(value)))
      : { kind: 'ok', value: Number(said) };
  },
  labels: labelsOf,
  dependsOn: readDependsOn,
};

/** The field that a key of a file names; null for a key of somebody else's. */
export function keyOf(key: string): FieldName | null {
  switch (key) {
    case 'title':
    case 'name':
      return 'title';
    case 'type':
    case 'priority':
    case 'labels':
      return key;
    case 'depends_on':
    case 'depends-on':
    case 'dependsOn':
      return 'dependsOn';
    default:
      return null;
  }
}

function labelsOf(value: unknown): FieldOutcome<readonly string[]> {
  if (value === null) return { kind: 'empty' };
  const texts = itemsOf(value).map((item) =>
    typeof item === 'string' || typeof item === 'number' || typeof item === 'boolean' ? String(item) : null,
  );
  if (texts.some((text) => text === null)) return refuse(say('A label is a word or a few: [ui, needs design].'));
  const read = readLabels(texts.filter((text) => text !== null));
  return read.kind === 'ok' ? { kind: 'ok', value: read.labels } : read;
}

function readDependsOn(value: unknown): FieldOutcome<readonly number[]> {
  if (value === null) return { kind: 'empty' };
  const numbers: number[] = [];
  for (const item of itemsOf(value)) {
    const digits = /^\s*#?\s*([1-9]\d{0,8})\s*$/.exec(
      typeof item === 'number' ? String(item) : typeof item === 'string' ? item : '',
    );
    if (digits?.[1] === undefined) {
      return refuse(say('{0} is not the number of a story. Write numbers, such as [12, 14].', quoted(item)));
    }
    const number = Number(digits[1]);
    if (!numbers.includes(number)) numbers.push(number);
  }
  return numbers.length > MOST_NEEDED
    ? refuse(say('A story can wait for at most {0} others.', MOST_NEEDED))
    : { kind: 'ok', value: numbers };
}

/** A list, or one line with commas. */
function itemsOf(value: unknown): unknown[] {
  if (Array.isArray(value)) return value;
  return typeof value === 'string' ? value.split(',').filter((item) => item.trim() !== '') : [value];
}

function quoted(value: unknown): string {
  const text = typeof value === 'string' ? value : JSON.stringify(value);
  return `“${plainLine(text.length > 60 ? `${text.slice(0, 60)}…` : text)}”`;
}

function listOf(words: readonly string[]): string {
  return `${words.slice(0, -1).join(', ')} or ${words.at(-1) ?? ''}`;
}
