/** A file as a story leaves it, and the lines (from 1) that the story added or changed there. */
export interface ChangedFile {
  readonly path: string;
  readonly text: string;
  readonly lines: readonly number[];
}

/** A file in which one changed line says something else. A test that looks at that line turns red. */
export interface Mutant {
  readonly path: string;
  /** Counts from 1. */
  readonly line: number;
  /** The whole file, put together when it is asked for: a long one has thousands of lines, each with a mutant. */
  readonly text: string;
  /** The line as it is then, without the blanks around it. */
  readonly to: string;
}

/** Lines in which nothing happens: comments, imports, and what only opens or closes something. */
const NOTHING_HAPPENS: readonly RegExp[] = [
  /^(?:\/\/|#|\*|\/\*|--|"""|'''|<!--)/,
  /^(?:import|from|package|use|using|require|require_relative|#include|export \*|export type|import type)\b/,
  /^[\s()[\]{};,:]*$/,
];

/** Longer lines were written by a program. */
const LONGEST_LINE = 400;

/** One change a line of these files of code, in turn, so that a budget that ends early has seen something of each. */
export function mutantsOf(files: readonly ChangedFile[]): Mutant[] {
  const queues = files.map((file) => mutantsIn(file));
  const inTurn: Mutant[] = [];
  for (let at = 0; queues.some((queue) => at < queue.length); at++) {
    inTurn.push(...queues.flatMap((queue) => queue[at] ?? []));
  }
  return inTurn;
}

function mutantsIn({ path, text, lines }: ChangedFile): Mutant[] {
  const all = text.split('\n');
  return lines.flatMap((line) => {
    const before = all[line - 1];
    const after = before === undefined ? null : changeOf(before);
    if (before === undefined || after === null) return [];
    const text = (): string => all.with(line - 1, after).join('\n');
    return [{ path, line, to: after.trim(), get text() { return text(); } }]; // prettier-ignore
  });
}

type Change = readonly [pattern: RegExp, to: (found: string) => string];

/** What stands for what, looked for outside of strings and comments; the first that is found is changed. */
const CHANGES: readonly Change[] = [
  [/[!=]==?(?!=)/, (found) => (found.startsWith('!') ? found.replace('!', '=') : found.replace('=', '!'))],
  [/(?<=\s)[<>]=?(?=\s)/, (found) => ({ '<': '>=', '>': '<=', '<=': '>', '>=': '<' })[found] ?? found],
  [/&&|\|\|/, (found) => (found === '&&' ? '||' : '&&')],
  [/(?<=\s)(?:and|or)(?=\s)/, (found) => (found === 'and' ? 'or' : 'and')],
  [/\b(?:true|false|True|False)\b/, (found) => OPPOSITES.get(found) ?? found],
  [/(?<=[\w)\]] )[-+*/%](?= [\w([])/, (found) => (found === '+' ? '-' : '+')],
  [/(?<![\w.$#])\d+(?![\w.])/, (found) => (found.length > 15 ? '0' : String(Number(found) + 1))],
];

const OPPOSITES: ReadonlyMap<string, string> = new Map([
  ['true', 'false'],
  ['false', 'true'],
  ['True', 'False'],
  ['False', 'True'],
]);

/** The line with another meaning; null where nothing is known to change it and still be read. */
function changeOf(line: string): string | null {
  const trimmed = line.trim();
  if (line.length > LONGEST_LINE || NOTHING_HAPPENS.some((one) => one.test(trimmed))) return null;
  const { code, stringEnd } = split(line);
  for (const [pattern, to] of CHANGES) {
    const found = pattern.exec(code);
    if (found === null) continue;
    const [was] = found;
    return line.slice(0, found.index) + to(was) + line.slice(found.index + was.length);
  }
  return stringEnd === null ? null : `${line.slice(0, stringEnd)}~${line.slice(stringEnd)}`;
}

/**
 * `code` is as long as the line, with blanks for what stands in strings and behind a comment's begin. `stringEnd`: where the
 * first string that holds something is closed.
 */
function split(line: string): { code: string; stringEnd: number | null } {
  let stringEnd: number | null = null;
  let code = '';
  let quote: { readonly mark: string; readonly from: number } | null = null;
  for (let at = 0; at < line.length; at++) {
    const character = line.charAt(at);
    if (quote === null && (line.startsWith('//', at) || /^ #\s/.test(line.slice(at, at + 3)))) break;
    if (quote !== null) {
      if (character === '\\') {
        code += '  ';
        at += 1;
        continue;
      }
      code += ' ';
      if (character !== quote.mark) continue;
      if (at > quote.from + 1) stringEnd ??= at;
      quote = null;
    } else {
      const opens = `'"\``.includes(character);
      if (opens) quote = { mark: character, from: at };
      code += opens ? ' ' : character;
    }
  }
  return { code: code.padEnd(line.length), stringEnd };
}
