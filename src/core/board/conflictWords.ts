import { namesOf } from '../words/durations';

/** A conflict that will come, as a card tells it: the other story's number, null for the target. Paths with `/`. */
export interface CardConflict {
  readonly number: number | null;
  readonly files: readonly string[];
}

/** `Will conflict with #30 in query.ts`; null where nothing is predicted. */
export function conflictWords(conflicts: readonly CardConflict[], target: string): string | null {
  const [first, second, ...rest] = conflicts;
  if (first === undefined) return null;
  const told = [first, ...(second === undefined ? [] : [second])].map((one) => `${nameOf(one, target)}${filesOf(one)}`);
  const more = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return `Will conflict with ${told.join(' and ')}${more}`;
}

function nameOf({ number }: CardConflict, target: string): string {
  return number === null ? target : `#${number}`;
}

/** Without their folders, because rows and cards are narrow. */
function filesOf({ files }: CardConflict): string {
  const names = files.map((file) => file.slice(file.lastIndexOf('/') + 1));
  return names.length === 0 ? '' : ` in ${namesOf(names)}`;
}
