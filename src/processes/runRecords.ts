import { mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod/mini';
import writeFileAtomic from 'write-file-atomic';

/** `main` is null until the process runs; the run id in its environment still leads to it then. */
const recordSchema = z.object({
  id: z.string(),
  label: z.string(),
  command: z.array(z.string()),
  startedAt: z.iso.datetime(),
  main: z.nullable(z.object({ pid: z.int().check(z.minimum(2)), startedAt: z.number(), boot: z.string() })),
});
export type RunRecord = z.infer<typeof recordSchema>;

const RUN_ID = /^[A-Za-z0-9-]{1,64}$/;

/** The durable list of runs whose processes may be alive: one file a run, written before its first process starts. */
export class RunRecords {
  constructor(private readonly folder: string) {}

  /** Safe on disk when it resolves. */
  async write(record: RunRecord): Promise<void> {
    await mkdir(this.folder, { recursive: true });
    // A command can hold what others on the machine must not read.
    await writeFileAtomic(this.#file(record.id), `${JSON.stringify(record)}\n`, { mode: 0o600 });
  }

  async remove(id: string): Promise<void> {
    await rm(this.#file(id), { force: true });
  }

  /** Removes what a host that was killed in the middle of writing a record left beside it. */
  async removeHalfWritten(id: string): Promise<void> {
    const names = await readdir(this.folder).catch(ifMissing);
    const half = names.filter((name) => name.startsWith(`${id}.json.`));
    await Promise.all(half.map((name) => rm(join(this.folder, name), { force: true })));
  }

  /** Every recorded run. A file that cannot be read still names its run, and processes carry that name. */
  async all(): Promise<RunRecord[]> {
    const names = await readdir(this.folder).catch(ifMissing);
    const ids = names.flatMap((name) => (name.endsWith('.json') ? [name.slice(0, -'.json'.length)] : []));
    return Promise.all(ids.filter((id) => RUN_ID.test(id)).map((id) => this.#read(id)));
  }

  async #read(id: string): Promise<RunRecord> {
    const unreadable = { id, label: id, command: [], startedAt: new Date(0).toISOString(), main: null };
    try {
      const parsed = recordSchema.safeParse(JSON.parse(await readFile(this.#file(id), 'utf8')));
      return parsed.success && parsed.data.id === id ? parsed.data : unreadable;
    } catch {
      return unreadable;
    }
  }

  #file(id: string): string {
    if (!RUN_ID.test(id))
      throw new Error(`A run id is 1 to 64 letters, digits and hyphens; this is ${JSON.stringify(id)}.`);
    return join(this.folder, `${id}.json`);
  }
}

function ifMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
