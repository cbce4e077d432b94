import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import ts from 'typescript';
import { projectRoot } from '../projectRoot';

export const SKIP = Symbol('skip');

/**
 * What `look` finds in the programs below these folders, each with its place. It is asked of every node: a text is found, null is
 * nothing, and within one that is `SKIP` nothing is looked at.
 */
export function foundIn(
  folders: readonly string[],
  isLeftOut: (file: string) => boolean,
  look: (node: ts.Node) => string | typeof SKIP | null,
): string[] {
  const files = folders.flatMap((folder) =>
    readdirSync(path.join(projectRoot, folder), { recursive: true, encoding: 'utf8' }).map(
      (name) => `${folder}/${name.replaceAll(path.sep, '/')}`,
    ),
  );
  return files.filter((file) => file.endsWith('.ts') && !isLeftOut(file)).flatMap((file) => lookIn(file, look));
}

function lookIn(file: string, look: (node: ts.Node) => string | typeof SKIP | null): string[] {
  const text = readFileSync(path.join(projectRoot, file), 'utf8');
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const found: string[] = [];
  const visit = (node: ts.Node): void => {
    const words = look(node);
    if (words === SKIP) return;
    if (words !== null)
      found.push(`${file}:${source.getLineAndCharacterOfPosition(node.getStart()).line + 1} ${words}`);
    ts.forEachChild(node, visit);
  };
  visit(source);
  return found;
}
