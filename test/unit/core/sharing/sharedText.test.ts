import assert from 'node:assert/strict';
import fc from 'fast-check';
import { namedIn, toLocal, toShared } from '../../../../src/core/sharing/sharedText';

const keyOf = (number: number) => (number <= 60 ? `k${number}` : undefined);
const numberOf = (key: string) => (/^k\d+$/.test(key) ? Number(key.slice(1)) : undefined);

describe('links in texts that are shared', () => {
  it('[S9] a link follows its story to another number', () => {
    const shared = toShared('See #57, (#9) and `#57`; not a#57, #99.', keyOf);
    assert.deepEqual(namedIn(shared), ['k57', 'k9']);
    const moved = (key: string) => (key === 'k57' ? 58 : numberOf(key));
    assert.equal(toLocal(shared, moved), 'See #58, (#9) and `#57`; not a#57, #99.');
  });

  it('[S9] a text that nobody’s number changed in is the same again, whatever it holds', () => {
    const part = fc.oneof(fc.constantFrom('#57', '#1 ', '\n```\n', '`', ' ', '\\#3', '\ue0c5', '\ue0c6'), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 20 }), (parts) => {
        const text = parts.join('');
        assert.equal(toLocal(toShared(text, keyOf), numberOf), text);
      }),
      { numRuns: 2000 },
    );
  });

  it('[S9] a story that is not known stays as it is named', () => {
    const shared = toShared('#57', () => 'elsewhere');
    assert.equal(toLocal(shared, () => undefined), shared);
  }); // prettier-ignore
});
