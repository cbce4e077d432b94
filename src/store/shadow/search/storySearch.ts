import { excerptOf, labelAsked, queryWords, tokenQuery } from '../../../core/search/words';
import type { SearchAnswer, SearchedPlace, SearchMatch } from '../../../core/search/searchAnswer';
import type { TitledStory } from '../shadow';
import type { TextSearch } from './textSearch';

export interface StorySearchParts {
  readonly shadow: {
    titled(word: string): Promise<ReadonlyMap<string, number>>;
    labelled(word: string): Promise<ReadonlyMap<string, number>>;
    numbered(): Promise<ReadonlyMap<string, number>>;
    named(keys: readonly string[]): Promise<readonly TitledStory[]>;
  };
  readonly texts: Pick<TextSearch, 'catchUp' | 'find' | 'reading'>;
  readonly read: (id: string) => Promise<string | null>;
}

/** From how many letters on bodies and outputs are searched for a word: one letter is in all of them. */
const LEAST = 2;

interface Found {
  readonly key: string;
  readonly number: number;
  /** How many of the words stand in the title. */
  titled: number;
  /** Names of the texts that have the words which the title lacks. */
  readonly texts: Map<string, number>;
}

/** The stories that have a word: in the title, or in these of their texts. */
interface WordPlaces {
  readonly titled: ReadonlyMap<string, number>;
  readonly texts: ReadonlyMap<string, readonly string[]>;
}

/**
 * Finds the stories in which each word of a query stands somewhere: in title or labels (any part of a word), in the body
 * or in an output (the beginning of a word). `label:x` asks for a label alone. Those with the words in their titles come first, then the newest.
 */
export class StorySearch {
  constructor(private readonly parts: StorySearchParts) {}

  async search(text: string, limit: number): Promise<SearchAnswer> {
    const { texts, shadow } = this.parts;
    const words = queryWords(text);
    if (words.length > 0) await texts.catchUp();
    const found = await this.#find(words);
    const ordered = [...found.values()].sort((a, b) => b.titled - a.titled || b.number - a.number);
    const best = ordered.slice(0, Math.max(0, limit));
    const matches: SearchMatch[] = [];
    for (const story of await shadow.named(best.map(({ key }) => key))) {
      const one = found.get(story.key);
      if (one !== undefined) matches.push(await this.#show(story, one, words));
    }
    return { matches, left: ordered.length - best.length, reading: texts.reading };
  }

  async #find(words: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const places: WordPlaces[] = [];
    for (const word of words) places.push(await this.#placesOf(word));
    const all = await this.#candidates(places);
    const found = new Map<string, Found>();
    for (const [key, number] of all) {
      if (!places.every(({ titled, texts }) => titled.has(key) || texts.has(key))) continue;
      const one: Found = { key, number, titled: 0, texts: new Map() };
      for (const { titled, texts } of places) {
        if (titled.has(key)) one.titled += 1;
        else for (const what of texts.get(key) ?? []) one.texts.set(what, (one.texts.get(what) ?? 0) + 1);
      }
      found.set(key, one);
    }
    return found;
  }

  async #placesOf(word: string): Promise<WordPlaces> {
    const label = labelAsked(word);
    if (label !== null) return { titled: await this.parts.shadow.labelled(label), texts: new Map() };
    const query = word.length < LEAST && /^[\p{ASCII}]*$/u.test(word) ? null : tokenQuery(word);
    const titled = await this.parts.shadow.titled(word);
    return { titled, texts: query === null ? new Map<string, readonly string[]>() : this.parts.texts.find(query) };
  }

  /** Few of many stories where one of the words is in titles alone. */
  async #candidates(places: readonly WordPlaces[]): Promise<ReadonlyMap<string, number>> {
    const narrow = places.filter(({ texts }) => texts.size === 0).map(({ titled }) => titled);
    const [fewest] = narrow.sort((one, other) => one.size - other.size);
    return fewest ?? (await this.parts.shadow.numbered());
  }

  async #show(story: TitledStory, { texts }: Found, words: readonly string[]): Promise<SearchMatch> {
    const { key, number, title, stage } = story;
    const [best] = [...texts].sort(
      ([a, one], [b, other]) => other - one || Number(b === 'body') - Number(a === 'body'),
    );
    if (best === undefined) return { key, number, title, stage, place: 'title', excerpt: null };
    const [what] = best;
    const place: SearchedPlace = what === 'body' ? 'body' : 'output';
    const text = await this.parts.read(`${key}:${what}`).catch(() => null);
    return { key, number, title, stage, place, excerpt: text === null ? null : excerptOf(text, words) };
  }
}
