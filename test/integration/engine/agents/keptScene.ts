import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../../src/base/systemClock';
import type { Clock } from '../../../../src/ports/clock';
import type { RunMembers } from '../../../../src/keeper/runFolder';
import { keeperBundle } from '../../../contract/agents/keptRunsUnderTest';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

/** A repository for each test, windows on it whose agents have keepers, and what those keep. */
export class KeptScene {
  repository!: TemporaryRepository;
  /** What an agent waits for: a file that is not there yet. */
  release = '';
  #keeper = '';
  readonly #windows: TestWindow[] = [];

  /** Registers with the suite that this is called in. */
  constructor() {
    before(() => (this.#keeper = keeperBundle()));
    beforeEach(async () => {
      this.repository = await TemporaryRepository.create({ branch: 'main' });
      await this.repository.commit({ 'a.txt': 'one\n' }, 'Begin');
      this.release = path.join(this.repository.folder, 'release');
    });
    afterEach(async () => {
      for (const window of this.#windows.splice(0)) await window.close();
      await this.repository.dispose();
    });
  }

  /** Closed after the test unless that has closed it. */
  async open(agent: object, clock: Clock = systemClock): Promise<TestWindow> {
    const window = new TestWindow(this.repository, { keeper: this.#keeper, settings: { agents: [agent] }, clock });
    this.#windows.push(window);
    await window.open();
    return window;
  }

  /** A folder for each run that is kept. */
  runs(): string[] {
    const folder = path.join(this.repository.path, '.git', 'switchyard', 'agents');
    return existsSync(folder) ? readdirSync(folder).map((name) => path.join(folder, name)) : [];
  }

  /** Process id of the agent of the first of them, once it runs. */
  agent(): Promise<number> {
    return waitFor('the agent’s process', () => {
      const { main } = JSON.parse(readFileSync(path.join(this.runs()[0] ?? '', 'members.json'), 'utf8')) as RunMembers;
      return main?.pid ?? 0;
    });
  }
}
