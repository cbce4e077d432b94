import { excerptOf, queryWords, tokenQuery } from '../../../core/search/words';
import type { SearchAnswer, SearchedPlace, SearchMatch } from '../../../core/search/searchAnswer';
import type { TitledStory } from '../shadow';
import type { TextSearch } from './textSearch';

export interface StorySearchParts {
  readonly shadow: {
    titled(word: string): Promise<ReadonlyMap<string, TitledStory>>;
  };
  readonly texts: Pick<TextSearch, 'catchUp' | 'find' | 'reading'>;
  readonly read: (id: string) => Promise<string | null>;
}

/** From how many letters on bodies and outputs are searched for a word: one letter is in all of them. */
const LEAST = 2;

interface Found {
  readonly story: TitledStory;
  /** How many of the words stand in the title. */
  titled: number;
  /** Names of the texts that have the words which the title lacks. */
  readonly texts: Map<string, number>;
}

/**
 * Finds the stories in which each word of a query stands somewhere: in title or labels (any part of a word), in the body
 * or in an output (the beginning of a word). Those with the words in their titles come first, then the newest.
 */
export class StorySearch {
  constructor(private readonly parts: StorySearchParts) {}

  async search(text: string, limit: number): Promise<SearchAnswer> {
    const { texts } = this.parts;
    const words = queryWords(text);
    if (words.length > 0) await texts.catchUp();
    const found = await this.#find(words);
    const ordered = [...found.values()].sort((a, b) => b.titled - a.titled || b.story.number - a.story.number);
    const matches: SearchMatch[] = [];
    for (const one of ordered.slice(0, Math.max(0, limit))) matches.push(await this.#show(one, words));
    return { matches, left: ordered.length - matches.length, reading: texts.reading };
  }

  async #find(words: readonly string[]): Promise<ReadonlyMap<string, Found>> {
    const all = await this.parts.shadow.titled('');
    let found = new Map([...all].map(([key, story]): [string, Found] => [key, { story, titled: 0, texts: new Map() }]));
    for (const word of words) {
      const titled = await this.parts.shadow.titled(word);
      const query = word.length < LEAST && /^[\p{ASCII}]*$/u.test(word) ? null : tokenQuery(word);
      const texts = query === null ? new Map<string, readonly string[]>() : this.parts.texts.find(query);
      found = new Map([...found].filter(([key]) => titled.has(key) || texts.has(key)));
      for (const [key, one] of found) {
        if (titled.has(key)) one.titled += 1;
        else for (const what of texts.get(key) ?? []) one.texts.set(what, (one.texts.get(what) ?? 0) + 1);
      }
    }
    return found;
  }

  async #show({ story, texts }: Found, words: readonly string[]): Promise<SearchMatch> {
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
