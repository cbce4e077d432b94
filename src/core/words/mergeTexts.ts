import { textEdits, type TextEdit } from './textEdits';

/**
 * Brings together what two wrote who both began with `base`. What either of them inserted is there, also where the other
 * took away what stood around it; what either took away is gone; what both did alike is there once. Where both inserted at
 * one place, `theirs` comes first.
 */
export function mergeTexts(base: string, mine: string, theirs: string): string {
  if (mine === theirs || base === theirs) return mine;
  if (base === mine) return theirs;
  const [first, second] = [new Edits(textEdits(base, theirs)), new Edits(textEdits(base, mine))];
  const places = [...new Set([0, base.length, ...first.places, ...second.places])].sort((a, b) => a - b);
  const parts = places.map((place, index) => {
    const inserted = together(first.insertedAt(place), second.insertedAt(place));
    const end = places[index + 1] ?? base.length;
    const gone = first.removes(place, end) || second.removes(place, end);
    return gone ? inserted : inserted + base.slice(place, end);
  });
  return parts.join('');
}

/** So many letters that two texts have in common at an edge are no chance: one of them went on from the other. */
const NO_CHANCE = 6;

/** One text where both wrote the same, or one holds the other at its edge, as happens when a save is repeated. */
function together(first: string, second: string): string {
  if (first === second || second === '') return first;
  const [shorter, longer] = first.length < second.length ? [first, second] : [second, first];
  if (shorter.length >= NO_CHANCE && (longer.startsWith(shorter) || longer.endsWith(shorter))) return longer;
  return first + second;
}

/** The edits of one of the two, asked for from the beginning of the text to its end. */
class Edits {
  readonly places: readonly number[];
  readonly #insertions: ReadonlyMap<number, string>;
  readonly #removals: readonly TextEdit[];
  #at = 0;

  constructor(edits: readonly TextEdit[]) {
    this.places = edits.flatMap(({ start, end }) => [start, end]);
    this.#insertions = new Map(edits.filter(({ text }) => text !== '').map(({ start, text }) => [start, text]));
    this.#removals = edits.filter(({ start, end }) => end > start);
  }

  insertedAt(place: number): string {
    return this.#insertions.get(place) ?? '';
  }

  /** Whether what stands from `start` to `end`, with no place of an edit between them, is taken away. */
  removes(start: number, end: number): boolean {
    while ((this.#removals[this.#at]?.end ?? Infinity) <= start) this.#at += 1;
    const removal = this.#removals[this.#at];
    return removal !== undefined && removal.start <= start && end <= removal.end && end > start;
  }
}
