import type { MergeJob } from '../../core/landing/job';
import { choosePolicy } from '../../core/pipeline/choosePolicy';
import { landingEnds, measureQueue, type LandingEnd } from '../../core/pipeline/measureQueue';
import type { PolicyChoice, QueueBounds } from '../../core/pipeline/policy';
import type { JobJournal } from '../../ports/store';
import type { Verdicts } from '../../ports/verdicts';

interface ChooserPorts {
  readonly verdicts: Pick<Verdicts, 'recent'>;
  readonly journal: Pick<JobJournal, 'jobs'>;
}

/** So many runs of gates are looked at: those of some fifty candidates, with a few gates each. */
const RECENT_RUNS = 300;

interface Made {
  readonly newest: unknown;
  readonly ends: readonly LandingEnd[];
  readonly bounds: string;
  readonly choice: PolicyChoice;
}

/** Keeps the queue's policy: it is reckoned anew only when something was measured or set, from the one in force so far. */
export class QueueChooser {
  #made: Made | null = null;
  #ended: { readonly jobs: readonly MergeJob[]; readonly ends: readonly LandingEnd[] } | null = null;

  constructor(private readonly ports: ChooserPorts) {}

  choose(wanted: QueueBounds): PolicyChoice {
    const { verdicts, journal } = this.ports;
    const [newest] = verdicts.recent(1);
    const [ends, bounds] = [this.#endsOf(journal.jobs()), JSON.stringify(wanted)];
    const made = this.#made;
    if (made !== null && made.newest === newest && made.bounds === bounds && isSame(made.ends, ends))
      return made.choice;
    const measures = measureQueue(verdicts.recent(RECENT_RUNS), ends);
    const choice = choosePolicy({ ...measures, ...wanted, before: made?.choice.policy ?? null });
    this.#made = { newest, ends, bounds, choice };
    return choice;
  }

  /** Gone through only when a job was written: the journal hands out the same list until then. */
  #endsOf(jobs: readonly MergeJob[]): readonly LandingEnd[] {
    if (this.#ended?.jobs !== jobs) this.#ended = { jobs, ends: landingEnds(jobs) };
    return this.#ended.ends;
  }
}

function isSame(some: readonly LandingEnd[], others: readonly LandingEnd[]): boolean {
  return some.length === others.length && some.every((end, at) => end === others[at]);
}
