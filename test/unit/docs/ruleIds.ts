import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';

const ID = /\b(?:MQ|ST|[ABGPRSUY])[1-9]\d?\b/g;
const TITLE = /\b(?:it|describe)\(\s*(['"`])\[([^\]\n]+)\]/g;

/** Every rule id in a text, once. */
export function idsIn(text: string): Set<string> {
  return new Set(text.match(ID) ?? []);
}

/** The rules that titles of tests name, each with a file that does. */
export function provenRules(): Map<string, string> {
  const tests = path.join(projectRoot, 'test');
  const files = readdirSync(tests, { recursive: true, encoding: 'utf8' }).filter((name) => /\.test\.tsx?$/.test(name));
  const proven = new Map<string, string>();
  for (const file of files) {
    const text = readFileSync(path.join(tests, file), 'utf8');
    for (const [, , ids = ''] of text.matchAll(TITLE)) for (const id of idsIn(ids)) proven.set(id, `test/${file}`);
  }
  return proven;
}
