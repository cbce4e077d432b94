import { sha256 } from '../../base/sha256';
import { SerialQueue } from '../../base/serialQueue';
import { messageOf } from '../../base/messageOf';
import { CONFIG_FILE, configSchema } from '../../core/gates/gateConfig';
import type { GateResult, MergeJob } from '../../core/landing/job';
import { gateDefinition } from '../../core/receipts/gateDefinition';
import { makeReceipt, type GateBackground } from '../../core/receipts/makeReceipt';
import type { UnchainedReceipt } from '../../core/receipts/receipt';
import { hasLanded } from '../../core/recovery/landedBefore';
import { gateOutputId } from '../../core/story/contentIds';
import { readCommands, type CommandPorts } from '../../gates/readCommands';
import type { Clock } from '../../ports/clock';
import type { Log } from '../../ports/log';
import type { Receipts } from '../../ports/receipts';
import type { Refs } from '../../ports/refs';
import type { ContentStore, JobJournal, StoryStore } from '../../ports/store';
import type { Verdicts } from '../../ports/verdicts';

interface LandingReceiptsPorts extends CommandPorts {
  readonly git: Pick<Refs, 'readFileAt' | 'identity'> & Pick<Receipts, 'withoutReceipt' | 'writeReceipts'>;
  readonly journal: Pick<JobJournal, 'jobs'>;
  readonly store: Pick<StoryStore, 'history'>;
  readonly content: Pick<ContentStore, 'read'>;
  readonly verdicts: Pick<Verdicts, 'recent'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** How many verdicts back the runs of a landing are looked for. */
const RECENT = 500;
/** Where gates run, in one word. */
const PLATFORM = `${process.platform}-${process.arch}`;

/**
 * Writes the receipt of each landing, after it and beside the queue: no landing waits for one and none fails for one. What
 * a kill or a full disk cut off is made at the next landing or start, and says that it was made later.
 */
export class LandingReceipts {
  readonly #turns = new SerialQueue();
  /** Landed jobs whose receipt could not be written yet. */
  #left: readonly MergeJob[] = [];

  constructor(private readonly ports: LandingReceiptsPorts) {}

  /** A job has landed. */
  landed(job: MergeJob): void {
    void this.#turns.run(() => this.#write([...this.#left, job], job.id));
  }

  /** At a start: the receipts that earlier runs did not come to write. */
  catchUp(): void {
    void this.#turns.run(async () => {
      const landed = this.ports.journal.jobs().filter(hasLanded);
      const jobs = landed.toSorted((a, b) => (a.stepAt < b.stepAt ? -1 : 1));
      if (jobs.length > 0) await this.#write(jobs, null);
    });
  }

  /** Resolves when what is asked for so far is written, or was given up until later. */
  async settled(): Promise<void> {
    await this.#turns.run(() => Promise.resolve());
  }

  /** `now` is the job that has just landed; the others are late. */
  async #write(jobs: readonly MergeJob[], now: string | null): Promise<void> {
    const { git, log } = this.ports;
    try {
      const commits = jobs.flatMap(({ candidate }) => candidate?.commit ?? []);
      const missing = new Set(now === null ? await git.withoutReceipt(commits) : commits);
      const wanted = jobs.filter(({ candidate }) => candidate !== null && missing.has(candidate.commit));
      const receipts: UnchainedReceipt[] = [];
      for (const job of wanted) receipts.push(...(await this.#receiptOf(job, job.id === now)));
      const written = await git.writeReceipts(receipts);
      if (written > 0 && now === null) log.info(`[receipts] made ${written} later, which earlier runs did not come to`);
      this.#left = [];
    } catch (error) {
      this.#left = jobs;
      log.warn(`[receipts] not written yet, and tried again with the next landing or start: ${messageOf(error)}`);
    }
  }

  async #receiptOf(job: MergeJob, isNow: boolean): Promise<UnchainedReceipt[]> {
    const { git, store, content, clock } = this.ports;
    const through = this.#throughOf(job);
    const [identity, history, output, rules] = await Promise.all([
      git.identity(),
      store.history({ cursor: 0, limit: Number.MAX_SAFE_INTEGER, key: job.storyKey }),
      content.read(gateOutputId((through ?? job).storyKey)).catch(() => null),
      this.#rulesFor(through ?? job),
    ]);
    const receipt = makeReceipt({
      job,
      through,
      landedAt: job.stepAt,
      madeLater: isNow ? null : new Date(clock.now()).toISOString(),
      person: identity.kind === 'known' ? `${identity.name} <${identity.email}>` : null,
      history,
      ...rules,
      platform: PLATFORM,
      tools: { node: process.versions.node },
      // What is kept under this name is of the story's last gates: of an earlier landing nobody knows it any more.
      output: isNow && output !== null ? sha256(output) : null,
    });
    return receipt === null ? [] : [receipt];
  }

  /** The job by whose gates a member of a batch was proven. */
  #throughOf({ through }: MergeJob): MergeJob | null {
    if (through == null) return null;
    return this.ports.journal.jobs().find(({ candidate }) => candidate?.commit === through.commit) ?? null;
  }

  /** The gates as they were configured where the candidate was built. */
  async #rulesFor({ candidate, results }: MergeJob): Promise<Pick<Parameters<typeof makeReceipt>[0], 'gates' | 'gatesFrom'>> {
    if (candidate === null) return { gates: new Map(), gatesFrom: 'unknown' };
    const text = await this.ports.git.readFileAt(candidate.base, CONFIG_FILE);
    const inFile = text === null ? undefined : await gatesIn(text);
    const { gates } = await readCommands(this.ports, candidate.base);
    const config = gates.kind === 'gates' ? gates.config : [];
    const known = new Map(config.map((gate) => [gate.name, sha256(gateDefinition(gate))]));
    // Settings can have changed since; the project's file at that commit cannot.
    const gatesFrom = inFile !== undefined ? 'file' : results.length > 0 ? 'settings' : 'none';
    const ran = this.ports.verdicts.recent(RECENT);
    const background = ({ gate, reused }: GateResult): [string, GateBackground] => {
      // The newest first: what counted was the last one.
      const on = reused?.tree ?? candidate.tree;
      const record = ran.find(({ gate: name, tree }) => name === gate && tree === on);
      const output = record?.digest ?? null;
      const platform = record === undefined || record.platform === '' ? PLATFORM : record.platform;
      return [gate, { definition: known.get(gate) ?? null, output, platform }];
    };
    return { gatesFrom, gates: new Map(results.map(background)) };
  } // prettier-ignore
}

async function gatesIn(text: string): Promise<readonly unknown[] | undefined> {
  const { readConfigFile } = await import('../../core/gates/configFile');
  const read = readConfigFile(text, configSchema);
  return read.kind === 'ok' ? read.config.gates : undefined;
}
