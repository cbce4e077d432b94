import type { Commit, Signature } from '../read/commits';

export interface StoryTrailers {
  readonly number: number;
  readonly storyKey: string;
}

/** The trailers by which a landed story is found again in the history. */
export function storyTrailers({ number, storyKey }: StoryTrailers): string[] {
  return [`Story: #${number}`, `Story-Key: ${oneLine(storyKey)}`];
}

/** Subject, empty line, trailers. The subject is made one line, whatever the story's title holds. */
export function commitMessage(subject: string, trailers: readonly string[]): string {
  const line = oneLine(subject);
  return `${line === '' ? 'Story' : line}\n\n${trailers.join('\n')}\n`;
}

/** The reflog's words for a landing; the number is read back from the candidate's own trailer. */
export function landingReflog(message: string): string {
  const number = storyNumberIn(message);
  return number === null ? 'switchyard: land' : `switchyard: land #${number}`;
}

/** Number of the story that a commit names in its trailers; null where it names none. */
export function storyNumberIn(message: string): number | null {
  const number = trailersOf(message).map((line) => /^Story: #(\d+)$/.exec(line)?.[1]);
  return Number(number.find((one) => one !== undefined) ?? NaN) || null;
}

/** The first line of a message. */
export function subjectOf(message: string): string {
  return message.split('\n', 1)[0] ?? '';
}

const TRAILER = /^[A-Za-z0-9-]+\s*:/;
/** Lines that git's own commands write; with one of them a block may hold other lines too. */
const BY_GIT = /^(?:Signed-off-by: |\(cherry picked from commit )/;

/**
 * The lines of the trailers at the end of a message, continued lines apart. As git reads them by default: no setting of
 * a person's (`trailer.separators`, `trailer.<name>.command`) counts here, so the same commits give the same result.
 */
export function trailersOf(message: string): string[] {
  const lines = message.trimEnd().split('\n');
  const start = lines.findLastIndex((line) => line.trim() === '') + 1;
  const block = lines.slice(start);
  // The first paragraph is the subject, whatever it looks like.
  if (start === 0 || lines.slice(0, start).every((line) => line.trim() === '') || /^\s/.test(block[0] ?? '')) return [];
  const heads = block.filter((line) => !/^\s/.test(line));
  const trailers = heads.filter((line) => TRAILER.test(line) || BY_GIT.test(line));
  const isBlock = heads.some((line) => BY_GIT.test(line))
    ? trailers.length * 3 >= heads.length - trailers.length
    : trailers.length === heads.length;
  return isBlock ? block : [];
}

/** A message with these trailers at its end, each of them once. */
export function withTrailers(message: string, trailers: readonly string[]): string {
  const there = trailersOf(message);
  const missing = trailers.filter((trailer) => !there.includes(trailer));
  if (missing.length === 0) return message;
  const body = message.trimEnd();
  const gap = there.length > 0 ? '\n' : '\n\n';
  return `${body}${gap}${missing.join('\n')}\n`;
}

/**
 * Everybody who wrote the commits but the author of the squash, in order of appearance, named once by address:
 * authors, and those whom the messages name as co-authors.
 */
export function coAuthors(commits: readonly Commit[], author: Signature): string[] {
  const people = commits.flatMap((commit) => {
    const named = commit.message.split('\n').map(coAuthor);
    return [commit.author, ...named.filter((one) => one !== null)];
  });
  const seen = new Set([author.email.toLowerCase()]);
  const lines: string[] = [];
  for (const { name, email } of people) {
    if (seen.has(email.toLowerCase())) continue;
    seen.add(email.toLowerCase());
    lines.push(`Co-authored-by: ${oneLine(name)} <${oneLine(email)}>`);
  }
  return lines;
}

const CO_AUTHOR = 'co-authored-by:';

/** `Co-authored-by: Name <address>`; null for any other line. Without an expression that could try again and again. */
function coAuthor(line: string): { name: string; email: string } | null {
  if (line.slice(0, CO_AUTHOR.length).toLowerCase() !== CO_AUTHOR) return null;
  const person = line.slice(CO_AUTHOR.length).trim();
  const open = person.lastIndexOf('<');
  const email = person.slice(open + 1, -1);
  if (open === -1 || !person.endsWith('>') || email === '' || email.includes('>')) return null;
  return { name: person.slice(0, open).trim(), email };
}

function oneLine(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}
