import type { NumberClaim } from './numbering';
import { toLocal } from './sharedText';
import type { ToldOnce } from './takenWords';
import { inBoth, say, type Said } from '../words/said';

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
): ToldOnce[] {
  const byKey = new Map(claims.map((claim) => [claim.key, claim]));
  const keepers = new Map(claims.filter(({ key, number }) => numbers.get(key) === number).map((one) => [one.number, one]));
  return changed.flatMap((key) => {
    const [claim, number] = [byKey.get(key), numbers.get(key)];
    const keeper = claim === undefined ? undefined : keepers.get(claim.number);
    if (claim === undefined || number === undefined || keeper === undefined || keeper.key === key) return [];
    if (!known.has(key) && !known.has(keeper.key)) return [];
    const name = (one: string): Said => {
      const title = toLocal(titleOf(one), (named) => numbers.get(named));
      return title === '' ? say('One that is deleted') : say('“{0}”', title);
    };
    const said = say('Two stories were made as #{0} on machines that had not met. {1} keeps the number. {2} is #{3} from now on. Links follow.', claim.number, name(keeper.key), name(key), number);
    return [{ id: `${key}:${number}`, about: key, ...inBoth(said) }];
  });
} // prettier-ignore
