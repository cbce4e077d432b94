import { randomBytes } from 'node:crypto';
import { link, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { replaceFile, syncFolder } from '../log/durableFile';
import { errorCode } from '../storeError';
import { holderSchema, type Claim, type Holder } from './claim';

/** No leader gets here by counting, were there a new one each second. A higher number is not a claim of ours. */
export const HIGHEST_EPOCH = 10 ** 12;

const EPOCH_FILE = /^epoch-([1-9]\d*)\.json$/;
/** For its owner alone: it holds the token. */
const CLAIM_MODE = 0o600;

function fileOf(folder: string, epoch: number): string {
  return path.join(folder, `epoch-${epoch}.json`);
}

/** Beside the folder, so that epochs rise even when the folder was deleted. */
function witnessOf(folder: string): string {
  return path.join(path.dirname(folder), 'last-epoch');
}

/** Files and folders by which any change of a claim, or of who else claims, shows. */
export function placesOfClaim(folder: string, epoch: number): string[] {
  return [folder, fileOf(folder, epoch), witnessOf(folder)];
}

/** Numbers of the claims in a folder; none where the folder is gone. */
export async function epochsIn(folder: string): Promise<number[]> {
  return (await namesIn(folder))
    .map((name) => Number(EPOCH_FILE.exec(name)?.[1] ?? 0))
    .filter((epoch) => epoch > 0 && epoch <= HIGHEST_EPOCH);
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (errorCode(error) === 'ENOENT') return [];
    throw error;
  }
}

/** The highest epoch claimed, 0 for none. Its file is never deleted by us, so it does not fall. */
export async function highestEpoch(folder: string): Promise<number> {
  return Math.max(0, ...(await epochsIn(folder)));
}

/**
 * The highest epoch that was noted to lead, 0 for none. To be read before the claims are: a later leader's note must not
 * lift a claim above that leader, whom nobody asked whether it lives.
 */
export async function notedEpoch(folder: string): Promise<number> {
  const noted = Number(await readFile(witnessOf(folder), 'utf8').catch(() => ''));
  return Number.isSafeInteger(noted) && noted > 0 && noted < HIGHEST_EPOCH ? noted : 0;
}

/** Notes that an epoch leads, where the loss of the folder does not reach. */
export async function noteEpoch(folder: string, epoch: number): Promise<void> {
  await replaceFile(witnessOf(folder), String(epoch));
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
  const handle = await open(file, 'wx', CLAIM_MODE);
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
  const old = (await epochsIn(folder)).filter((other) => other < epoch - 1);
  await Promise.all(old.map((other) => rm(fileOf(folder, other), { force: true })));
}

/** Puts a claim that can lead nowhere out of the way, where a person can still look at it. */
export async function setAside(folder: string, epoch: number): Promise<void> {
  await moveAside(folder, `epoch-${epoch}.json`);
}

/** Puts claims with numbers that nobody can have counted up to out of the way; returns their names. */
export async function setAbsurdAside(folder: string): Promise<string[]> {
  const absurd = (await namesIn(folder)).filter((name) => Number(EPOCH_FILE.exec(name)?.[1] ?? 0) > HIGHEST_EPOCH);
  for (const name of absurd) await moveAside(folder, name);
  return absurd;
}

async function moveAside(folder: string, name: string): Promise<void> {
  try {
    await rename(path.join(folder, name), path.join(folder, `set-aside-${randomBytes(4).toString('hex')}-${name}`));
  } catch (error) {
    if (errorCode(error) !== 'ENOENT') throw error; // another window was first
  }
}
