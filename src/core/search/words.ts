/** The form in which texts are compared: compatible characters as one, no difference of case in any script. */
export function fold(text: string): string {
  return text.normalize('NFKC').toLowerCase();
}

/** Letters, digits and what is written onto them. */
const WORD = /[\p{L}\p{N}\p{M}_]+/gu;

/** Scripts that are written without blanks between words: what is searched there is any part of a line. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]+/gu;

/** Where a name such as `parseHTTPHeader_v2` has its parts. */
const HUMPS = /(?<=\p{Ll}|\p{N})(?=\p{Lu})|(?<=\p{Lu})(?=\p{Lu}\p{Ll})|_+/u;

/** What a text is found by, each once: its words, the parts of names, and pairs of characters where words have no ends. */
export function searchTokens(text: string, limit: number): string[] {
  const tokens = new Set<string>();
  for (const [word] of text.normalize('NFKC').matchAll(WORD)) {
    if (tokens.size >= limit) break;
    for (const [run] of word.matchAll(UNSPACED)) for (const token of pairsOf(run)) tokens.add(token);
    for (const spaced of word.split(UNSPACED)) addNames(spaced, tokens);
  }
  return [...tokens];
}

function addNames(word: string, tokens: Set<string>): void {
  const parts = word.split(HUMPS).filter((part) => part !== '');
  for (const part of parts) tokens.add(part.toLowerCase());
  if (parts.length > 1) tokens.add(parts.join('').toLowerCase());
}

/** Every two characters that stand side by side, and the last alone: each character begins one of them. */
function pairsOf(run: string): string[] {
  const characters = Array.from(run);
  return characters.map((character, at) => character + (characters[at + 1] ?? ''));
}

/** What a text must have for one word of a query: these tokens, and one that begins with `start` (null for none). */
export interface TokenQuery {
  readonly whole: readonly string[];
  readonly start: string | null;
}

/** Null for a word without a letter or digit: only titles and labels, which are looked through as they are, have such. */
export function tokenQuery(word: string): TokenQuery | null {
  const pieces = [...word.normalize('NFKC').matchAll(WORD)].flatMap(([found]) =>
    [...found.matchAll(new RegExp(`${UNSPACED.source}|(?:(?!${UNSPACED.source}).)+`, 'gu'))].map(([piece]) => piece),
  );
  const last = pieces.at(-1);
  if (last === undefined) return null;
  const whole = pieces.slice(0, -1).flatMap((piece) => (isUnspaced(piece) ? fullPairs(piece) : partsOf(piece)));
  if (isUnspaced(last)) {
    const pairs = fullPairs(last);
    return pairs.length === 0 ? { whole, start: last } : { whole: [...whole, ...pairs], start: null };
  }
  const parts = partsOf(last);
  return { whole: [...whole, ...parts.slice(0, -1)], start: parts.at(-1) ?? null };
}

function isUnspaced(piece: string): boolean {
  return piece.match(UNSPACED)?.[0] === piece;
}

function fullPairs(run: string): string[] {
  return pairsOf(run).slice(0, -1);
}

function partsOf(word: string): string[] {
  return word
    .split(HUMPS)
    .filter((part) => part !== '')
    .map((part) => part.toLowerCase());
}

/** The words of a query, as a person divides them. */
export function queryWords(text: string): string[] {
  return text.split(/\s+/).filter((word) => word !== '' && !/^label:$/i.test(word));
}

/** What a word of a query asks of a label, as in `label:billing`; null for any other word. */
export function labelAsked(word: string): string | null {
  return /^label:(.+)$/is.exec(word)?.[1] ?? null;
}

/** At most this long is an excerpt, in UTF-16 code units. */
const EXCERPT = 160;

/** The first line that has all of the words, else any of them; null where none has one. */
export function excerptOf(text: string, words: readonly string[]): string | null {
  const folded = words.map(fold);
  let any: string | null = null;
  for (const line of text.split('\n')) {
    const here = fold(line);
    const found = folded.filter((word) => here.includes(word));
    if (found.length === folded.length && folded.length > 0) return around(line, here.indexOf(found[0] ?? ''));
    if (found.length > 0) any ??= around(line, here.indexOf(found[0] ?? ''));
  }
  return any;
}

function around(line: string, at: number): string {
  const start = Math.max(0, Math.min(at - EXCERPT / 4, line.length - EXCERPT));
  const part = line.slice(start, start + EXCERPT).trim();
  return `${start > 0 ? '…' : ''}${part}${start + EXCERPT < line.length ? '…' : ''}`;
}
