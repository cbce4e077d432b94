import * as z from 'zod/mini';
import { inBoth, say, type Said } from '../words/said';
import { saidSchema } from '../words/saidSchema';

/**
 * Something that the store once acknowledged and can no longer read. It is kept until a person has acknowledged it.
 * `text` says in plain words what is lost, what was restored, where the damaged part is kept and what to do.
 */
export const storeLossSchema = z.object({
  id: z.string().check(z.minLength(1)),
  at: z.iso.datetime(),
  /** `restored`: nothing is lost after all, and nothing is held. */
  kind: z.enum(['lost', 'restored']),
  text: z.string().check(z.minLength(1)),
  /** `text`, to be said in another language; an earlier version wrote none. */
  said: z.exactOptional(z.readonly(z.array(saidSchema))),
  /** Keys of the stories whose state nobody can vouch for: nothing starts or lands for them before the acknowledgement. */
  held: z.array(z.string()),
});
export type StoreLoss = z.infer<typeof storeLossSchema>;

/** A loss that is told in these sentences. */
export function lossOf(loss: Omit<StoreLoss, 'text' | 'said'>, said: readonly Said[]): StoreLoss {
  return { ...loss, ...inBoth(said) };
}

/** Keys of all stories that wait for a person to acknowledge a loss. */
export function heldStories(losses: readonly StoreLoss[]): ReadonlySet<string> {
  return new Set(losses.flatMap((loss) => loss.held));
}

/** Why a story that is held can do nothing, and what helps. */
export function sayHeld(number: number): Said {
  return say('Records of #{0} were damaged on disk, so nothing is done with it before you have looked. Acknowledge the notice at the top of the stories first.', number); // prettier-ignore
}
