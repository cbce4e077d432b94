import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { TemporaryRepository } from '../../support/temporaryRepository';
import type { Random } from '../random';
import { SHARED } from './plan';

/** A file of the checkout that no story touches. */
export const NOTES = 'notes.txt';

/** The person at the keyboard, who outlives every window: commits to the target, and leaves files changed. */
export class Person {
  readonly commits: string[] = [];
  /** What their changed files have to hold, by path. */
  readonly dirty = new Map<string, string>();
  #deeds = 0;

  constructor(
    private readonly repository: TemporaryRepository,
    private readonly random: Random,
  ) {}

  async act(): Promise<void> {
    this.#deeds += 1;
    switch (this.random.below(5)) {
      case 0:
        return this.#commit();
      case 1:
        return this.#change(NOTES);
      case 2:
        return this.#change(SHARED);
      default:
        return;
    }
  }

  /** Gives the shared file back, so that what waits for it can land. Only while no window is there. */
  async tidy(): Promise<void> {
    if (!this.dirty.delete(SHARED)) return;
    await this.repository.git('checkout', '--', SHARED);
  }

  async #commit(): Promise<void> {
    const name = `person-${this.#deeds}.txt`;
    writeFileSync(path.join(this.repository.path, name), `deed ${this.#deeds}\n`);
    try {
      await this.repository.git('add', '--', name);
      await this.repository.git('commit', '--quiet', '--only', '-m', `Deed ${this.#deeds}`, '--', name);
    } catch {
      // The index is locked by a landing just now: the file stays as it is, staged or not.
      this.dirty.set(name, `deed ${this.#deeds}\n`);
      return;
    }
    this.commits.push(await this.repository.git('rev-parse', 'HEAD'));
  }

  #change(name: string): void {
    const text = `changed by deed ${this.#deeds}\n`;
    writeFileSync(path.join(this.repository.path, name), text);
    this.dirty.set(name, text);
  }
}
