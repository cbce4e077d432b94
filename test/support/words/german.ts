import { readFileSync } from 'node:fs';
import path from 'node:path';
import { translatorOf } from '../../../src/core/words/recordWords';
import { inLanguage, type Said } from '../../../src/core/words/said';
import { projectRoot } from '../projectRoot';

export const german = JSON.parse(readFileSync(path.join(projectRoot, 'l10n', 'bundle.l10n.de.json'), 'utf8')) as Record<string, string>; // prettier-ignore

/** Looks a text up as a German window does. */
export const translate = translatorOf(german);

export function inGerman(said: readonly Said[] | null | undefined): string {
  return inLanguage(said ?? [], translate);
}
