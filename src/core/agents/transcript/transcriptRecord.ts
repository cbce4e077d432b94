import * as z from 'zod/mini';

const text = z.string();

/**
 * One thing that was said or done while agents worked on a story, in the order in which it came.
 *
 * - `told`: what the agent was told. `person`: what a person wrote to it.
 * - `said`, `thought`: a whole message. `saidPart`, `thoughtPart`: a piece of one that grows with the next piece.
 * - `tool`: it began to use a tool. `output`, `failed`: what came of that. `file`: it changed a file; `path` as it says it.
 * - `note`: what Switchyard says of it. `plain`: what its program printed as it stands; it grows as well.
 */
const deedSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.enum(['said', 'saidPart', 'thought', 'thoughtPart', 'told', 'person']), text }),
  z.object({ kind: z.enum(['tool', 'output', 'failed', 'note', 'plain']), text }),
  z.object({ kind: z.literal('file'), how: z.enum(['changed', 'added', 'deleted']), path: text }),
]);
export type TranscriptDeed = z.infer<typeof deedSchema>;

const recordSchema = z.intersection(deedSchema, z.object({ at: z.number(), who: z.string() }));
/** `at` in ms since 1970; `who` is the agent's name. */
export type TranscriptRecord = z.infer<typeof recordSchema>;

/** Takes one thing in as it comes. */
export type Transcribe = (deed: TranscriptDeed) => void;

export function recordLine(record: TranscriptRecord): string {
  return `${JSON.stringify(record)}\n`;
}

/** What can be read of it: a line that was cut off, or is of another version, is passed over. */
export function readRecords(lines: string): TranscriptRecord[] {
  return lines.split('\n').flatMap((line) => {
    if (!line.startsWith('{')) return [];
    try {
      const read = recordSchema.safeParse(JSON.parse(line));
      return read.success ? [read.data] : [];
    } catch {
      return [];
    }
  });
}
