import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { bundleScript, runScript, type ScriptEnd } from '../support/childProcess';
import { ENGINE_BUNDLE } from '../support/engineBundle';
import type { BundleTask } from '../support/openBundle';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository, type Files } from '../support/temporaryRepository';

/** What the tests of one kill have: the program that is killed, and for each test a repository of one commit. */
export class CrashScene {
  readonly #scripts = new TemporaryFolder();
  #script = '';
  #repository: TemporaryRepository | null = null;

  /** `program` is a script of this folder. Only to be made in a `describe`. */
  constructor(program: string, files: Files) {
    before(() => (this.#script = bundleScript(`crash/${program}`, this.#scripts.path)));
    after(() => this.#scripts.remove());
    beforeEach(async () => {
      this.#repository = await TemporaryRepository.create({ branch: 'main' });
      await this.#repository.commit(files, 'Begin');
    });
    afterEach(() => this.repository.dispose());
  }

  get script(): string {
    return this.#script;
  }

  get repository(): TemporaryRepository {
    assert.ok(this.#repository !== null);
    return this.#repository;
  }

  /** Which engine a process opens, and where. */
  get place(): BundleTask {
    return { repository: this.repository.path, ...ENGINE_BUNDLE };
  }

  /** A file that is none of the repository's. */
  beside(name: string): string {
    return path.join(this.repository.folder, name);
  }

  /** Runs one process after another, as long as each is killed, until one ends by itself, and well. */
  async runUntilOver(task: BundleTask): Promise<ScriptEnd> {
    let end: ScriptEnd;
    do end = await runScript(this.#script, task);
    while (end.signal === 'SIGKILL');
    assert.equal(end.code, 0, end.stderr);
    return end;
  }
}

/** None where there is no such file yet. */
export function linesOf(file: string): string[] {
  return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter((line) => line !== '') : []; // prettier-ignore
}
