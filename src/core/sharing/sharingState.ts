import * as z from 'zod/mini';
import { saidSchema, toldShape } from '../words/saidSchema';
import { machineSchema } from './sharedStory';

/** Why what others sent is held. */
const HELD_WHYS = ['removes', 'malformed', 'forged', 'oversized', 'impossibleStage', 'twin'] as const;
export type HeldWhy = (typeof HELD_WHYS)[number];

/** How sharing stands, for whoever shows it. */
export const sharingStateSchema = z.object({
  /** Null while nothing is shared. */
  url: z.nullable(z.string()),
  document: z.string(),
  me: z.object({ machine: z.string(), name: z.string() }),
  connection: z.enum(['off', 'connecting', 'connected', 'away', 'refused']),
  /** How often in a row the server could not be reached. */
  failures: z.number(),
  /** The person is to know that there is no connection. */
  isTold: z.boolean(),
  /** Why nothing is shared although it should be. */
  problem: z.nullable(z.readonly(z.object(toldShape))),
  /** A change of others that waits for a person's decision. */
  held: z.nullable(
    z.object({
      why: z.enum(HELD_WHYS),
      said: saidSchema,
      keptIn: z.string(),
    }),
  ),
  /** A person lets this machine land without waiting for its turn. */
  landsAlone: z.boolean(),
  peers: z.array(z.extend(machineSchema, { at: z.array(z.string()) })),
  /** To be told once. */
  notices: z.array(
    z.object({ id: z.string(), text: z.string(), said: z.exactOptional(z.readonly(z.array(saidSchema))) }),
  ),
});
/** What it means to take over a story, in sentences for the person who is asked; of the details in paragraphs. */
export const reassignQuestionSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('asks'), question: saidSchema, detail: z.array(z.array(saidSchema)) }),
  z.object({ kind: z.literal('refused'), ...toldShape }),
]);
export type ReassignQuestion = z.infer<typeof reassignQuestionSchema>;

/** What a person can ask of sharing. */
export const shareRequestSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('start'), url: z.string(), document: z.string(), name: z.string() }),
  z.object({ kind: z.literal('stop') }),
  z.object({ kind: z.literal('decide'), decision: z.enum(['take', 'putBack']) }),
  z.object({ kind: z.literal('landAlone'), isOn: z.boolean() }),
  z.object({ kind: z.literal('noticed'), ids: z.array(z.string()) }),
]);
export type ShareRequest = z.infer<typeof shareRequestSchema>;

export type SharingState = z.infer<typeof sharingStateSchema>;
