import * as z from 'zod/mini';
import { oidSchema } from '../story/stage';

/** Where receipts lie, as notes of git on the commits that landed. */
export const RECEIPTS_REF = 'refs/notes/switchyard';

/** SHA-256 in hexadecimal digits. */
const digestSchema = z.string().check(z.regex(/^[0-9a-f]{64}$/, 'a SHA-256'));

/**
 * One gate of a landing. `definition` is the digest of the gate as configured, `output` that of what it printed; null where
 * nobody knows it. `on` says which tree it ran on and where. `runs`: how often it ran on that tree until its verdict.
 */
const receiptGateSchema = z.object({
  name: z.string(),
  command: z.string(),
  verdict: z.string(),
  detail: z.string(),
  ms: z.number(),
  definition: z.nullable(digestSchema),
  on: z.object({ tree: z.string(), platform: z.string() }),
  runs: z.int().check(z.minimum(0)),
  /** Its verdict is from an earlier run, on the same tree or on one that is alike where it looks. */
  reused: z.boolean(),
  /** A person has said that its verdict does not count for now. */
  quarantined: z.boolean(),
  output: z.nullable(digestSchema),
});
export type ReceiptGate = z.infer<typeof receiptGateSchema>;

/**
 * What was proven of a commit when it landed. `previous` is the receipt before it, by its commit and the digest of its
 * text, so that no receipt can be changed or taken out unseen; `sequence` counts from 1. Times are ISO 8601 in UTC.
 */
export const receiptSchema = z.object({
  version: z.literal(1),
  sequence: z.int().check(z.minimum(1)),
  previous: z.nullable(z.object({ commit: oidSchema, digest: digestSchema })),
  story: z.object({ key: z.string(), number: z.int().check(z.minimum(1)) }),
  target: z.string(),
  commit: oidSchema,
  tree: oidSchema,
  parents: z.array(oidSchema),
  /** Tip of the target that it was built on. */
  base: oidSchema,
  storyTip: oidSchema,
  strategy: z.enum(['merge', 'squash', 'rebase']),
  job: z.string(),
  landedAt: z.iso.datetime(),
  /** Set where the receipt was made at a later start, because the landing was cut off before it. */
  madeLater: z.nullable(z.iso.datetime()),
  /** What let it in: its gates, or a person; `who` is that person as git knows them. */
  approval: z.object({ by: z.enum(['gates', 'person']), who: z.nullable(z.string()) }),
  /** Agents that coded it. */
  agents: z.array(z.string()),
  /** Agents that were put to its failed merge. */
  solvers: z.optional(z.array(z.string())),
  /** `file`: gates came from the project's own file at `base`; `settings`: from settings, which git does not hold. */
  gatesFrom: z.enum(['file', 'settings', 'none', 'unknown']),
  gates: z.array(receiptGateSchema),
  /** It landed with later ones, proven by the gates of the last of them, which ran on that one's tree. */
  through: z.optional(z.nullable(z.object({ commit: oidSchema, tree: oidSchema }))),
  tools: z.record(z.string(), z.string()),
  /** Digest of all that the gates printed for this landing. */
  output: z.nullable(digestSchema),
});
export type Receipt = z.infer<typeof receiptSchema>;

/** The tree that its gates were to prove: its own, or that of the commit that it was proven through. */
export function provenTree({ tree, through }: Receipt): string {
  return through?.tree ?? tree;
}

/** All of a receipt but its place in the chain, which is known when it is written. */
export type UnchainedReceipt = Omit<Receipt, 'sequence' | 'previous'>;

/** The text of a note: JSON that a person can read too. */
export function receiptText(receipt: Receipt): string {
  return `${JSON.stringify(receipt, null, 1)}\n`;
}

export type ReadReceipt =
  | { kind: 'receipt'; receipt: Receipt }
  /** A note that is none, or one of a version that is not known here. */
  | { kind: 'unreadable'; why: string };

/** Never throws: a note can hold anything. */
export function readReceipt(text: string): ReadReceipt {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return { kind: 'unreadable', why: 'its note is not the text of a receipt' };
  }
  const version = typeof data === 'object' && data !== null ? (data as Record<string, unknown>)['version'] : undefined;
  if (typeof version === 'number' && version > 1)
    return { kind: 'unreadable', why: `its receipt has version ${version}, which this Switchyard does not know` };
  const parsed = receiptSchema.safeParse(data);
  if (parsed.success) return { kind: 'receipt', receipt: parsed.data };
  const [issue] = parsed.error.issues;
  return { kind: 'unreadable', why: `its receipt is damaged at ${issue?.path.join('.') || 'its top'}` };
}
