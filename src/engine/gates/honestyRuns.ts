import { createHash } from 'node:crypto';
import { readKeptHonesty, type KeptHonesty } from '../../core/review/keptHonesty';
import { unseenReason } from '../../core/review/unseenLines';
import type { GateResult } from '../../core/landing/job';
import type { GateProgress } from '../../core/pipeline/facts';
import { honestyId } from '../../core/story/contentIds';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { Prover } from '../../gates/prover';
import type { EnginePorts } from '../ports';
import type { Rules } from './storyProof';

interface HonestyHow {
  readonly results: readonly GateResult[];
  readonly progress: (at: GateProgress) => void;
  readonly signal: AbortSignal;
}

/**
 * Where a project asks for it: whether its tests notice when the story's lines say something else. What was found out of a
 * commit is kept, so the same commit is tried once only, unless a person has its gates run again.
 */
export class HonestyRuns {
  constructor(
    private readonly ports: Pick<EnginePorts, 'git' | 'content' | 'verdicts' | 'clock' | 'log' | 'permission'>,
    private readonly prover: Pick<Prover, 'tryTests'>,
  ) {}

  /** What the tests do not notice, in a sentence; null where they do, or nobody asked. */
  async lookAt(story: StoryRecord, commit: Oid, rules: Rules, how: HonestyHow): Promise<string | null> {
    const { gates: configured, subject } = rules.commands;
    if (configured.kind !== 'gates' || configured.review.testHonestyMinutes === null) return null;
    const minutes = configured.review.testHonestyMinutes;
    const passed = new Set(how.results.flatMap(({ gate, verdict }) => (verdict === 'passed' ? [gate] : [])));
    const [first, ...rest] = configured.gates.filter(({ name }) => passed.has(name));
    if (first === undefined || this.ports.permission(subject) !== 'granted') return null;
    const { mutantsOf } = await import('../../core/review/mutants');
    const mutants = mutantsOf(await this.ports.git.changedCode({ base: rules.targetTip, tip: commit }));
    if (mutants.length === 0) return null;
    const gates = [first, ...rest] as const;
    const digest = createHash('sha256').update(JSON.stringify({ commit, gates, mutants, minutes })).digest('hex');
    const known = await this.#known(story.key, digest);
    if (known !== null) {
      this.ports.log.info(`[gates] #${story.number}: whether tests see ${commit} is known since ${known.at}`);
      return unseenReason(known.unseen);
    }
    const at = new Date(this.ports.clock.now()).toISOString();
    const request = { tip: commit, gates, mutants, minutes };
    const { unseen } = await this.prover.tryTests(story, request, how.progress, how.signal);
    if (how.signal.aborted) return null;
    const lines = unseen.map(({ path, line }) => ({ path, line }));
    await this.#keep(story, { digest, at, unseen: lines });
    return unseenReason(unseen);
  }

  async #known(key: string, digest: string): Promise<KeptHonesty | null> {
    const text = await this.ports.content.read(honestyId(key)).catch(() => null);
    const kept = text === null ? null : readKeptHonesty(text);
    if (kept?.digest !== digest) return null;
    const askedAgain = this.ports.verdicts.askedAgain(key);
    return askedAgain === null || kept.at >= askedAgain ? kept : null;
  }

  /** What cannot be kept is found out again. */
  async #keep({ key, number }: StoryRecord, kept: KeptHonesty): Promise<void> {
    await this.ports.content
      .write(honestyId(key), JSON.stringify(kept))
      .catch((error: unknown) =>
        this.ports.log.warn(`[gates] #${number}: what tests see is not kept: ${String(error)}`),
      );
  }
}
