import assert from 'node:assert/strict';
import { touchEachOther } from '../../../../src/core/landing/touching';

describe('changes that touch each other', () => {
  it('[MQ26] share a path, or one of them stands where the other has a folder', () => {
    assert.equal(touchEachOther(['a', 'b/c'], ['d', 'b/c']), true);
    assert.equal(touchEachOther(['a/b/c'], ['a']), true);
    assert.equal(touchEachOther(['a'], ['a/b/c']), true);
    assert.equal(touchEachOther(['a/b', 'ab'], ['a/c', 'b']), false);
    assert.equal(touchEachOther([], ['a']), false);
  });
});
