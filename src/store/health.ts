import { randomUUID } from 'node:crypto';
import { access, constants, open, rm, statfs } from 'node:fs/promises';
import path from 'node:path';
import type { Disposable } from '../base/disposable';
import type { StoreLoss } from '../core/recovery/storeLoss';
import { toldBy, type Told } from '../core/words/said';
import type { StoreHealth } from '../ports/store';
import { makeStoreFolder } from './log/makeStoreFolder';
import type { LossFile } from './recovery/lossFile';
import { diskErrorIn, errorCode, explainDiskError, pathOf, type StoreError } from './storeError';

/** As much as a change and its journal record may need; a disk with less to spare counts as full. */
const TRIAL_BYTES = 16 * 1024;

/** Where so little is left (bytes) after something failed, that is why: git and programs need more than a record does. */
const LITTLE = 1024 * 1024;

/**
 * Whether the store, and where worktrees lie, can be written to. After something has failed this is found out by a trial
 * each time somebody asks, so that a problem is gone when its cause is.
 */
export class DiskHealth implements StoreHealth {
  #failure: StoreError | null = null;
  /** The folder in which something could not be written last. */
  #place: string | null = null;
  readonly #listeners = new Set<() => void>();

  /** `others` are folders outside the store that work needs; they are looked at, and nothing is written there. */
  constructor(
    private readonly root: string,
    private readonly lossFile: LossFile,
    private readonly others: () => readonly string[] = () => [],
  ) {
    lossFile.onFound = () => this.#tell();
  }

  /** A write failed. */
  readonly note = (failure: StoreError): void => {
    const isNews = this.#failure === null;
    this.#failure = failure;
    if (isNews) this.#tell();
  };

  #tell(): void {
    for (const tell of this.#listeners) tell();
  }

  onTrouble(listener: () => void): Disposable {
    this.#listeners.add(listener);
    return { dispose: () => void this.#listeners.delete(listener) };
  }

  async problem(): Promise<Told | null> {
    const failure = this.#failure;
    if (failure === null) return null;
    if (failure.kind === 'diskFull' || failure.kind === 'notWritable' || failure.kind === 'failed') {
      const now = await this.#tryToWrite();
      if (this.#failure === failure) this.#failure = now;
    }
    return this.#failure === null ? null : toldBy(this.#failure, this.#failure.message);
  }

  async blame(cause: unknown): Promise<Told | null> {
    const known = diskErrorIn(cause, (file) => this.#isOurs(file));
    const where = known === null ? null : pathOf(known);
    if (where !== null && this.#isOurs(where)) this.#place = path.dirname(where);
    const failure = known === null ? await this.#tryToWrite() : explainDiskError('Work cannot go on', where ?? this.root, known); // prettier-ignore
    if (failure !== null) this.note(failure);
    return failure === null ? null : toldBy(failure, failure.message);
  }

  losses(): readonly StoreLoss[] {
    return this.lossFile.list();
  }

  acknowledge(): Promise<void> {
    return this.lossFile.acknowledge();
  }

  /** Whatever lies in the common git folder or where worktrees are made is for Switchyard to write. */
  #isOurs(file: string): boolean {
    return [path.dirname(this.root), ...this.others()].some((folder) => file.startsWith(`${folder}${path.sep}`));
  }

  async #tryToWrite(): Promise<StoreError | null> {
    const failure = (await this.#tryStore()) ?? (await this.#lookAround());
    if (failure === null) this.#place = null;
    return failure;
  }

  async #tryStore(): Promise<StoreError | null> {
    const trial = path.join(this.root, `trial-${randomUUID()}`);
    try {
      await makeStoreFolder(this.root, this.root);
      const file = await open(trial, 'wx');
      try {
        await file.writeFile(Buffer.alloc(TRIAL_BYTES, 1));
        await file.datasync();
      } finally {
        await file.close();
      }
      return null;
    } catch (error) {
      return explainDiskError('Changes cannot be saved', this.root, error);
    } finally {
      await rm(trial, { force: true }).catch(() => undefined);
    }
  }

  /** The store's own disk may have room for a record and none for a checkout, and worktrees may lie on another. */
  async #lookAround(): Promise<StoreError | null> {
    for (const folder of [this.root, ...(this.#place === null ? [] : [this.#place]), ...this.others()]) {
      const problem = await lookAt(folder);
      if (problem !== null) return problem;
    }
    return null;
  }
}

async function lookAt(folder: string): Promise<StoreError | null> {
  const place = await nearest(folder);
  try {
    await access(place, constants.W_OK);
    const { bavail, bsize } = await statfs(place);
    if (bavail * bsize >= LITTLE) return null;
    throw Object.assign(new Error('hardly any space is left'), { code: 'ENOSPC' });
  } catch (error) {
    return explainDiskError('Nothing can be made here', place, error);
  }
}

/** A folder, or the one above it that is there. */
async function nearest(folder: string): Promise<string> {
  const isThere = await access(folder).then(
    () => true,
    (error: unknown) => errorCode(error) !== 'ENOENT',
  );
  const above = path.dirname(folder);
  return isThere || above === folder ? folder : nearest(above);
}
