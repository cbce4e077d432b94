import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { projectRoot } from '../../support/projectRoot';

const source = path.join(projectRoot, 'media', 'board');
const dist = path.join(projectRoot, 'dist');
const names = ['board.js', 'board.css', 'codicon.css', 'codicon.ttf'];

let bundle: ReadonlyMap<string, Buffer> | undefined;

/**
 * The built board, by file name. Read once, so that a build meanwhile changes nothing under a running test.
 * A bundle that is older than its sources is refused: a test of it would prove nothing.
 */
export function readBundle(): ReadonlyMap<string, Buffer> {
  bundle ??= readFreshBundle();
  return bundle;
}

function readFreshBundle(): ReadonlyMap<string, Buffer> {
  const newest = Math.max(...readdirSync(source).map((name) => statSync(path.join(source, name)).mtimeMs));
  const script = path.join(dist, 'board.js');
  const missing = names.filter((name) => !existsSync(path.join(dist, name)));
  if (missing.length > 0 || statSync(script).mtimeMs < newest) {
    const what = missing.length > 0 ? `dist lacks ${missing.join(', ')}` : 'dist/board.js is older than media/board';
    throw new Error(`${what}. Run \`npm run build\` first.`);
  }
  return new Map(names.map((name) => [name, readFileSync(path.join(dist, name))]));
}
