import * as z from 'zod/mini';
import type { SaidReport } from './saidReport';
import type { Said } from './said';

const saidValueSchema = z.union([
  z.string(),
  z.number(),
  z.readonly(z.object({ names: z.readonly(z.array(z.union([z.string(), z.lazy(() => saidSchema)]))) })),
  z.lazy(() => saidSchema),
]);

/** A sentence on its way to another process. */
export const saidSchema: z.ZodMiniType<Said> = z.readonly(
  z.object({ text: z.string(), values: z.readonly(z.array(saidValueSchema)) }),
);

/** What is told, among the properties of an outcome. */
export const toldShape = { message: z.string(), said: z.exactOptional(z.readonly(z.array(saidSchema))) };

/** A text for reading on its way to another process. */
export const saidReportSchema: z.ZodMiniType<SaidReport> = z.readonly(
  z.array(
    z.union([
      z.object({ lines: z.readonly(z.array(saidSchema)) }),
      z.object({
        head: z.readonly(z.array(saidSchema)),
        rows: z.readonly(z.array(z.readonly(z.array(z.union([z.string(), saidSchema]))))),
      }),
    ]),
  ),
);
