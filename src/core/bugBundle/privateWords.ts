import * as z from 'zod/mini';

/** What a text is to the person whose it is; its placeholder is named so. */
export const PRIVATE_KINDS = ['title', 'text', 'label', 'branch', 'path', 'name', 'email', 'command'] as const;
export type PrivateKind = (typeof PRIVATE_KINDS)[number];

/** Texts that are a person's own: whatever holds one of them shows a placeholder in its place. */
export const privateWordsSchema = z.array(z.object({ kind: z.enum(PRIVATE_KINDS), text: z.string() }));
export type PrivateWords = z.infer<typeof privateWordsSchema>;
