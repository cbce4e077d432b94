import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import type { Oid } from '../../../src/core/story/stage';
import { Prover, type ProofOutcome } from '../../../src/gates/prover';
import { readCommands } from '../../../src/gates/readCommands';
import { createProcesses } from '../../../src/processes/processes';
import { Ledger } from '../../../src/store/ledger/ledger';
import { jobAt, STAGES, storyIn } from '../../support/storyFixtures';
import type { TemporaryRepository } from '../../support/temporaryRepository';
import { portFor, quietLog } from '../git/fixture';
import { ownRunId } from '../../support/ownRunId';

/** A gate that is a line of sh. */
export const gate = (name: string, script: string, more: object = {}): object => ({
  name,
  command: ['sh', '-ec', script],
  ...more,
});

/** Proves commits on real git and with real processes, and keeps the verdicts in a real ledger. */
export class Proving {
  /** What gates and Switchyard said of the last proof. */
  output = '';
  now = systemClock.now;
  /** Names of gates. */
  quarantined: readonly string[] = [];
  quarantinedTests: readonly { readonly gate: string; readonly test: string }[] = [];
  #runs = 0;

  private constructor(
    private readonly repository: TemporaryRepository,
    public ledger: Ledger,
  ) {}

  static async in(repository: TemporaryRepository): Promise<Proving> {
    return new Proving(repository, await Proving.#open(repository));
  }

  static #open(repository: TemporaryRepository): Promise<Ledger> {
    return Ledger.open(path.join(repository.folder, 'runs.log'), { clock: systemClock, log: quietLog });
  }

  /** As after the window was closed and opened again. */
  async reopen(): Promise<void> {
    await this.ledger.close();
    this.ledger = await Proving.#open(this.repository);
  }

  close(): Promise<void> {
    return this.ledger.close();
  }

  /** Proves a story's commit, or the candidate that lands it, by these gates. */
  async prove(
    gates: readonly object[],
    what: { of?: 'story' | 'candidate'; at?: string; base?: string } = {},
  ): Promise<ProofOutcome> {
    const tip: Oid = await this.repository.git('rev-parse', what.at ?? 'main');
    const base: Oid = await this.repository.git('rev-parse', what.base ?? what.at ?? 'main');
    const ports = this.#ports(gates);
    const prover = new Prover(ports);
    const signal = new AbortController().signal;
    this.output = '';
    if (what.of !== 'candidate') {
      const commands = await readCommands(ports, tip);
      return prover.proveStory(storyIn(STAGES.QA, { key: 'k1', number: 1 }), { tip, base, commands }, () => undefined, signal); // prettier-ignore
    }
    const tree = await this.repository.git('rev-parse', `${tip}^{tree}`);
    const candidate = { commit: tip, tree, parents: [tip], base };
    return prover.proveCandidate(jobAt('gating', { storyKey: 'k1', number: 1, candidate }), candidate, () => undefined, signal); // prettier-ignore
  }

  #ports(gates: readonly object[]): ConstructorParameters<typeof Prover>[0] {
    const { repository } = this;
    const write = (text: string): void => void (this.output += text);
    return {
      git: portFor(repository.path, quietLog),
      settings: () => ({ gates, agents: [], reviewPaths: null }),
      folders: { mainWorktree: repository.path, worktrees: () => path.join(repository.folder, 'trees') },
      processes: createProcesses({ recordDir: path.join(repository.folder, 'records'), log: quietLog }),
      content: { openOutput: () => ({ write, tail: () => this.output, close: () => Promise.resolve() }) },
      health: { blame: () => Promise.resolve(null) },
      verdicts: this.ledger,
      quarantines: {
        list: () =>
          [...this.quarantined.map((name) => ({ gate: name })), ...this.quarantinedTests].map((one) => ({
            ...one,
            since: new Date(0).toISOString(),
          })),
      },
      clock: { ...systemClock, now: () => this.now() },
      log: quietLog,
      permission: () => 'granted',
      newId: () => ownRunId(`run-${(this.#runs += 1)}`),
      onOutput: () => undefined,
    };
  }
}
