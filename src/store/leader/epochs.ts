import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rm } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { syncFolder } from '../log/durableFile';
import { errorCode } from '../storeError';

/** Who claimed an epoch. `socket` is the path (on Windows the pipe) on which it listens for as long as it lives. */
const holderSchema = z.object({ socket: z.string().min(1), pid: z.int(), startedAt: z.iso.datetime() });
export type Holder = z.infer<typeof holderSchema>;

/** A claimed epoch; `holder` is null where its file does not say (damaged, or not written to the end). */
export interface Claim {
  readonly epoch: number;
  readonly holder: Holder | null;
}

const EPOCH_FILE = /^epoch-([1-9]\d{0,14})\.json$/;

function fileOf(folder: string, epoch: number): string {
  return path.join(folder, `epoch-${epoch}.json`);
}

async function epochs(folder: string): Promise<number[]> {
  const names = await readdir(folder);
  return names.flatMap((name) => Number(EPOCH_FILE.exec(name)?.[1] ?? [])).filter((epoch) => epoch > 0);
}

/** The highest epoch ever claimed, 0 for none. Its file is never deleted, so it never falls. */
export async function highestEpoch(folder: string): Promise<number> {
  return Math.max(0, ...(await epochs(folder)));
}

export async function readClaim(folder: string, epoch: number): Promise<Claim> {
  try {
    return { epoch, holder: holderSchema.parse(JSON.parse(await readFile(fileOf(folder, epoch), 'utf8'))) };
  } catch {
    return { epoch, holder: null };
  }
}

/**
 * Creates the file of an epoch, safe on disk and complete from the moment at which it can be seen. Of several that
 * claim one epoch, one succeeds. Returns whether it was this one.
 */
export async function claimEpoch(folder: string, epoch: number, holder: Holder): Promise<boolean> {
  const draft = path.join(folder, `draft-${randomBytes(8).toString('hex')}`);
  try {
    await writeNew(draft, JSON.stringify(holder));
    await linkOrWrite(draft, fileOf(folder, epoch), holder);
    await syncFolder(folder);
    return true;
  } catch (error) {
    if (errorCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(draft, { force: true });
  }
}

/** Some file systems have no hard links. There a reader may meet a file that is not complete yet, and looks again. */
async function linkOrWrite(draft: string, file: string, holder: Holder): Promise<void> {
  try {
    await link(draft, file);
  } catch (error) {
    if (errorCode(error) === 'EEXIST') throw error;
    await writeNew(file, JSON.stringify(holder));
  }
}

async function writeNew(file: string, text: string): Promise<void> {
  const handle = await open(file, 'wx');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Deletes the files of epochs before the one that preceded `epoch`. That one stays, so that a reader of the folder
 * who misses a name that is just being created still meets one that is higher than its own.
 */
export async function forgetEpochsBefore(folder: string, epoch: number): Promise<void> {
  const old = (await epochs(folder)).filter((other) => other < epoch - 1);
  await Promise.all(old.map((other) => rm(fileOf(folder, other), { force: true })));
}
