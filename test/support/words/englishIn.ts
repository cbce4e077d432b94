import { readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../projectRoot';

const read = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(path.join(projectRoot, file), 'utf8')) as Record<string, string>;

/** Words of an English sentence that no German one has. */
const ENGLISH =
  /\b(?:the|of|and|to|is|are|has|have|had|not|with|from|for|this|that|it|you|your|nothing|been|by|at|its|on)\b/i;

/** What is said in English where German has other words for it. */
const said: readonly RegExp[] = [...pairs()].flatMap(([english, german]) =>
  english === german || !/[a-z]{2}/i.test(english.replaceAll(/\{\d\}/g, '')) ? [] : [asPattern(english)],
);

/** Those of the texts in a German window that Switchyard says in English. */
export function englishIn(texts: readonly string[]): string[] {
  return texts.filter((text) => ENGLISH.test(text) || said.some((one) => one.test(text)));
}

function* pairs(): Iterable<readonly [string, string]> {
  const [titles, german] = [read('package.nls.json'), read('package.nls.de.json')];
  for (const [key, text] of Object.entries(titles)) yield [text, german[key] ?? ''];
  yield* Object.entries(read('l10n/bundle.l10n.de.json'));
}

function asPattern(english: string): RegExp {
  const parts = english.split(/\{\d\}/).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'));
  return new RegExp(`^${parts.join('.+')}$`, 's');
}
