import type { NumberClaim } from './numbering';
import { toLocal } from './sharedText';

interface Renumbering {
  readonly numbers: ReadonlyMap<string, number>;
  /** Stories whose number is another one now, or that were not known before. */
  readonly changed: readonly string[];
  /** Stories that this machine knew before. */
  readonly known: ReadonlySet<string>;
  readonly titleOf: (key: string) => string;
}

/**
 * What the person here is told of stories that could not keep their number: those that this machine had under that number, or
 * whose number a story of this machine keeps. Who joins later is told nothing.
 */
export function renumberNotices(
  claims: readonly NumberClaim[],
  { numbers, changed, known, titleOf }: Renumbering,
): { id: string; about: string; text: string }[] {
  const byKey = new Map(claims.map((claim) => [claim.key, claim]));
  const keepers = new Map(claims.filter(({ key, number }) => numbers.get(key) === number).map((one) => [one.number, one]));
  return changed.flatMap((key) => {
    const [claim, number] = [byKey.get(key), numbers.get(key)];
    const keeper = claim === undefined ? undefined : keepers.get(claim.number);
    if (claim === undefined || number === undefined || keeper === undefined || keeper.key === key) return [];
    if (!known.has(key) && !known.has(keeper.key)) return [];
    const name = (one: string): string => {
      const title = toLocal(titleOf(one), (named) => numbers.get(named));
      return title === '' ? 'One that is deleted' : `“${title}”`;
    };
    const text = `Two stories were made as #${claim.number} on machines that had not met. ${name(keeper.key)} keeps the number. ${name(key)} is #${number} from now on. Links follow.`;
    return [{ id: `${key}:${number}`, about: key, text }];
  });
} // prettier-ignore
