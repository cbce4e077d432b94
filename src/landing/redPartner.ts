import type { Companion } from '../core/landing/chain';
import type { Oid } from '../core/story/stage';

/** What gates say of a story on some base; `unknown` where it could not be built, or they could not tell. */
export type ProbeVerdict = 'green' | 'red' | 'unknown';

/**
 * A story is red on top of others: with which of them? First it is tried without any, then the others are halved, so that
 * few gates run. Returns the number of the first one with which it is red; null where it is red by itself, or that
 * cannot be told. `probe` proves the story on a commit.
 */
export async function findRedPartner(
  companions: readonly Companion[],
  probe: (base: Oid) => Promise<ProbeVerdict>,
): Promise<number | null> {
  const [first] = companions;
  if (first === undefined || (await probe(first.base)) !== 'green') return null;
  // With so many of them it is green, and with so many red.
  let [green, red] = [0, companions.length];
  while (red - green > 1) {
    const middle = (green + red) >> 1;
    const verdict = await probe(companions[middle - 1]?.commit ?? first.base);
    if (verdict === 'unknown') return null;
    if (verdict === 'red') red = middle;
    else green = middle;
  }
  return companions[red - 1]?.number ?? null;
}
