import { inLanguage, say, type Said, type Told } from '../../core/words/said';
import { translate } from './translate';

/** Sentences of the core and the engine in the person's language. */
export function inWords(said: readonly Said[]): string {
  return inLanguage(said, translate);
}

/** `#1, #2 and 3 more`. */
export function numbersOf(stories: readonly { readonly number: number }[]): string {
  return inWords([say('{0}', { names: stories.map(({ number }) => `#${number}`) })]);
}

/** What the engine has told, in the person's language where it is known from which sentences it is. */
export function wordsOf({ message, said }: Told): string {
  return said === undefined ? message : inWords(said);
}
