import { chmodSync, readdirSync, writeFileSync, existsSync, rmSync } from 'node:fs';
import { waitFor } from '../../support/waitFor';
import { findOnPath } from '../../support/workbench/chromium';
import type { TemporaryFolder } from '../../support/temporaryFolder';

/**
 * A git that stops where a landing moves a target that is checked out, until it is let through. Everything else goes
 * straight to the real one. For VS Code's setting `git.path`; nothing of the product knows of it.
 */
export class LandingGate {
  readonly path: string;
  readonly #open: string;

  constructor(private readonly folder: TemporaryFolder) {
    const git = findOnPath(['git']);
    if (git === undefined) throw new Error('There is no git on PATH.');
    this.path = folder.at('git');
    this.#open = folder.at('open');
    const script = `#!/bin/sh
case " $* " in
*" merge --ff-only "*)
  : > "${folder.path}/landing.$$"
  while [ ! -e "${this.#open}" ]; do sleep 0.05; done ;;
esac
exec "${git}" "$@"
`;
    writeFileSync(this.path, script);
    chmodSync(this.path, 0o755);
  }

  letThrough(): void {
    writeFileSync(this.#open, '');
  }

  /** Lets nobody through from now on, and counts from nought. */
  close(): void {
    rmSync(this.#open, { force: true });
    for (const file of this.#arrived()) rmSync(this.folder.at(file));
  }

  /** Waits until so many landings stand here. */
  async waitForLanding(count: number): Promise<void> {
    if (existsSync(this.#open)) throw new Error('Landings are let through.');
    await waitFor(`${count} landings at the gate`, () => this.#arrived().length >= count, {
      deadlineMs: 120_000,
      seen: () => this.#arrived(),
    });
  }

  #arrived(): string[] {
    return readdirSync(this.folder.path).filter((name) => name.startsWith('landing.'));
  }
}
