let strings: Readonly<Record<string, string>> = {};

/** Takes the localised texts that the host sent, by their English original. */
export function setStrings(localised: Readonly<Record<string, string>>): void {
  strings = localised;
}

/** A text in the person's language, or the English one. `{0}`, `{1}` … stand for the values. */
export function t(english: string, ...values: readonly (string | number)[]): string {
  const text = Object.hasOwn(strings, english) ? (strings[english] ?? english) : english;
  return text.replace(/\{(\d+)\}/g, (hole, index: string) => String(values[Number(index)] ?? hole));
}
