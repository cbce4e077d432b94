/**
 * A sentence for people in parts: an English text, and what stands at its `{0}`, `{1}` …. So whoever shows it can say it in the
 * person's language, and a record or an agent reads it in English. Plain data.
 */
export interface Said {
  readonly text: string;
  readonly values: readonly SaidValue[];
}

/** What somebody is told: as a record, a log and an agent read it, and in the parts it can be said in another language from. */
export interface Told {
  readonly message: string;
  /** Not there where nobody knows more than the text. */
  readonly said?: readonly Said[];
}

export interface Refusal extends Told {
  readonly kind: 'refused';
}

/** What is named is the same in every language; how several names follow each other is not. A sentence may hold a part of its own. */
export type SaidValue = string | number | { readonly names: readonly (string | Said)[] } | Said;

/** Looks a text up in a language, and puts the values in. */
export type Translate = (english: string, ...values: (string | number)[]) => string;

export function say(text: string, ...values: readonly SaidValue[]): Said {
  return { text, values };
}

/** What somebody else wrote, or wrote before: said as it stands, unless a language knows just that text. */
export function asWritten(text: string): Said {
  return { text, values: [] };
}

/** Several sentences as one, or as a part of another. */
export function together(sentences: readonly Said[]): Said {
  return { text: sentences.map((_, place) => `{${place}}`).join(' '), values: sentences };
}

/** What is told, as sentences of a longer telling. */
export function sayTold({ message, said }: Told): readonly Said[] {
  return said ?? [asWritten(message)];
}

/** A refusal in a sentence or several, in a text of somebody else's, or for what was told already. */
export function refuse(words: string | Said | readonly Said[] | Told): Refusal {
  return { kind: 'refused', ...tell(words) };
}

/** What an error with this message tells, in the parts that are known of it. */
export function toldBy(error: unknown, message: string): Told {
  const said = error instanceof Error && 'said' in error ? (error.said as Told['said']) : undefined;
  return said === undefined ? { message } : { message, said };
}

/** An error that tells this. */
export function tellingError(said: Said): Error {
  return Object.assign(new Error(inEnglish([said])), { said: [said] });
}

/** What is told, in the parts that are known of it. */
export function tell(words: string | Said | readonly Said[] | Told): Told {
  if (typeof words === 'string') return { message: words };
  if ('message' in words)
    return words.said === undefined ? { message: words.message } : { message: words.message, said: words.said };
  const said = 'text' in words ? [words] : words;
  return { message: inEnglish(said), said };
}

/** As `tell`, of what is shown or kept as a text. */
export function inBoth(words: Parameters<typeof tell>[0]): { readonly text: string; readonly said?: readonly Said[] } {
  const { message: text, said } = tell(words);
  return said === undefined ? { text } : { text, said };
}

export function inEnglish(sentences: readonly Said[]): string {
  return inLanguage(sentences, english);
}

export function inLanguage(sentences: readonly Said[], translate: Translate): string {
  const valueOf = (value: SaidValue): string | number => {
    if (typeof value !== 'object') return value;
    if (!('names' in value)) return inLanguage([value], translate);
    return namesInLanguage(
      value.names.map((name) => (typeof name === 'string' ? name : inLanguage([name], translate))),
      translate,
    );
  };
  return sentences
    .map(({ text, values }) => (values.length === 0 ? translate(text) : translate(text, ...values.map(valueOf))))
    .join(' ');
}

/** As `namesOf` has them. */
function namesInLanguage([first, second, ...rest]: readonly string[], translate: Translate): string {
  if (first === undefined || second === undefined) return first ?? '';
  if (rest.length === 0) return translate('{0} and {1}', first, second);
  return translate('{0}, {1} and {2} more', first, second, rest.length);
}

/** As records, logs and agents read it. A text that has no values may have braces of its own. */
export function english(text: string, ...values: readonly (string | number)[]): string {
  if (values.length === 0) return text;
  return text.replaceAll(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));
}
