import * as z from 'zod/mini';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { runFolder } from '../../keeper/runFolder';

/** What is on record of a run before anything of it starts. It holds the token, and is for its owner alone. */
const recordSchema = z.object({
  id: z.string(),
  label: z.string(),
  program: z.string(),
  /** In ms since 1970. */
  startedAt: z.number(),
  about: z.unknown(),
  token: z.string().check(z.regex(/^[0-9a-f]{64}$/)),
  /** What tells it apart from runs beside it: number and ports. */
  slot: z.record(z.string(), z.string()),
});
export type RunRecord = z.infer<typeof recordSchema>;

const RUN_ID = /^[A-Za-z0-9-]{1,64}$/;

export function assertRunId(id: string): void {
  if (!RUN_ID.test(id))
    throw new Error(`A run id is 1 to 64 letters, digits and hyphens; this is ${JSON.stringify(id)}.`);
}

/** Null where it is gone or cannot be read. */
export async function readRecord(dir: string, id: string): Promise<RunRecord | null> {
  try {
    const text = await readFile(runFolder(path.join(dir, id)).record, 'utf8');
    const read = recordSchema.safeParse(JSON.parse(text));
    return read.success && read.data.id === id ? read.data : null;
  } catch {
    return null;
  }
}

/** Ids of all runs on record, also of those whose record cannot be read. */
export async function recordedIds(dir: string): Promise<string[]> {
  const entries = await readdir(dir, { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  });
  return entries.filter((one) => one.isDirectory() && RUN_ID.test(one.name)).map(({ name }) => name);
}
