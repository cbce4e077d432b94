import { english as filledIn, type Translate } from './said';

/**
 * A record keeps in English how gates and agents ended and why a person was asked to look, as it was said at the time. Whoever
 * shows it in another language knows those sentences again, by what a language has under this mark.
 */
const MARK = '/record';
/** Of a longer text nothing is looked for. */
const LONGEST = 4000;
/** What stands in a place that a sentence leaves open. */
const OPEN = String.raw`([^\n]{0,400}?)`;

/** A sentence in between, or all of a value. */
interface Form {
  readonly pattern: RegExp;
  readonly english: string;
  readonly said: string;
  readonly isPart: boolean;
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
    for (const { pattern, english, said } of whole) {
      const found = pattern.exec(text);
      if (found === null) continue;
      const [all] = found;
      const hasStop = all.endsWith('.') || !english.endsWith('.');
      const words = filledIn(hasStop ? said : said.replace(/\.$/, ''), ...valuesOf(english, found));
      const rest = text.slice(all.length).trimStart();
      return rest === '' ? words : `${words} ${read(rest) ?? rest}`;
    }
    const sentence = /^(?:[\w .-]{1,40}:\s|.*?[.!?]\s+)/s.exec(text)?.[0];
    const rest = sentence === undefined ? null : read(text.slice(sentence.length));
    return rest === null ? null : `${sentence}${rest}`;
  };
  const valuesOf = (english: string, [, ...found]: readonly string[]): string[] => {
    const values: string[] = [];
    for (const [at, [, place]] of [...english.matchAll(/\{(\d+)\}/g)].entries())
      values[Number(place)] = valueOf(found[at] ?? '');
    return values;
  };
  const valueOf = (value: string): string => {
    for (const { pattern, english, said } of parts) {
      const found = pattern.exec(value);
      if (found !== null) return filledIn(said, ...valuesOf(english, found));
    }
    return read(value) ?? value;
  };
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
  const [first = '', ...rest] = pieces.map((piece) => piece.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`));
  // Behind a colon it begins small.
  const begin = first.replace(/^[A-Za-z]/, (letter) => `[${letter.toUpperCase()}${letter.toLowerCase()}]`);
  const end = isSentence ? String.raw`(?:\.(?=\s|$)|$)` : '$';
  return {
    pattern: new RegExp(`^${[begin, ...rest].join(OPEN)}${end}`),
    english,
    said,
    isPart: !isSentence && !isOpen,
  };
}
