import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';

/** One step of the README's Five minutes, and which of its words have been followed. */
export class ReadmeStep {
  readonly #left: Set<string>;

  constructor(
    readonly title: string,
    private readonly words: readonly string[],
  ) {
    this.#left = new Set(words);
  }

  /** A word that the step tells a person to look for or to type, as it stands there; a step that no longer has it fails. */
  says(word: string): string {
    if (!this.words.includes(word))
      throw new Error(`"${this.title}" does not say "${word}", but ${this.words.join(', ')}`);
    this.#left.delete(word);
    return word;
  }

  /** Words that nobody followed: a step that says more than is tried is not proven. */
  left(): string[] {
    return [...this.#left];
  }
}

/** What stands before the numbered steps, and then each of them. */
export function fiveMinutes(): ReadmeStep[] {
  const text = readFileSync(path.join(projectRoot, 'README.md'), 'utf8');
  const [, section = ''] = /^## Five minutes\n(.*?)^## /ms.exec(text) ?? [];
  const [before = '', ...steps] = section.split(/^(?=\d+\. )/m);
  // What follows the last step is indented no more.
  return [before, ...steps.map((step) => step.split(/\n\n(?! )/)[0] ?? '')].map(readStep);
}

/** The sentence in bold is its title; what is bold, quoted or code after that is to be found in the product. */
function readStep(step: string): ReadmeStep {
  const line = step.replaceAll(/\s+/g, ' ');
  const title = /^\d+\. \*\*([^*]+)\*\*/.exec(line)?.[1] ?? 'Before the first step';
  const found = [...line.matchAll(/\*\*([^*]+)\*\*|`([^`]+)`|"([^"]+)"/g)];
  const words = found.map(([, bold, code, quote]) => bold ?? code ?? quote ?? '').filter((word) => word !== title);
  return new ReadmeStep(title, words);
}
