import { inLanguage, say, type Said, type Told } from '../../core/words/said';
import { translate } from './translate';

/** Sentences of the core and the engine in the person's language. */
export function inWords(said: readonly Said[]): string {
  return inLanguage(said, translate);
}

/** `a.ts, b.ts and 3 more`. */
export function namesOf(names: readonly string[]): string {
  return inWords([say('{0}', { names })]);
}

/** `#1, #2 and 3 more`. */
export function numbersOf(stories: readonly { readonly number: number }[]): string {
  return namesOf(stories.map(({ number }) => `#${number}`));
}

/** What the engine has told, in the person's language as far as it is known from which sentences it is. */
export function wordsOf({ message, said }: Told): string {
  return said === undefined ? translate(message) : inWords(said);
}
