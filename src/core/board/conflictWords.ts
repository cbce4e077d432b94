import { visible } from '../words/visible';
import type { RedTogether } from '../landing/radar';
import { say, type Said } from '../words/said';
import { lastPart } from '../words/lastPart';

/** A conflict that will come, as a card tells it: the other story's number, null for the target. Paths with `/`. */
export interface CardConflict {
  readonly number: number | null;
  readonly files: readonly string[];
  readonly gate?: RedTogether | undefined;
}

/** `Will conflict with #30 in query.ts`, `Red together with #30 in gate test`; null where nothing is predicted. */
export function conflictWords(conflicts: readonly CardConflict[], target: string): Said | null {
  const [inFiles, inGates] = [conflicts.filter(({ gate }) => gate === undefined), conflicts.filter(({ gate }) => gate !== undefined)]; // prettier-ignore
  const [merging, gating] = [mergeWords(inFiles, target), gateWords(inGates, target)];
  return merging !== null && gating !== null ? say('{0}. {1}', merging, gating) : (merging ?? gating);
}

/** `Red together with #30 in gate test`; of several only with whom. */
function gateWords(conflicts: readonly CardConflict[], target: string): Said | null {
  const [first, second] = conflicts;
  if (first?.gate === undefined) return null;
  return second === undefined
    ? say('Red together with {0} in gate {1}', nameOf(first, target), first.gate.name)
    : say('Red together with {0}', { names: conflicts.map((one) => nameOf(one, target)) });
}

/** What git cannot merge. */
function mergeWords(conflicts: readonly CardConflict[], target: string): Said | null {
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

/** `#30 in query.ts`, `Red together with #30 in gate test` */
export function sayConflict({ number, files, gate }: CardConflict): Said {
  const whom = number === null ? say('The target') : `#${number}`;
  if (gate !== undefined) return say('Red together with {0} in gate {1}', whom, visible(gate.name));
  return files.length === 0 ? say('{0}', whom) : say('{0} in {1}', whom, { names: files.map(visible) });
}
