import * as z from 'zod/mini';

/** What was found out of a commit; `digest` is of all that it depends on, `at` when it was begun. */
const keptSchema = z.object({
  digest: z.string(),
  at: z.iso.datetime(),
  unseen: z.array(z.object({ path: z.string(), line: z.int() })),
});
export type KeptHonesty = z.infer<typeof keptSchema>;

/** Null where it is none, or damaged: then it is found out again. */
export function readKeptHonesty(text: string): KeptHonesty | null {
  try {
    return keptSchema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}
