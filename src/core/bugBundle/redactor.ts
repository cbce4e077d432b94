import type { PrivateKind, PrivateWords } from './privateWords';
import { formsOf, signsIn, type Sign } from './wordForms';

/** Shorter ones, in letters of an alphabet, say nothing about anybody and stand in every text. */
const LEAST = 3;
/** A line of a story's text that is shorter than this is no sentence of its own. */
const LEAST_TEXT = 6;
/** Letters of scripts that write a word with one or two of them, and put no blanks between words. */
const WORD_LETTERS = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}]/gu;

type Kind = PrivateKind | 'url' | 'secret' | 'agent' | 'gate' | 'value';

/** What is private by its form, in the order in which it is looked for. None begins amid what it could begin before, so that
 * no line takes long. */
const FORMS: readonly (readonly [Kind, RegExp])[] = [
  // Words that are said to be secret, up to the end of the value.
  [
    'secret',
    /(?<=\b(?:pass(?:word|wd|phrase)?|secret|token|api[-_ ]?key|access[-_ ]?key|authorization|credential|bearer|basic)s?["']?\s*(?:[:=]|\bis\b|\s)\s*["']?(?:bearer |basic )?)[^\s"',;<>]{4,}/gi,
  ],
  ['secret', /\beyJ[\w-]{8,}\.[\w-]+(?:\.[\w-]*)?/g],
  ['secret', /\b(?:gh[a-z]_|github_pat_|glpat-|sk-|pk-|xox[a-z]-|npm_|pypi-|AKIA|ASIA|AIza|ya29\.)[\w.-]{8,}/g],
  ['secret', /-----BEGIN [^-]+-----[\s\S]*?(?:-----END [^-]+-----|$)/g],
  ['url', /(?<![a-z0-9+.-])[a-z][a-z0-9+.-]*:\/\/[^\s"'<>)\]]+/gi],
  ['email', /(?<![\w.+-])[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)*(?::[\w./~-]+)?/g],
  ['branch', /\brefs\/(?!switchyard\/)[^\s"'<>:,)]+/g],
  ['branch', /\b(?:story|switchyard)\/\d+-[^\s"'<>:,)]+/g],
  ['path', /"[^"\n]*[/\\][^"\n]*"|'[^'\n]*[/\\][^'\n]*'/g],
  ['path', /(?<![\w<>])(?:[A-Za-z]:\\|\\\\)[^\s"'<>|,)]+/g],
  ['path', /(?<![\w<>/.])~?(?:\/[^\s/"'<>:,)]+){1,}\/?/g],
  ['path', /(?<![\w<>/.@+-])(?=[^\s"'<>]*[A-Za-z])(?!refs\/)[\w.@+-]+(?:[/\\][\w.@+-]+)+\/?/g],
  [
    'path',
    /(?<![\w<>/-])(?=[\w-]*[A-Za-z_-])[\w-]+\.(?:[a-z]{1,4}\d?|[A-Z]{1,4}|config|gitignore|sqlite|local)\b(?!\()/g,
  ],
  // Long and mixed: a key, whatever it is for. Names of commits are not.
  [
    'secret',
    /(?<![\w<>+/-])(?![0-9a-f]{40}\b|[0-9a-f]{64}\b)(?=[\w+/=-]*\d)(?=[\w+/=-]*[A-Za-z])[\w+/=-]{20,}(?![\w>])/g,
  ],
];

/** One of the forms in which a word may stand; `word` is what all of them mean. */
interface KnownWord {
  readonly kind: PrivateKind;
  readonly word: string;
  readonly form: string;
  readonly folded: string;
  readonly sign: Sign | null;
}

/**
 * Replaces what is a person's own by placeholders such as `<title 3>`: the same text by the same placeholder wherever it
 * stands, so that who reads can follow it and cannot know it. What it was is kept nowhere.
 */
export class Redactor {
  readonly #placeholders = new Map<string, string>();
  readonly #counts = new Map<Kind, number>();
  readonly #known: readonly KnownWord[];

  constructor(words: PrivateWords) {
    const long = words.filter(({ kind, text }) => weight(text.trim()) >= (kind === 'text' ? LEAST_TEXT : LEAST));
    const byText = new Map(long.map(({ kind, text }) => [text.trim().toLowerCase(), { kind, word: text.trim() }]));
    const forms = [...byText.values()].flatMap((one) =>
      formsOf(one.kind, one.word).map(({ text, sign }) => ({ ...one, form: text, folded: text.toLowerCase(), sign })),
    );
    this.#known = forms.sort((a, b) => b.form.length - a.form.length);
  }

  /** The placeholder of a text that is private as a whole. */
  whole(kind: Kind, text: string): string {
    const name = `${kind} ${text.toLowerCase()}`;
    const known = this.#placeholders.get(name);
    if (known !== undefined) return known;
    const number = (this.#counts.get(kind) ?? 0) + 1;
    this.#counts.set(kind, number);
    const made = `<${kind} ${number}>`;
    this.#placeholders.set(name, made);
    return made;
  }

  /** A text of ours in which private ones may stand. */
  within(text: string): string {
    return this.lines([text])[0] ?? '';
  }

  /** Many such texts; what is known is looked for in all of them at once. */
  lines(texts: readonly string[]): string[] {
    const all = texts.join('\n').toLowerCase();
    const signs = signsIn(all);
    const here = this.#known.filter(({ sign, folded }) => (sign === null || signs.has(sign)) && all.includes(folded));
    return texts.map((text) => this.#byForm(this.#byKnown(text, here)));
  }

  #byKnown(text: string, known: readonly KnownWord[]): string {
    let left = text;
    for (const { kind, word, form, folded } of known) {
      if (!left.toLowerCase().includes(folded)) continue;
      // Inside of a longer word only what is long itself is meant.
      const bounds = weight(form) < 8 ? ['(?<![\\p{L}\\p{N}])', '(?![\\p{L}\\p{N}])'] : ['', ''];
      const pattern = new RegExp(`${bounds[0] ?? ''}${escaped(form)}${bounds[1] ?? ''}`, 'giu');
      left = outsidePlaceholders(left, (part) => part.replaceAll(pattern, () => this.whole(kind, word)));
    }
    return left;
  }

  #byForm(text: string): string {
    return FORMS.reduce(
      (left, [kind, form]) =>
        outsidePlaceholders(left, (part) => part.replaceAll(form, (found) => this.whole(kind, found))),
      text,
    );
  }
}

/** Changes a text between the placeholders that stand in it already. */
function outsidePlaceholders(text: string, change: (part: string) => string): string {
  return text
    .split(/(<[a-z]+ \d+>)/)
    .map((part, at) => (at % 2 === 1 ? part : change(part)))
    .join('');
}

/** How much of a word a text is, in letters of an alphabet. */
function weight(text: string): number {
  return text.length + 3 * (text.match(WORD_LETTERS)?.length ?? 0);
}

function escaped(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
