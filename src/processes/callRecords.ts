import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import * as z from 'zod/mini';

/** What can have left a lock: one call of git's by Switchyard, or all that an agent did in its worktree. */
const recordSchema = z.object({
  runId: z.string(),
  kind: z.enum(['call', 'run']),
  /** Where it works: a work tree, or a git dir. */
  folder: z.string(),
  host: z.string(),
  /** Where this record lies, unless its repository was copied or moved since. */
  home: z.exactOptional(z.string()),
  /** In ms since 1970, before it was started. */
  at: z.number(),
});
export type CallRecord = z.infer<typeof recordSchema>;

const RUN_ID = /^[A-Za-z0-9-]{1,100}$/;

/**
 * Calls that may be at work: one file each, written before the call is started and removed when it has ended by itself. After
 * a kill they tell whose lock a left lock is. They are no truth that anything else rests on, so a disk that takes none stops
 * no call.
 */
export class CallRecords {
  #folder: string | null = null;
  #made: Promise<unknown> | null = null;
  readonly #live = new Set<string>();

  /** Where the records lie, once it is known. */
  at(folder: string): void {
    this.#folder = folder;
  }

  async begin(call: Pick<CallRecord, 'runId' | 'kind' | 'folder'>): Promise<void> {
    const folder = this.#folder;
    if (folder === null || !RUN_ID.test(call.runId)) return;
    this.#live.add(call.runId);
    const record: CallRecord = { ...call, host: hostname(), home: folder, at: Date.now() };
    const write = (): Promise<void> => writeFile(path.join(folder, call.runId), JSON.stringify(record));
    this.#made ??= mkdir(folder, { recursive: true, mode: 0o700 });
    await this.#made.then(write).catch(async () => {
      // The folder may have been deleted under a running engine.
      this.#made = null;
      await mkdir(folder, { recursive: true, mode: 0o700 })
        .then(write)
        .catch(() => undefined);
    });
  }

  /** `left`: nobody can say that it ended by itself, so its record stays. */
  async end(runId: string, how: 'byItself' | 'left'): Promise<void> {
    this.#live.delete(runId);
    if (how === 'byItself') await this.forget(runId);
  }

  async forget(runId: string): Promise<void> {
    if (this.#folder === null || !RUN_ID.test(runId)) return;
    await rm(path.join(this.#folder, runId), { force: true }).catch(() => undefined);
  }

  /** Of calls that were made for this very repository on this machine: a copy of it has the records of the other as well. */
  async leftHere(): Promise<string[]> {
    const isHere = ({ kind, host, home }: CallRecord): boolean =>
      kind === 'call' && host === hostname() && home === this.#folder;
    return (await this.left()).filter(isHere).map(({ runId }) => runId);
  }

  /** Records that are left, without those of calls that this process waits for. One that cannot be read proves nothing. */
  async left(): Promise<CallRecord[]> {
    const folder = this.#folder;
    if (folder === null) return [];
    const names = await readdir(folder).catch((error: unknown) =>
      (error as NodeJS.ErrnoException).code === 'ENOENT' ? [] : Promise.reject(error as Error),
    );
    const records = await Promise.all(
      names.filter((name) => !this.#live.has(name)).map((name) => readRecord(folder, name)),
    );
    return records.filter((one) => one !== null);
  }
}

async function readRecord(folder: string, name: string): Promise<CallRecord | null> {
  try {
    const read = recordSchema.safeParse(JSON.parse(await readFile(path.join(folder, name), 'utf8')));
    return read.success && read.data.runId === name ? read.data : null;
  } catch {
    return null;
  }
}
