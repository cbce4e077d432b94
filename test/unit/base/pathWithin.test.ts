import assert from 'node:assert/strict';
import path from 'node:path';
import { pathWithin } from '../../../src/base/pathWithin';

describe('paths below a folder', () => {
  it('[U7, U13] what lies below is told from what lies beside, also where a name begins with two dots', () => {
    const at = (...parts: string[]): string => path.join(path.resolve('/home/ada'), ...parts);
    const within = (...parts: string[]): string | null => pathWithin(at('app'), at(...parts));
    assert.deepEqual(
      [within('app'), within('app', 'src', 'a.ts'), within('app', '..cache', 'a'), within('app', '...')],
      ['.', 'src/a.ts', '..cache/a', '...'],
    );
    assert.deepEqual([within(), within('app2'), within('app', '..', 'lib')], [null, null, null]);
  });
});
