import * as z from 'zod/mini';
import type { Said } from './said';

const saidValueSchema = z.union([
  z.string(),
  z.number(),
  z.readonly(z.object({ names: z.readonly(z.array(z.string())) })),
  z.lazy(() => saidSchema),
]);

/** A sentence on its way to another process. */
export const saidSchema: z.ZodMiniType<Said> = z.readonly(
  z.object({ text: z.string(), values: z.readonly(z.array(saidValueSchema)) }),
);

/** What is told, among the properties of an outcome. */
export const toldShape = { message: z.string(), said: z.exactOptional(z.readonly(z.array(saidSchema))) };
