import { slug } from '../story/names';
import type { PrivateKind } from './privateWords';

/** A way to write a word, and what a text must hold for it to stand there at all: most texts are asked for few of them. */
interface WordForm {
  readonly text: string;
  readonly sign: Sign | null;
}

/** What all forms of a kind have in them. `other` stands for letters that are not written as one each. */
export type Sign = '%' | '+' | '\\' | '/' | '-' | 'other';
const SIGNS = ['%', '+', '\\', '/', '-'] as const satisfies readonly Sign[];

/** A slug that is shorter is a word of everybody's. */
const LEAST_SLUG = 8;

/** The same word as addresses, JSON, shells, git and other systems write it; its own form comes first. */
export function formsOf(kind: PrivateKind, text: string): readonly WordForm[] {
  const composed = text.normalize('NFC');
  const forms = new Map<string, Sign | null>([[composed, null]]);
  const add = (form: string, sign: Sign): void => {
    if (!forms.has(form)) forms.set(form, sign);
  };
  add(composed.normalize('NFD'), 'other');
  const encoded = encodedParts(composed);
  add(encoded, '%');
  add(encoded.replaceAll('/', '%2F'), '%');
  add(encoded.replaceAll('%20', '+'), '+');
  if (composed.includes('\\')) {
    const turned = composed.replaceAll('\\', '/');
    add(turned, '/');
    add(encodedParts(turned), '%');
  } else if (kind === 'path') add(composed.replaceAll('/', '\\'), '\\');
  const quoted = JSON.stringify(composed).slice(1, -1);
  add(quoted, '\\');
  add(
    quoted.replaceAll(/[^\0-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`),
    '\\',
  );
  add(inOctal(composed), '\\');
  add(
    composed.replaceAll(/[ "'$&()]/g, (sign) => `\\${sign}`),
    '\\',
  );
  const asName = kind === 'title' ? slug(composed) : '';
  if (asName.length >= LEAST_SLUG) add(asName, '-');
  return [...forms].map(([form, sign]) => ({ text: form, sign }));
}

/** The signs that a text holds: a form without its sign is not in it. */
export function signsIn(text: string): ReadonlySet<Sign> {
  const found = new Set<Sign>(SIGNS.filter((sign) => text.includes(sign)));
  if (text !== text.normalize('NFC')) found.add('other');
  return found;
}

function encodedParts(text: string): string {
  return text
    .replaceAll(/\p{Surrogate}/gu, '\ufffd')
    .split('/')
    .map(encodeURIComponent)
    .join('/');
}

/** As git writes names that are not plain ASCII. */
function inOctal(text: string): string {
  return [...new TextEncoder().encode(text)]
    .map((byte) => (byte < 0x80 ? String.fromCharCode(byte) : `\\${byte.toString(8)}`))
    .join('')
    .replaceAll('"', '\\"');
}
