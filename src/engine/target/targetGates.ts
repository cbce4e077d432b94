import type { BaseVerdict } from '../../core/landing/baseVerdict';
import type { GateResult, MergeJob } from '../../core/landing/job';
import { searchRed } from '../../core/landing/targetLine';
import type { Gate } from '../../gates/chooseGates';
import type { GateProgress, TargetFacts } from '../../core/pipeline/facts';
import { GREEN_SAID_MS, type GreenAgain, type RedTarget } from '../../core/pipeline/targetHealth';
import { targetOutputId } from '../../core/story/contentIds';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Prover } from '../../gates/prover';
import { readCommands, type CommandPorts, type Commands } from '../../gates/readCommands';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { ContentStore, JobJournal, QueueResumes, StoreHealth } from '../../ports/store';
import type { Verdicts } from '../../ports/verdicts';
import { Probe } from './probe';
import type { TargetHistory } from './targetHistory';

interface TargetGatesPorts extends CommandPorts {
  readonly history: TargetHistory;
  readonly verdicts: Verdicts;
  readonly journal: Pick<JobJournal, 'jobsOf'>;
  readonly resumes: QueueResumes;
  readonly content: Pick<ContentStore, 'read'>;
  readonly health: Pick<StoreHealth, 'blame'>;
  readonly prover: Prover;
  readonly log: Log;
  readonly clock: Clock;
  /** Something ended: a reason to look again. */
  readonly onEnd: () => void;
}

/** A red target is noticed where its verdict is among so many. */
const RECENT = 2000;

/** Of all gates, those up to one of them, which may build on what the others leave; null for all. */
interface Asked {
  readonly commands: Commands;
  readonly upTo: string | null;
  /** Whether what passed before on the same files runs again. */
  readonly known: 'counts' | 'runsAgain';
}

/** `rules` are those of the commit itself, unless given. */
interface JudgeHow {
  readonly progress: (at: GateProgress) => void;
  readonly signal: AbortSignal;
  readonly rules?: Commands;
}

/**
 * Whether the target itself is red: asked of the ledger first, and of its gates where that does not know. What turned it
 * red is looked for along its own line.
 */
export class TargetGates {
  readonly #probe: Probe;
  /** What is known to be red of the line up to a tip, as it was looked at last. */
  #reds: { readonly tip: Oid; readonly commits: readonly Oid[] } | null = null;
  /** The story under whose name the output of a tip's gates was kept last. */
  #said: { readonly tip: Oid; readonly outputId: string } | null = null;

  /** Red when it was looked at last. */
  #red: RedTarget | null = null;
  #green: GreenAgain | null = null;
  #ranAgain: { readonly tip: Oid; readonly at: number; readonly was: 'red' | 'silent' } | null = null;

  constructor(private readonly ports: TargetGatesPorts) {
    this.#probe = new Probe(ports);
  }

  /** Whether gates run on what has landed. */
  get isAtWork(): boolean {
    return !this.#probe.isFree();
  }

  /** Null while nothing says that the target is red. Looks at the ledger; starts nothing. */
  async look(target: TargetFacts, commands: Commands, stories: readonly StoryRecord[]): Promise<RedTarget | null> {
    if (target.kind === 'missing' || commands.gates.kind !== 'gates') return null;
    const red = await this.#lookAt(target.tip, commands.gates.gates, stories);
    const was = this.#red;
    this.#red = red;
    if (red !== null) this.#green = null;
    else if (was !== null) {
      const verdicts = await this.ports.prover.verdictsOf(commands.gates.gates);
      const isProven = verdicts.of(await this.ports.history.treeOf(target.tip), was.gate) === 'green';
      const why = isProven ? 'proven' : target.tip === was.tip ? 'judged' : 'moved';
      this.#green = { tip: target.tip, gate: was.gate, since: this.ports.clock.now(), why };
    }
    return red;
  }

  /** That it was red until a while ago; null where it was not, or is. */
  greenAgain(): GreenAgain | null {
    const isOld = this.#green !== null && this.ports.clock.now() - this.#green.since > GREEN_SAID_MS;
    return isOld ? null : this.#green;
  }

  async #lookAt(tip: Oid, gates: readonly Gate[], stories: readonly StoryRecord[]): Promise<RedTarget | null> {
    const tree = await this.ports.history.treeOf(tip);
    // Nearly always nothing is red, and then no gate's program is looked at.
    if (!this.ports.verdicts.recent(RECENT).some((one) => one.tree === tree && one.verdict === 'failed')) return null;
    const verdicts = await this.ports.prover.verdictsOf(gates);
    const gate = verdicts.redGate(tree);
    if (gate === null) return null;
    const line = await this.ports.history.lineAt(tip);
    const search = searchRed(line.map((commit) => verdicts.of(commit.tree, gate)));
    const first = search.kind === 'found' ? search.first : search.earliest;
    const since = line[first];
    if (since === undefined) return null;
    this.#reds = { tip, commits: line.slice(0, first + 1).map(({ oid }) => oid) };
    const wanted = search.kind === 'searching' ? line[search.next]?.oid : undefined;
    const next = wanted === undefined || this.#probe.isSilent(wanted) ? null : wanted;
    const resumedAt = this.ports.resumes.at(tip);
    return {
      tip,
      gate,
      since,
      search: search.kind === 'found' ? 'found' : next === null ? 'lost' : 'under way',
      next,
      resumedAt,
      gatesSince: this.#probe.sinceOn(tip),
      ...(this.#ranAgain?.tip === tip && { ranAgain: { at: this.#ranAgain.at, was: this.#ranAgain.was } }),
      tried: this.#triedOn(tip, resumedAt, stories),
    };
  }

