import { readFileSync } from 'node:fs';
import path from 'node:path';
import { inLanguage, type Said, type Translate } from '../../../src/core/words/said';
import { projectRoot } from '../projectRoot';

const german = JSON.parse(readFileSync(path.join(projectRoot, 'l10n', 'bundle.l10n.de.json'), 'utf8')) as Record<string, string>; // prettier-ignore

/** Looks a text up as a German window does. */
export const translate: Translate = (english, ...values) =>
  (german[english] ?? english).replaceAll(/\{(\d+)\}/g, (hole, at: string) => String(values[Number(at)] ?? hole));

export function inGerman(said: readonly Said[] | null | undefined): string {
  return inLanguage(said ?? [], translate);
}
