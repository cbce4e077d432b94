import { messageOf } from '../../base/messageOf';
import type { Race, RaceStep } from '../../core/agents/race';
import type { Races } from './races';
import type { RacePorts } from './racePorts';
import type { TalkOutcome } from '../agents/talks/agentTalks';

/** Races of agents, loaded when there is one: they are rare. */
export class LazyRaces {
  #loaded: Promise<Races> | null = null;
  readonly #steps = new Map<string, Promise<void>>();
  /** What was asked for while a step of the same story was being taken, which may have passed over what it is for. */
  readonly #next = new Map<string, RaceStep>();

  constructor(private readonly ports: RacePorts) {}

  /** Starts the story with each of these agents, by name, in branches and worktrees of their own. */
  async start(key: string, agents: readonly string[]): Promise<TalkOutcome> {
    return (await this.#load()).start(key, agents);
  }

  /** Takes the one of those that race that this is; the others are kept under rescue refs. */
  async keep(key: string): Promise<TalkOutcome> {
    return (await this.#load()).keep(key);
  }

  /** Those that race with this story, the best first, and which agents could. */
  async look(key: string): Promise<Race> {
    return (await this.#load()).look(key);
  }

  /** Carries on what a kill cut off. */
  async finish(): Promise<void> {
    if (this.ports.store.stories().some(({ race }) => race?.kept !== undefined)) await (await this.#load()).finish();
  }

  /** Returns at once; one step of a story is taken at a time. */
  step(step: RaceStep): void {
    if (this.#steps.has(step.key)) this.#next.set(step.key, step);
    else this.#steps.set(step.key, this.#take(step));
  }

  async #take(step: RaceStep): Promise<void> {
    const { key } = step;
    for (let next: RaceStep | undefined = step; next !== undefined; next = this.#next.get(key)) {
      this.#next.delete(key);
      try {
        await (await this.#load()).step(next);
      } catch (error) {
        this.ports.log.error(`[race] ${messageOf(error)}`);
      }
    }
    this.#steps.delete(key);
  }

  /** Resolves when no step is being taken. */
  async settled(): Promise<void> {
    await Promise.all(this.#steps.values());
  }

  #load(): Promise<Races> {
    return (this.#loaded ??= import('./races').then(({ Races }) => new Races(this.ports)));
  }
}
