import * as z from 'zod/mini';
import { saidSchema, toldShape } from '../words/saidSchema';

/** How much a finding matters: something does not work, something will not, or something is worth knowing. */
export const SEVERITIES = ['error', 'warning', 'note'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** What Doctor looks at, in the order in which a report names it. */
export const AREAS = [
  'index',
  'content',
  'shadow',
  'journal',
  'ledger',
  'refs',
  'worktrees',
  'gateTrees',
  'locks',
  'runs',
  'sessions',
  'leader',
  'git',
  'configuration',
  'disk',
  'environment',
] as const;
export type Area = (typeof AREAS)[number];

/** Where a person can go on: a place on disk (absolute), or a command by its fixed name. */
const openingSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('file'), path: z.string() }),
  z.object({ kind: z.literal('folder'), path: z.string() }),
  z.object({ kind: z.literal('command'), command: z.string(), label: z.string() }),
]);
export type Opening = z.infer<typeof openingSchema>;

/** A finding as it is shown, in this window or in another. `key` names it for as long as it is there. */
const shownFindingSchema = z.object({
  key: z.string(),
  id: z.string(),
  area: z.enum(AREAS),
  severity: z.enum(SEVERITIES),
  title: z.string(),
  /** What is so, and where. */
  what: z.string(),
  /** `what`, to be said in another language; not there where somebody else wrote it. */
  said: z.exactOptional(z.readonly(z.array(saidSchema))),
  why: z.string(),
  /** What a person can do about it. */
  advice: z.string(),
  /** In ms since 1970; null where nobody knows. */
  since: z.nullable(z.number()),
  opens: z.nullable(openingSchema),
  /** The repair's name, and what exactly it does; null where there is none that is safe. */
  repair: z.nullable(z.object({ label: z.string(), does: saidSchema })),
});
export type ShownFinding = z.infer<typeof shownFindingSchema>;

/** What Doctor found at one moment (ms since 1970), the gravest first, and what it could not look at. */
export const reportSchema = z.object({
  at: z.number(),
  findings: z.readonly(z.array(shownFindingSchema)),
  /** Kinds of which there are more than are shown. */
  more: z.readonly(
    z.array(z.object({ id: z.string(), severity: z.enum(SEVERITIES), title: z.string(), count: z.int() })),
  ),
  notLooked: z.readonly(z.array(z.object({ what: z.string(), why: z.string() }))),
});
export type DoctorReport = z.infer<typeof reportSchema>;

/** What came of a repair, in a sentence. */
export const repairOutcomeSchema = z.object({ kind: z.enum(['repaired', 'refused']), ...toldShape });
export type RepairOutcome = z.infer<typeof repairOutcomeSchema>;
