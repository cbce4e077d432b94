import { english as filledIn, type Translate } from './said';

/**
 * A record keeps in English how gates and agents ended and why a person was asked to look, as it was said at the time. Whoever
 * shows it in another language knows those sentences again, by what a language has under this mark.
 */
const MARK = '/record';
/** Of a longer text nothing is looked for. */
const LONGEST = 4000;
/** So much (characters), on one line, stands at most in a place that a sentence leaves open. */
const OPEN = 400;

/** A sentence in between, or all of a value. */
interface Form {
  readonly find: (text: string) => Found | null;
  readonly english: string;
  readonly said: string;
  readonly isPart: boolean;
}

/** How long the sentence is there, and what stands in its open places. */
interface Found {
  readonly length: number;
  readonly values: readonly string[];
}

/** Looks texts up in a bundle of a language. A text without values that it does not have is read as one of a record. */
export function translatorOf(bundle: Readonly<Record<string, string>>): Translate {
  let read: ((text: string) => string | null) | null = null;
  return (text, ...values) => {
    // Behind a colon it begins small.
    const key = [text, text.charAt(0).toUpperCase() + text.slice(1)].find((one) => Object.hasOwn(bundle, one));
    if (key !== undefined || values.length > 0) return filledIn(bundle[key ?? text] ?? text, ...values);
    read ??= recordReader(bundle);
    return read(text) ?? text;
  };
}

/** Reads with the sentences that a bundle marks; null for a text of which none is known. */
function recordReader(bundle: Readonly<Record<string, string>>): (text: string) => string | null {
  const forms = Object.entries(bundle)
    .flatMap(([key, said]) => formsOf(key, said))
    .sort((one, other) => other.english.length - one.english.length);
  const parts = forms.filter(({ isPart }) => isPart);
  const whole = forms.filter(({ isPart }) => !isPart);
  const read = (text: string): string | null => {
    for (const { find, english, said } of whole) {
      const found = find(text);
      if (found === null) continue;
      const hasStop = text.charAt(found.length - 1) === '.' || !english.endsWith('.');
      const words = filledIn(hasStop ? said : said.replace(/\.$/, ''), ...valuesOf(english, found));
      const rest = text.slice(found.length).trimStart();
      return rest === '' ? words : `${words} ${read(rest) ?? rest}`;
    }
    // What leads up to lines of somebody's is said, and they stay.
    const [line = '', ...below] = text.split('\n');
    const lead = below.length > 0 && line.endsWith(':') ? partOf(line) : null;
    if (lead !== null) return [lead, ...below].join('\n');
    const sentence = /^(?:[\w .,[\]/-]{1,80}:\s|.*?[.!?]\s+)/s.exec(text)?.[0];
    if (sentence === undefined) return null;
    const behind = text.slice(sentence.length);
    const rest = read(behind) ?? (/:\s$/.test(sentence) ? partOf(behind) : null);
    return rest === null ? null : `${sentence}${rest}`;
  };
  const valuesOf = (english: string, found: Found): string[] => {
    const values: string[] = [];
    for (const [at, [, place]] of [...english.matchAll(/\{(\d+)\}/g)].entries())
      values[Number(place)] = valueOf(found.values[at] ?? '');
    return values;
  };
  const partOf = (value: string): string | null => {
    for (const { find, english, said } of parts) {
      const found = find(value);
      if (found !== null) return filledIn(said, ...valuesOf(english, found));
    }
    return null;
  };
  const valueOf = (value: string): string => partOf(value) ?? read(value) ?? value;
  return (text) => (text.length > LONGEST ? null : read(text));
}

/** What is marked; and what is said in many words, because it may have been kept as a text too. */
function formsOf(key: string, said: string): Form[] {
  const isMarked = key.endsWith(MARK);
  const english = isMarked ? key.slice(0, -MARK.length) : key;
  if (!isMarked && !/^[^{]{4}.{20}.*\{0\}.*\.$/s.test(english)) return [];
  const forms = [formOf(english, said)];
  // A row leaves out of whom it is.
  if (english.startsWith('It ')) forms.push(formOf(english.slice(3), said.replace(/^(?:Sie|Es|Er) /, '')));
  return forms;
}

function formOf(english: string, said: string): Form {
  const [isSentence, isOpen] = [english.endsWith('.'), english.endsWith('}')];
  const pieces = english.replace(/\.$/, '').split(/\{\d+\}/);
  return { find: (text) => find(text, pieces, isSentence), english, said, isPart: !isSentence && !isOpen };
}

/**
 * A text that begins with these pieces, with something between them. Each is taken where it stands first, for a text is looked
 * through in one go, whatever an agent wrote; of the last one each place, until the sentence ends there.
 */
function find(text: string, [first = '', ...rest]: readonly string[], isSentence: boolean): Found | null {
  // Behind a colon it begins small.
  if (text.slice(1, first.length) !== first.slice(1)) return null;
  if (text.charAt(0).toLowerCase() !== first.charAt(0).toLowerCase() && first !== '') return null;
  const values: string[] = [];
  let end = first.length;
  for (const [at, piece] of rest.entries()) {
    const line = text.slice(end, end + OPEN + piece.length).split('\n', 1)[0] ?? '';
    const isLast = at === rest.length - 1;
    const place = isLast ? placeOfLast(text, end, { line, piece, isSentence }) : line.indexOf(piece);
    if (place < 0) return null;
    values.push(line.slice(0, place));
    end += place + piece.length;
  }
  const stop = isSentence && text.charAt(end) === '.' ? 1 : 0;
  return endsAt(text, end, isSentence) ? { length: end + stop, values } : null;
}

function placeOfLast(
  text: string,
  from: number,
  { line, piece, isSentence }: { readonly line: string; readonly piece: string; readonly isSentence: boolean },
): number {
  for (let place = line.indexOf(piece); place >= 0; place = line.indexOf(piece, place + 1)) {
    if (endsAt(text, from + place + piece.length, isSentence)) return place;
    // An empty piece is found behind the last character again and again.
    if (place >= line.length) return -1;
  }
  return -1;
}

function endsAt(text: string, end: number, isSentence: boolean): boolean {
  return end === text.length || (isSentence && /^\.(?:\s|$)/.test(text.slice(end, end + 2)));
}
