import { mergeTexts } from '../words/mergeTexts';
import { textEdits } from '../words/textEdits';
import { printFront, readStoryFile, type StoryFile, type StoryFileProblem } from './storyFile';
import { FIELD_NAMES, isSameField, mergeFields, type StoryFields } from './storyFields';

/** A story as it is stored: what its front matter says, and its body. */
export interface StoredText {
  readonly fields: StoryFields;
  readonly body: string;
}

/** What somebody wrote: the file as they had it, and as it is now. */
export interface StoryEdit {
  readonly base: string;
  readonly text: string;
}

export interface EditedStory extends StoredText {
  readonly problems: readonly StoryFileProblem[];
  /** Where each field stands in the text, from 1. */
  readonly lines: StoryFile['lines'];
}

/** Applies an edit of a story's file to what is stored now. A front matter with an error changes no field. */
export function editStory(stored: StoredText, { base, text }: StoryEdit): EditedStory {
  const [before, after] = [readStoryFile(base), readStoryFile(text)];
  const body = mergeTexts(before.body, after.body, stored.body);
  const fields = hasError(after.problems) ? stored.fields : mergeFields(before.fields, after.fields, stored.fields);
  return { fields, body, problems: after.problems, lines: after.lines };
}

/** Whether a line cannot be read as it is meant. */
export function hasError(problems: readonly StoryFileProblem[]): boolean {
  return problems.some(({ severity }) => severity === 'error');
}

/** Whether two story files say the same, however their front matter is written. */
export function sayTheSame(one: string, other: string): boolean {
  const [a, b] = [readStoryFile(one), readStoryFile(other)];
  if (a.body !== b.body) return false;
  return inLines(a.front) === inLines(b.front) || FIELD_NAMES.every((name) => isSameField(name, a.fields, b.fields));
}

/** The front matter of a file as it stands there, and what is wrong with it. */
export function frontOf(text: string): Pick<StoryFile, 'front' | 'problems'> {
  const { front, problems } = readStoryFile(text);
  return { front, problems };
}

/** The file with another front matter, as it is being written by somebody. */
export function withFront(text: string, front: string): string {
  return front + readStoryFile(text).body;
}

/** An open file with what others wrote meanwhile in it; `base` is what it and the store then agree on. */
export interface MergedFile {
  readonly text: string;
  readonly base: string;
}

/**
 * Brings what is stored now into a file that somebody is writing. All three are whole story files; `base` is what `mine`
 * and the store agreed on last. While `mine` has a front matter that is wrong, it stays as it is being written.
 */
export function mergeStoryFiles(base: string, mine: string, theirs: string): MergedFile {
  const [before, written, stored] = [readStoryFile(base), readStoryFile(mine), readStoryFile(theirs)];
  const body = mergeTexts(before.body, written.body, stored.body);
  const [mineFront, baseFront] = mergeFronts(before, written, stored);
  return { text: mineFront + body, base: baseFront + stored.body };
}

function mergeFronts(base: StoryFile, mine: StoryFile, theirs: StoryFile): [mine: string, base: string] {
  if (inLines(mine.front) === inLines(base.front)) return [theirs.front, theirs.front];
  if (inLines(theirs.front) === inLines(base.front)) return [mine.front, base.front];
  if (hasError(mine.problems) || !isWhole(theirs.fields)) return [mine.front, base.front];
  return [printFront(mergeFields(base.fields, mine.fields, theirs.fields)), theirs.front];
}

function isWhole(fields: Partial<StoryFields>): fields is StoryFields {
  return FIELD_NAMES.every((name) => fields[name] !== undefined);
}

function inLines(front: string): string {
  return front.replaceAll('\r\n', '\n');
}

/** One change of a text by lines, both from 0: what stood between the two places gives way to `text`. */
export interface LineEdit {
  readonly from: LinePlace;
  readonly to: LinePlace;
  readonly text: string;
}

interface LinePlace {
  readonly line: number;
  readonly character: number;
}

/** The smallest edits that make the one text of the other. Both have the line end `\n`. */
export function lineEdits(from: string, to: string): readonly LineEdit[] {
  const starts = [0, ...[...from.matchAll(/\n/g)].map(({ index }) => index + 1)];
  let line = 0;
  const placeOf = (offset: number): LinePlace => {
    while ((starts[line + 1] ?? Infinity) <= offset) line += 1;
    return { line, character: offset - (starts[line] ?? 0) };
  };
  return textEdits(from, to).map(({ start, end, text }) => ({ from: placeOf(start), to: placeOf(end), text }));
}
