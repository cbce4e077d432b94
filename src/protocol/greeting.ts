import * as z from 'zod/mini';

/** Rises when a window of one version could misunderstand one of another. */
const VERSION = 2;

/** The first word of the leader's, to everyone who connects. */
export const greetingSchema = z.object({ switchyard: z.literal(VERSION) });
export const GREETING: z.infer<typeof greetingSchema> = { switchyard: VERSION };

/** The first word of who connects: what the leader's claim, which only its owner can read, says to show, or what a run was given. */
export const entrySchema = z.object({ token: z.string().check(z.maxLength(200)) });
