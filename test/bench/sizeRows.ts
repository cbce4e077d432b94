import { existsSync, statSync } from 'node:fs';
import path from 'node:path';
import type { Build } from './place';
import type { Row } from './table';

/** Bytes of the bundles as they stand; a production build makes them small. */
export function sizeRows(build: Build): Row[] {
  const bundles = [
    ['extension.js', '≤ 450 kB minified'],
    ['engine.js', '≤ 450 kB minified'],
    ['board.js', '≤ 150 kB minified'],
  ] as const;
  return bundles.flatMap(([name, reach]) => {
    const file = path.join(build.dist, name);
    if (!existsSync(file)) return [];
    const kilobytes = Math.round(statSync(file).size / 1000);
    return [{ what: `${build.name}: ${name} as built`, counts: `${kilobytes} kB`, ratio: '', reach }];
  });
}
