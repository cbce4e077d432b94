import assert from 'node:assert/strict';
import { FILTER_LENGTH, MOST_FILTERS, toggleFilter, type KeptFilter } from '../../../../src/core/board/keptFilters';

describe('the filters that a person keeps for the board', () => {
  const web: KeptFilter = { text: 'label:web', pill: 'all' };

  it('[U2] the same filter is kept once, blanks and all, and forgotten by asking again', () => {
    const kept = toggleFilter([], { ...web, text: ' label:web ' });
    assert.deepEqual(kept, [web]);
    assert.deepEqual(toggleFilter(kept, { ...web, pill: 'running' }), [web, { ...web, pill: 'running' }]);
    assert.deepEqual(toggleFilter(kept, web), []);
  });

  it('[U2] what is empty, too long, or one too many is not kept', () => {
    const full = Array.from({ length: MOST_FILTERS }, (_, index): KeptFilter => ({ text: `#${index}`, pill: 'all' }));
    for (const [kept, filter] of [
      [[], { text: ' ', pill: 'running' }],
      [[], { text: 'x'.repeat(FILTER_LENGTH + 1), pill: 'all' }],
      [full, web],
    ] as const)
      assert.equal(toggleFilter(kept, filter), kept);
  });
});
