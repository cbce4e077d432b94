import { randomUUID } from 'node:crypto';
import { open, rm } from 'node:fs/promises';
import path from 'node:path';
import type { StoreLoss } from '../core/recovery/storeLoss';
import type { StoreHealth } from '../ports/store';
import { makeStoreFolder } from './log/makeStoreFolder';
import type { LossFile } from './recovery/lossFile';
import { explainDiskError, type StoreError } from './storeError';

/** As much as a change and its journal record may need; a disk with less to spare counts as full. */
const TRIAL_BYTES = 16 * 1024;

/**
 * Whether the store can be written to. After a write has failed this is found out by a trial each time somebody asks,
 * so that a problem is gone when its cause is.
 */
export class DiskHealth implements StoreHealth {
  #failure: StoreError | null = null;

  constructor(
    private readonly root: string,
    private readonly lossFile: LossFile,
  ) {}

  /** A write failed. */
  readonly note = (failure: StoreError): void => {
    this.#failure = failure;
  };

  async problem(): Promise<string | null> {
    const failure = this.#failure;
    if (failure === null) return null;
    if (failure.kind === 'diskFull' || failure.kind === 'notWritable' || failure.kind === 'failed') {
      const now = await this.#tryToWrite();
      if (this.#failure === failure) this.#failure = now;
    }
    return this.#failure?.message ?? null;
  }

  losses(): readonly StoreLoss[] {
    return this.lossFile.list();
  }

  acknowledge(): Promise<void> {
    return this.lossFile.acknowledge();
  }

  async #tryToWrite(): Promise<StoreError | null> {
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
}
