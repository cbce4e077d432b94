import { say, type Said } from '../words/said';
import { lastPart } from '../words/lastPart';

/** A conflict that will come, as a card tells it: the other story's number, null for the target. Paths with `/`. */
export interface CardConflict {
  readonly number: number | null;
  readonly files: readonly string[];
}

/** `Will conflict with #30 in query.ts`; null where nothing is predicted. */
export function conflictWords(conflicts: readonly CardConflict[], target: string): Said | null {
  const [first, second, ...rest] = conflicts;
  if (first === undefined) return null;
  const [name, files] = [nameOf(first, target), namesIn(first)];
  if (second === undefined)
    return files.names.length === 0 ? say('Will conflict with {0}', name) : say('Will conflict with {0} in {1}', name, files); // prettier-ignore
  const other = namesIn(second);
  if (files.names.length === 0 || other.names.length === 0) {
    const names = conflicts.map((one) => nameOf(one, target));
    return say('Will conflict with {0}', { names });
  }
  return rest.length === 0
    ? say('Will conflict with {0} in {1} and {2} in {3}', name, files, nameOf(second, target), other)
    : say('Will conflict with {0} in {1} and {2} in {3}, and {4} more', name, files, nameOf(second, target), other, rest.length); // prettier-ignore
}

function nameOf({ number }: CardConflict, target: string): string {
  return number === null ? target : `#${number}`;
}

/** Without their folders, because rows and cards are narrow. */
function namesIn({ files }: CardConflict): { readonly names: readonly string[] } {
  return { names: files.map(lastPart) };
}
