import type { StoryType } from '../story/stageNames';
import { readTitle, TITLE_LIMIT, type StoryRecord } from '../story/story';

/** What a text that was never listed becomes as a story. */
export interface RecoveredStory {
  readonly title: string;
  readonly type: StoryType;
  readonly priority: number;
  readonly labels: readonly string[];
  readonly body: string;
}

/**
 * The best that can be known: what the text's own front matter says, else how the search index had the story, else the
 * text itself. Its title is that of the front matter, its first heading, or its first line.
 */
export function readRecovered(text: string, row: StoryRecord | null, number: number | null): RecoveredStory {
  return {
    title: titleOf(text, row, number),
    type: row?.type ?? 'story',
    priority: row?.priority ?? 2,
    labels: row?.labels ?? [],
    body: text,
  };
}

function titleOf(text: string, row: StoryRecord | null, number: number | null): string {
  const name = number === null ? 'A story without a number' : `What was #${number}`;
  for (const candidate of [row?.title ?? '', headingOf(text), firstSaid(text)]) {
    const title = readTitle(candidate.slice(0, TITLE_LIMIT));
    if (title.kind === 'ok') return title.title;
  }
  return `${name}, which has no text`;
}

function headingOf(text: string): string {
  return /^ {0,3}#{1,6}[ \t]+(\S.*?)[ \t#]*$/m.exec(text)?.[1] ?? '';
}

/** The first line with a word in it, without the mark of a list, a heading or a quotation before it. */
function firstSaid(text: string): string {
  for (const line of text.split(/\r?\n/, 200)) {
    const said = line.replace(/^[\s>#*+-]*(?:\[[ xX]\]\s*)?/, '').trim();
    if (/[\p{L}\p{N}]/u.test(said)) return said;
  }
  return '';
}
