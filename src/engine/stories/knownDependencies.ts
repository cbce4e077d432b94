import type { Dependency } from '../../core/story/dependencies';
import type { StoryRecord } from '../../core/story/story';
import { describeStory, type DescribeOutcome, type Description } from '../../core/story/describeStory';
import type { StoryStore } from '../../ports/store';

/** One object, so that whoever compares sees that nothing changed. */
const NOTHING: ReadonlyMap<string, Dependency> = new Map();

type Store = Pick<StoryStore, 'get' | 'find' | 'tombstone' | 'onDidChange'>;

/** What is known of the stories that others depend on, wherever they are kept. What is not at hand is looked up once. */
export class KnownDependencies {
  readonly #found = new Map<string, Dependency>();
  /** Rises with each change of a story: what was not there may be there now. */
  #changes = 0;

  constructor(private readonly store: Store) {
    store.onDidChange(() => {
      this.#changes += 1;
      this.#found.clear();
    });
  }

  /** What stories depend on and is not at hand, by key. */
  async elsewhere(stories: readonly Pick<StoryRecord, 'dependsOn'>[]): Promise<ReadonlyMap<string, Dependency>> {
    const known = new Map<string, Dependency>();
    for (const { dependsOn } of stories) {
      for (const key of dependsOn) {
        if (this.store.get(key) === undefined && !known.has(key)) known.set(key, await this.#look(key));
      }
    }
    return known.size === 0 ? NOTHING : known;
  }

  /** A look-up that knows these stories, and all that they depend on in their turn. */
  async lookup(keys: readonly string[]): Promise<(key: string) => Dependency> {
    const known = new Map<string, Dependency>();
    const waiting = [...keys];
    for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
      if (known.has(key)) continue;
      const found = await this.#look(key);
      known.set(key, found);
      if (found.kind === 'story') waiting.push(...found.dependsOn);
    }
    return (key) => known.get(key) ?? { kind: 'missing' };
  }

  /** What a story becomes by a description, as far as all that it then depends on allows it. */
  async describe(story: StoryRecord, wanted: Description): Promise<DescribeOutcome> {
    return describeStory(story, wanted, await this.lookup([...story.dependsOn, ...(wanted.dependsOn ?? [])]));
  }

  async #look(key: string): Promise<Dependency> {
    const atHand = this.store.get(key);
    if (atHand !== undefined) return dependencyOf(atHand);
    const known = this.#found.get(key);
    if (known !== undefined) return known;
    const buried = this.store.tombstone(key);
    const changes = this.#changes;
    const found = buried === undefined ? await this.store.find(key) : null;
    const dependency: Dependency =
      buried !== undefined
        ? { kind: 'deleted', number: buried.number }
        : found === null
          ? { kind: 'missing' }
          : dependencyOf(found);
    if (changes === this.#changes) this.#found.set(key, dependency);
    return dependency;
  }
}

function dependencyOf({ number, stage, dependsOn }: StoryRecord): Dependency {
  return { kind: 'story', number, stage, dependsOn };
}
