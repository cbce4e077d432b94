import type { DoctorNote } from '../core/doctor/doctorNote';
import type { PipelineFacts } from '../core/pipeline/facts';
import { landingNeed } from '../core/pipeline/schedule';
import type { LandingTurn } from '../core/sharing/queueLease';
import { readCommands, type Commands } from '../gates/readCommands';
import type { EngineParts } from './engineParts';
import { unlookedFacts } from './observe';
import type { EnginePorts } from './ports';
import type { Rounds } from './rounds';
import type { LandedGates } from './target/landedGates';

/** What a round decides by. */
interface Look {
  readonly facts: PipelineFacts;
  readonly commands: Commands;
  readonly landed: Awaited<ReturnType<LandedGates['look']>>;
}

type LookedThrough = Pick<EngineParts, 'observer' | 'observed' | 'conflicts' | 'target' | 'landed' | 'push'>;

/** What the last round saw, for all who ask between two rounds. */
export class SeenFacts {
  #facts: PipelineFacts | null = null;
  #commands: Commands | null = null;
  #doctor: DoctorNote | null = null;

  constructor(
    private readonly ports: EnginePorts,
    private readonly parts: () => LookedThrough,
    private readonly rounds: Pick<Rounds, 'problem'>,
  ) {}

  /** As the last round saw them; null before the first. */
  facts(): PipelineFacts | null {
    return this.#facts;
  }

  /** What may be executed, as the last round read it; null before the first. */
  commands(): Commands | null {
    return this.#commands;
  }

  /** What Doctor found that is to be said unasked; null for nothing. */
  noteDoctor(note: DoctorNote | null): void {
    this.#doctor = note;
  }

  /** Asks git and the settings about everything. */
  async look(): Promise<Look> {
    const parts = this.parts();
    const target = await parts.observer.target();
    const commands = (this.#commands = await readCommands(this.ports, target.kind === 'found' ? target.tip : null));
    const permission = this.ports.permission(commands.subject);
    const observed = await parts.observer.facts(target, { commands, permission, parts: parts.observed() });
    const conflicts = parts.conflicts();
    const redTarget = await parts.target.look(target, commands, observed.stories);
    const landed = await parts.landed.look(target, commands);
    const landedRed = landed.flatMap(({ state }) => state.red ?? []);
    const greenAgain = parts.target.greenAgain();
    const seen = { ...observed, conflicts, push: await parts.push.look(target), redTarget, greenAgain, landedRed };
    const facts = (this.#facts = { ...seen, landingTurn: this.#turnOf(seen) });
    return { facts, commands, landed };
  }

  /** The facts of the last round, with all that is known without asking git as it is now. */
  factsNow(): PipelineFacts | null {
    const roundProblem = this.rounds.problem();
    const facts = this.#facts ?? (roundProblem === null ? null : unlookedFacts(this.ports));
    if (facts === null) return null;
    const { clock, store, sharing, git } = this.ports;
    const parts = this.parts();
    return {
      ...facts,
      now: clock.now(),
      stories: store.stories(),
      criteria: parts.observer.criteria(),
      ...parts.observed(),
      conflicts: parts.conflicts(),
      roundProblem,
      ...(sharing && { sharing: sharing() }),
      doctor: this.#doctor,
      gitWaits: git
        .waitingCalls()
        .map(({ verb, program, cwd, since, story }) => ({ verb, program, cwd, since, story })),
    };
  }

  #turnOf(facts: PipelineFacts): LandingTurn | undefined {
    const { target } = facts;
    if (target.kind === 'missing') return undefined;
    return this.ports.landingTurn?.(target.ref, () => landingNeed(facts)) ?? undefined;
  }
}
