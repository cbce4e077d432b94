import type * as z from 'zod/mini';
import { en } from 'zod/locales';

/**
 * Handed to each reading whose problems a person or the log is told: `zod/mini` says of every problem that the input is
 * invalid, and no more. It goes with the reading, because words that are set for all depend on what was loaded before.
 */
export const IN_WORDS: z.core.ParseContext<z.core.$ZodIssue> = { error: en().localeError };
