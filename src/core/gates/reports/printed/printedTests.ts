/**
 * What a runner's own words say of single tests. `passed` and `skipped` are null where it does not say how many there were.
 * Names are made of parts: where a test stands, then what it is called.
 */
export interface PrintedTests {
  readonly failed: readonly (readonly string[])[];
  readonly passed: number | null;
  readonly skipped: number | null;
}

/**
 * What one runner's output says. `null`: it is none of this runner's. `unsure`: it is, and what it says does not fit together,
 * or says that more went wrong than single tests.
 */
export type PrintedReading = PrintedTests | 'unsure' | null;

/** Lines without escape sequences, none longer than what is read. */
export type PrintedReader = (lines: readonly string[]) => PrintedReading;

/** The only line that this finds: what it found, and where. Two of them are two runs. */
export function onlyLine(
  lines: readonly string[],
  pattern: RegExp,
): { readonly at: number; readonly found: RegExpExecArray } | 'several' | null {
  let only: { at: number; found: RegExpExecArray } | null = null;
  for (const [at, line] of lines.entries()) {
    const found = pattern.exec(line);
    if (found === null) continue;
    if (only !== null) return 'several';
    only = { at, found };
  }
  return only;
}

/** The number before a word, as in `2 failed, 38 passed`; 0 where the word is not there. */
export function countBefore(text: string, word: string): number {
  return Number(new RegExp(`(\\d{1,9}) ${word}`).exec(text)?.[1] ?? 0);
}

/** The names, as long as there are as many different ones as the runner counts. */
export function ifCounted(failing: number, printed: PrintedTests): PrintedReading {
  const names = new Set(printed.failed.map((parts) => JSON.stringify(parts)));
  if (failing === 0 || names.size !== failing) return 'unsure';
  return { ...printed, failed: [...names].map((name) => JSON.parse(name) as string[]) };
}
