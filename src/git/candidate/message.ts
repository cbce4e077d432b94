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
  const number = /^Story: #(\d+)$/m.exec(message)?.[1];
  return number === undefined ? 'switchyard: land' : `switchyard: land #${number}`;
}

/**
 * Everybody who wrote the commits but the author of the squash, in order of appearance, named once by address:
 * authors, and those whom the messages name as co-authors.
 */
export function coAuthors(commits: readonly Commit[], author: Signature): string[] {
  const people = commits.flatMap((commit) => {
    const named = [...commit.message.matchAll(/^co-authored-by:\s*(.*?)\s*<([^<>\n]+)>\s*$/gim)];
    return [commit.author, ...named.map(([, name = '', email = '']) => ({ name, email }))];
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

function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is replaced
  return text.replaceAll(/[\u0000-\u001f\u007f\u2028\u2029]+/g, ' ').trim();
}
