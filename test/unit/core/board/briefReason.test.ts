import assert from 'node:assert/strict';
import { briefly, clip } from '../../../../src/core/board/briefReason';

describe('a reason in a few words', () => {
  it('[U1] what is cut, also twice, ends with one ellipsis behind a word', () => {
    const long = 'touches src/greet.js, which review.paths asks, a person to look at before it lands';
    assert.equal(clip(long, 48), 'touches src/greet.js, which review.paths asks…');
    assert.equal(clip(clip(long, 48), 46), 'touches src/greet.js, which review.paths asks…');
    assert.equal(briefly(`Review: ${clip(long, 48)}, and 1 more`), 'Review: touches src/greet.js, which…, and 1 more');
    assert.equal(clip('short…'), 'short…');
  });
});
