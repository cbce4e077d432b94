import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../projectRoot';
import { commandTitles, contributions } from './contributions';

/** A file of the manifest as it should be, given as it is: what is generated is replaced, all else is kept. */
export function renewed(file: 'package.json' | 'package.nls.json', text: string): string {
  const value = JSON.parse(text) as Record<string, unknown>;
  const next = file === 'package.json' ? withContributions(value) : withTitles(value);
  return `${JSON.stringify(next, undefined, 2)}\n`;
}

function withContributions(manifest: Record<string, unknown>): Record<string, unknown> {
  return { ...manifest, contributes: { ...(manifest['contributes'] as object), ...contributions() } };
}

function withTitles(texts: Record<string, unknown>): Record<string, unknown> {
  const others = Object.entries(texts).filter(([key]) => !/^(?:command|chat|submenu)\./.test(key));
  return { ...commandTitles(), ...Object.fromEntries(others) };
}

if (process.argv[1]?.endsWith('manifestFiles.ts') === true) {
  for (const file of ['package.json', 'package.nls.json'] as const) {
    const place = path.join(projectRoot, file);
    writeFileSync(place, renewed(file, readFileSync(place, 'utf8')));
  }
}
