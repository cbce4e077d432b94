import assert from 'node:assert/strict';
import { byFile, fileBadge } from '../../../../src/core/landing/changedFiles';

describe('files that stories under way change', () => {
  it('[U13] each file has the stories that change it, by number; one that is not shown is left out', () => {
    const changed = [
      { key: 'b', paths: ['README.md', 'src/b.ts'] },
      { key: 'a', paths: ['README.md'] },
      { key: 'gone', paths: ['README.md'] },
    ];
    const files = byFile(changed, new Map([['a', 3], ['b', 12]])); // prettier-ignore
    assert.deepEqual([...files], [['README.md', [3, 12]], ['src/b.ts', [12]]]); // prettier-ignore
  });

  it('[U13] a badge holds two characters: a number, or a dot where that says too little', () => {
    assert.deepEqual([[7], [42], [100], [3, 12]].map(fileBadge), ['7', '42', '●', '●']);
  });
});
