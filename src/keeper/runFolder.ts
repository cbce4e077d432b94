import { link, open, readFile, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import type { RunOutcome } from '../core/pipeline/runOutcome';
import type { ProcessMark } from '../processes/processEntry';

/** The files of one run, in a folder for its owner alone. */
export interface RunFolder {
  readonly root: string;
  /** Written by the host before anything starts. */
  readonly record: string;
  /** Whose run it is: written once, by the keeper before it starts the agent, or by a host that gives the run up. */
  readonly claim: string;
  /** Processes of the run, as they are noted while it goes on. */
  readonly members: string;
  readonly end: string;
  readonly segment: (number: number) => string;
}

export function runFolder(root: string): RunFolder {
  return {
    root,
    record: path.join(root, 'run.json'),
    claim: path.join(root, 'keeper.json'),
    members: path.join(root, 'members.json'),
    end: path.join(root, 'end.json'),
    segment: (number) => path.join(root, `output-${number}.log`),
  };
}

/** `givenUp`: no keeper came in time, and none may come any more. */
export type RunClaim =
  | { readonly kind: 'keeper'; readonly keeper: ProcessMark; readonly address: string }
  | { readonly kind: 'givenUp' };

/** `main` is the agent's own process; `others` are further ones, by id and start time, also such that carry no run id. */
export interface RunMembers {
  readonly main: ProcessMark | null;
  readonly others: readonly (readonly [pid: number, startedAt: number])[];
}

export interface RunEnd {
  readonly outcome: RunOutcome | { readonly kind: 'notStarted'; readonly why: string; readonly message: string };
  readonly leftBehind: readonly number[];
  /** Processes that this person may not end. */
  readonly denied: readonly number[];
  readonly endedAt: number;
  /** Number of the last piece of output, 0 for none. */
  readonly pieces: number;
}

const OWNER_ONLY = 0o600;

/** Writes a file that must not be there yet, whole from the moment at which it is seen. Of several, one succeeds. */
export async function claimFile(file: string, value: object): Promise<'claimed' | 'taken'> {
  const draft = `${file}.${process.pid}-${Date.now().toString(36)}`;
  await writeSynced(draft, value);
  try {
    await link(draft, file);
    return 'claimed';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken';
    return await createNew(file, value);
  } finally {
    await rm(draft, { force: true });
  }
}

/** Replaces a file as a whole; on disk when it resolves. */
export async function replaceJson(file: string, value: object): Promise<void> {
  const draft = `${file}.${process.pid}`;
  await writeSynced(draft, value);
  await rename(draft, file);
}

/** Null where there is no such file, or none that can be read. */
export async function readJson<T>(file: string): Promise<T | null> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as T;
  } catch {
    return null;
  }
}

/** Some file systems have no hard links. */
async function createNew(file: string, value: object): Promise<'claimed' | 'taken'> {
  try {
    await writeSynced(file, value, 'wx');
    return 'claimed';
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return 'taken';
    throw error;
  }
}

async function writeSynced(file: string, value: object, flag: 'w' | 'wx' = 'w'): Promise<void> {
  const handle = await open(file, flag, OWNER_ONLY);
  try {
    await handle.writeFile(`${JSON.stringify(value)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function codeOf(error: unknown): string | undefined {
  return (error as NodeJS.ErrnoException).code;
}
