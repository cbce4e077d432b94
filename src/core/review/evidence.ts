import { count, namesOf } from '../words/durations';
import { visible } from '../words/visible';
import type { ShownThread } from './comments';

/** What is handed to the coder with a Reject: a sentence, the files, and the whole of what was said about which lines. */
export interface RejectEvidence {
  readonly summary: string;
  readonly files: string[];
  /** Null where nobody said anything about lines. */
  readonly text: string | null;
  /** Threads that it holds. */
  readonly threads: readonly string[];
}

/** How many places the sentence names; all stand in the text. */
const FILES_LIMIT = 100;

/** `said` is what the person says of the whole, or empty. Open comments go, and those that went before and were not answered. */
export function rejectEvidence(said: string, threads: readonly ShownThread[]): RejectEvidence {
  const standing = threads.filter(({ state }) => state === 'open' || state === 'sent');
  const general = said.trim();
  if (standing.length === 0) {
    const summary = general === '' ? 'Review asked for changes.' : `Review: ${general}`;
    return { summary, files: [], text: null, threads: [] };
  }
  const files = [...new Set(standing.map(({ now, path }) => now?.path ?? path))];
  const comments = `${count(standing.length, 'comment')} in ${namesOf(files.map(visible))}`;
  return {
    summary: general === '' ? `Review: ${comments}.` : `Review: ${general}\n\nAnd ${comments}.`,
    files: files.slice(0, FILES_LIMIT),
    text: standing.map(oneThread).join('\n\n'),
    threads: standing.map(({ id }) => id),
  };
}

/** The place, the code as it was, and what was said. Both are indented: neither can end what it stands in. */
function oneThread({ path, side, tip, base, line, endLine, code, said, now, state }: ShownThread): string {
  const lines = line === endLine ? `line ${line}` : `lines ${line} to ${endLine}`;
  const of = side === 'base' ? `before the story, at ${base.slice(0, 8)}` : `at ${tip.slice(0, 8)}`;
  const moved = now !== null && side === now.side && (now.line !== line || now.path !== path);
  const place = moved ? ` (now ${visible(now.path)}, line ${now.line})` : '';
  const again = state === 'sent' ? ' This was said before, and the lines are as they were.' : '';
  return [
    `${visible(path)}, ${lines}, ${of}${place}:${again}`,
    indent(code, '    | '),
    ...said.map(({ text }) => indent(text.trim(), '    ')),
  ].join('\n');
}

function indent(text: string, by: string): string {
  return text
    .split(/\r?\n/)
    .map((one) => `${by}${one}`)
    .join('\n');
}
