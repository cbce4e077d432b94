import { messageOf } from '../../base/messageOf';
import { gateHealth, type GateHealth } from '../../core/gates/gateHealth';
import { readCommands } from '../../gates/readCommands';
import type { DecisionOutcome } from '../agents/findingDecisions';
import { lookAtTarget } from '../look';
import type { EnginePorts } from '../ports';
import { refuse, say, tell, type Said } from '../../core/words/said';

/** So many of the last runs, of all gates, say how a gate is. */
const HISTORY = 2000;

/** What gates are known for, and a person's word about those whose red is to stop nothing for now. */
export class Quarantining {
  constructor(
    private readonly ports: EnginePorts,
    private readonly onChange: () => void,
  ) {}

  async health(): Promise<readonly GateHealth[]> {
    const { git, settings, verdicts, quarantines } = this.ports;
    const target = await lookAtTarget(git, settings().target);
    const { gates } = await readCommands(this.ports, target.kind === 'missing' ? null : target.tip);
    const configured = gates.kind === 'gates' ? gates.gates : [];
    return gateHealth(configured, verdicts.recent(HISTORY), quarantines.list());
  }

  /** `test` null: the whole gate. */
  async begin(gate: string, test: string | null): Promise<DecisionOutcome> {
    if (test !== null && this.#isOnlyPrinted(gate, test)) {
      const message = say(
        "Test {0} is known from what gate {1} prints, and that does not say what else made it red. Name the gate's report (JUnit XML or TAP): then single tests can be quarantined.",
        test,
        gate,
      );
      return refuse(message);
    }
    const since = new Date(this.ports.clock.now()).toISOString();
    return this.#change(
      () => this.ports.quarantines.begin({ gate, ...(test !== null && { test }), since }),
      say(
        '{0} is quarantined: it runs and is shown, and its red stops nothing until you end that.',
        nameOf(gate, test),
      ),
    );
  }

  end(gate: string, test: string | null): Promise<DecisionOutcome> {
    return this.#change(
      () => this.ports.quarantines.end({ gate, ...(test !== null && { test }) }),
      say('{0} counts again: its red stops a story.', nameOf(gate, test)),
    );
  }

  #isOnlyPrinted(gate: string, test: string): boolean {
    const runs = this.ports.verdicts.recent(HISTORY).filter((run) => run.gate === gate);
    return runs.find(({ tests }) => tests?.failed.includes(test) === true)?.tests?.printed !== undefined;
  }

  async #change(write: () => Promise<void>, done: Said): Promise<DecisionOutcome> {
    try {
      await write();
    } catch (error) {
      return refuse(messageOf(error));
    }
    const told = tell(done);
    this.ports.log.info(`[gates] ${told.message}`);
    this.onChange();
    return { kind: 'done', ...told };
  }
}

function nameOf(gate: string, test: string | null): Said {
  return test === null ? say('Gate {0}', gate) : say('Test {0} of gate {1}', test, gate);
}
