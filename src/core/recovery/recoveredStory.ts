import { readStoryFile } from '../story/storyFile';
import type { StoryType } from '../story/stageNames';
import { readTitle, TITLE_LIMIT, type StoryRecord } from '../story/story';

/** What a text that was never listed becomes as a story. */
export interface RecoveredStory {
  readonly title: string;
  readonly type: StoryType;
  readonly priority: number;
  readonly labels: readonly string[];
  /** Numbers of other stories. */
  readonly dependsOn: readonly number[];
  readonly body: string;
}

/**
 * The best that can be known: what the text's own front matter says, else how the search index had the story, else the
 * text itself. Its title is that of the front matter, its first heading, or its first line.
 */
export function readRecovered(text: string, row: StoryRecord | null, number: number | null): RecoveredStory {
  const { fields, problems, body } = readStoryFile(text);
  // A line that says nothing here is still a line that somebody wrote: it stays in the text.
  const isRead = Object.keys(fields).length > 0 && problems.every((problem) => problem.severity === 'missing');
  return {
    title: titleOf([fields.title ?? row?.title ?? '', headingOf(body), firstSaid(body)], number),
    type: fields.type ?? row?.type ?? 'story',
    priority: fields.priority ?? row?.priority ?? 2,
    labels: fields.labels ?? row?.labels ?? [],
    dependsOn: fields.dependsOn ?? [],
    body: isRead ? body : text,
  };
}

function titleOf(candidates: readonly string[], number: number | null): string {
  const name = number === null ? 'A story without a number' : `What was #${number}`;
  for (const candidate of candidates) {
    const title = readTitle(candidate.slice(0, TITLE_LIMIT));
    if (title.kind === 'ok') return title.title;
  }
  return `${name}, which has no text`;
}

/** The words of the first heading, without the marks that may close it. */
function headingOf(text: string): string {
  const mark = /^ {0,3}#{1,6}[ \t]+(?=\S)/m.exec(text);
  if (mark === null) return '';
  const [line = ''] = text.slice(mark.index + mark[0].length).split(/[\r\n]/, 1);
  // Step by step: a pattern that may end anywhere in the line takes as long as the square of its length.
  let end = line.length;
  while (end > 1 && ' \t#'.includes(line.charAt(end - 1))) end -= 1;
  return line.slice(0, end);
}

/** The first line with a word in it, without the mark of a list, a heading or a quotation before it. */
function firstSaid(text: string): string {
  for (const line of text.split(/\r?\n/, 200)) {
    const said = line.replace(/^[\s>#*+-]*(?:\[[ xX]\]\s*)?/, '').trim();
    if (/[\p{L}\p{N}]/u.test(said)) return said;
  }
  return '';
}
