import { refuse, say } from '../words/said';
export type NumberFilter =
  | { readonly kind: 'all' }
  | { readonly kind: 'numbers'; readonly numbers: readonly number[] }
  | { readonly kind: 'refused'; readonly message: string };

/** Most numbers that a filter may name. */
const LIMIT = 100_000;

/** Reads what a person typed: `12`, `#12, 14`, `3-40 51`; nothing means all. */
export function readNumberFilter(text: string): NumberFilter {
  const parts = text.split(/[\s,;]+/).filter((part) => part !== '');
  if (parts.length === 0) return { kind: 'all' };
  const numbers = new Set<number>();
  for (const part of parts) {
    const [, first, last = first] = /^#?(\d{1,15})(?:[-–]#?(\d{1,15}))?$/.exec(part) ?? [];
    const [from, to] = [Number(first), Number(last)];
    if (first === undefined || from < 1 || to < from) {
      return refuse(say('"{0}" is no story number. Write numbers such as 12, 14-20.', part));
    }
    if (to - from >= LIMIT) return refuse(say('"{0}" is too many at once. Leave the box empty for all.', part));
    for (let number = from; number <= to; number++) numbers.add(number);
  }
  return { kind: 'numbers', numbers: [...numbers] };
}
