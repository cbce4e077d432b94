import { LANDING_COSTS, runsAgain } from '../../../src/core/pipeline/expectedWait';
import type { Random } from '../../torture/random';
import type { Machine } from './machine';

/** The true figures of a machine and its stories; what a policy is chosen by only measures them. */
export interface Truth {
  readonly gateMs: number;
  readonly width: number;
  readonly redShare: number;
  readonly flakeShare: number;
  /** Share of stories that are red only together with another one before them. */
  readonly pairShare: number;
}

interface SimulatedStory {
  readonly isRed: boolean;
  /** Place of the story that it is red together with. */
  readonly redWith: number | null;
}

/** Some queued stories whose truth is fixed, and what is found out about them. */
export class Scene {
  readonly #stories: readonly SimulatedStory[];
  readonly #waits = new Map<number, number>();
  readonly #landed = new Set<number>();
  readonly #again: boolean;

  constructor(
    readonly machine: Machine,
    private readonly truth: Truth,
    private readonly chance: Random,
    count: number,
  ) {
    this.#stories = Array.from({ length: count }, (_, place) => {
      const isRed = this.#happens(truth.redShare);
      const isPaired = this.#happens(truth.pairShare);
      const other = chance.below(Math.max(1, place));
      return { isRed, redWith: isPaired && place > 0 ? other : null };
    });
    this.#again = runsAgain(truth);
  }

  get count(): number {
    return this.#stories.length;
  }

  /** Merges candidates and fills a gate tree with the last of them; then runs its gates, again where a flake is likelier. */
  prove(chain: readonly number[], built: number, told: (verdict: 'green' | 'red') => void): () => void {
    let takeBack: () => void = () => undefined;
    const run = (attempt: number): void => {
      takeBack = this.machine.gate(this.truth.gateMs, () => {
        const isRed = this.#isRed(chain) || this.#happens(this.truth.flakeShare);
        if (isRed && attempt === 1 && this.#again) run(2);
        else told(isRed ? 'red' : 'green');
      });
    };
    takeBack = this.machine.alone(built * LANDING_COSTS.build + LANDING_COSTS.tree, () => run(1));
    return () => takeBack();
  }

  /** One move of the target, for one story or several. */
  land(stories: readonly number[], then: () => void): void {
    this.machine.alone(LANDING_COSTS.land, () => {
      for (const story of stories) {
        this.#landed.add(story);
        this.#waits.set(story, this.machine.now);
      }
      then();
    });
  }

  /** It is out. One that stood on others is proven alone before it is blamed, while the rest goes on. */
  drop(story: number, stoodOn: number): void {
    const end = (): void => void this.#waits.set(story, this.machine.now);
    if (stoodOn === 0) end();
    else this.machine.gate(this.truth.gateMs, end);
  }

  /** In ms, over all stories: until they landed or were dropped. Each story has to have come to an end. */
  meanWait(): number {
    if (this.#waits.size !== this.count)
      throw new Error(`${this.count - this.#waits.size} stories never came to an end`);
    return [...this.#waits.values()].reduce((sum, wait) => sum + wait, 0) / this.count;
  }

  /** Stories that are on the target although they make it red; there must be none but for flakes that hide nothing. */
  wronglyLanded(): number {
    return [...this.#landed].filter((story) => this.#isRed([story])).length;
  }

  #isRed(chain: readonly number[]): boolean {
    const before = new Set([...this.#landed, ...chain]);
    return chain.some((story) => {
      const { isRed = false, redWith = null } = this.#stories[story] ?? {};
      return isRed || (redWith !== null && before.has(redWith));
    });
  }

  #happens(share: number): boolean {
    return this.chance.below(1_000_000) < share * 1_000_000;
  }
}