  /** The commits from the one that is known to have turned this tip red. */
  redsUpTo(tip: Oid): readonly Oid[] {
    return this.#reds?.tip === tip ? this.#reds.commits : [];
  }

  /** Those that this very tip kept from being proven, since a person said anything about it. */
  #triedOn(tip: Oid, resumedAt: string | null, stories: readonly StoryRecord[]): ReadonlySet<string> {
    const inQa = this.#redInQa(resumedAt);
    const tried = stories.filter(({ key, stage }) => {
      // One in QA that is to blame itself does not stay there.
      if (stage.name === 'QA') return inQa.has(`${key} ${stage.tip}`);
      const last = stage.name === 'Merge' ? this.ports.journal.jobsOf(key).at(-1) : undefined;
      if (stage.name !== 'Merge' || last?.stopped?.kind !== 'targetRed') return false;
      const isSame = last.storyTip === stage.tip && last.stopped.base === tip;
      return isSame && (resumedAt === null || last.stepAt > resumedAt);
    });
    return new Set(tried.map(({ key }) => key));
  }

  /** What stories' own gates were red on, as key and commit, since a person said that they run again, or that the queue goes on. */
  #redInQa(resumedAt: string | null): ReadonlySet<string> {
    const { verdicts } = this.ports;
    const red = verdicts.recent(RECENT).flatMap(({ of, key, commit, verdict, at }) => {
      if (of !== 'story' || key === null || verdict !== 'failed') return [];
      const since = [resumedAt, verdicts.askedAgain(key)];
      return since.every((one) => one === null || at >= one) ? [`${key} ${commit}`] : [];
    });
    return new Set(red);
  }

  /** Goes on looking for what turned the target red, unless it is at that already. */
  search({ next, gate }: RedTarget, commands: Commands): void {
    if (next === null || !this.#probe.isFree()) return;
    this.ports.log.info(`[target] looks for what turned it red: gate ${gate} runs on ${next}`);
    this.#probe.begin(next, next, (signal) => this.#prove(next, { commands, upTo: gate, known: 'counts' }, { signal }));
  }

  /** Runs the gates of the target on its tip once more, by a person's word. */
  runAgain(tip: Oid, finder: string | null): Promise<'begun' | 'busy'> {
    return this.#probe.beginInstead(tip, async () => {
      const commands = await readCommands(this.ports, tip);
      const asked: Asked = { commands, upTo: null, known: 'runsAgain' };
      return async (signal) => {
        const verdict = await this.#prove(tip, asked, { signal, finder });
        const was = verdict.kind === 'red' ? 'red' : 'silent';
        if (!signal.aborted)
          this.#ranAgain = verdict.kind === 'green' ? null : { tip, at: this.ports.clock.now(), was };
        return verdict;
      };
    });
  }

  /** What the gates said of this tip, as far as it is kept. */
  async outputOf(tip: Oid): Promise<string | null> {
    return this.#said?.tip === tip ? this.ports.content.read(this.#said.outputId) : null;
  }

  /**
   * Whether gate `gate` is red on what a candidate was built on: then nothing is proven about the candidate. The ledger
   * is asked first; where it does not know, the gates run there.
   */
  async judgeBase(
    job: Pick<MergeJob, 'storyKey' | 'number'>,
    base: Oid,
    gate: string,
    { progress, signal, rules }: JudgeHow,
  ): Promise<BaseVerdict> {
    const commands = rules ?? (await readCommands(this.ports, base));
    if (commands.gates.kind !== 'gates') return { kind: 'unknown' };
    const verdicts = await this.ports.prover.verdictsOf(commands.gates.gates);
    const known = verdicts.of(await this.ports.history.treeOf(base), gate);
    if (known === 'green') return { kind: 'green' };
    if (known === 'red') return { kind: 'red', result: alreadyRed(gate, base) };
    this.ports.log.info(`[target] gate ${gate} is red for #${job.number}; it runs on ${base} as well`);
    return this.#prove(base, { commands, upTo: gate, known: 'counts' }, { signal, progress, finder: job.storyKey });
  }

  close(): Promise<void> {
    return this.#probe.close();
  }

  async #prove(
    commit: Oid,
    { commands, upTo, known }: Asked,
    how: { signal: AbortSignal; progress?: (at: GateProgress) => void; finder?: string | null },
  ): Promise<BaseVerdict> {
    if (commands.gates.kind !== 'gates') return { kind: 'unknown' };
    const { gates } = commands.gates;
    const { signal, progress = () => undefined, finder = null } = how;
    const outputId = finder === null ? null : targetOutputId(finder);
    const end = upTo === null ? gates.length : gates.findIndex(({ name }) => name === upTo) + 1;
    const [first, ...rest] = gates.slice(0, end);
    if (first === undefined) return { kind: 'unknown' };
    const request = {
      commit,
      gates: [first, ...rest] as const,
      subject: commands.subject,
      outputId,
      known,
      story: null,
    };
    const outcome = await this.ports.prover.proveLanded(request, progress, signal);
    if (outputId !== null) this.#said = { tip: commit, outputId };
    // On a full disk gates fail for that: it says nothing of the target.
    if (outcome.kind === 'red' && (await this.ports.health.blame(null)) !== null) return { kind: 'unknown' };
    if (outcome.kind === 'red') return { kind: 'red', result: outcome.result };
    return { kind: outcome.kind === 'passed' ? 'green' : 'unknown' };
  }
}

function alreadyRed(gate: string, base: Oid): GateResult {
  const detail = `Gate ${gate} is red on ${base.slice(0, 7)} as well, which it was merged into.`;
  return { gate, command: '', verdict: 'failed', detail, ms: 0 };
}
