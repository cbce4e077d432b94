import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { fileNameOf, readContentId } from '../../../../src/store/content/contentId';
import { StoreError } from '../../../../src/store/storeError';

describe('content id', () => {
  it('[P4] an id of 10,000 names a file directly in its story folder, or is refused', () => {
    const hostile = fc.oneof(
      fc.string({ maxLength: 30 }),
      fc.string({ unit: fc.constantFrom('a', 'Z', '0', '-', '_', ':', '.', '/', '\\', '\0', ' ', '%', '~', 'é') }),
      fc.tuple(fc.string(), fc.string()).map((parts) => parts.join(':')),
    );
    fc.assert(
      fc.property(hostile, (id) => {
        try {
          const { key, what } = readContentId(id);
          assert.match(id, /^[A-Za-z0-9_-]{1,64}:[A-Za-z0-9_-]{1,64}$/);
          for (const rules of [path.posix, path.win32]) {
            const file = rules.resolve('/store/content', key, fileNameOf(what));
            assert.equal(rules.dirname(rules.dirname(file)), rules.resolve('/store/content'));
          }
        } catch (error) {
          assert.ok(error instanceof StoreError && error.kind === 'badId', String(error));
        }
      }),
      { numRuns: 10_000 },
    );
  });

  for (const id of [
    '..:body',
    'k1:../x',
    'k1/x:body',
    'k1',
    'k1:',
    ':body',
    'k1:a:b',
    'con:body',
    'k1:NUL',
    'k1:com1',
    'k1:a.b',
    'k1:x\n',
  ]) {
    // prettier-ignore
    it(`[P4] refuses ${JSON.stringify(id)}, and says what an id looks like`, () => {
      assert.throws(() => readContentId(id), /Expected <story key>:<what>/);
    });
  }

  it('[P4] reads what the engine writes', () => {
    assert.deepEqual(readContentId('k3f9:gate_output'), { key: 'k3f9', what: 'gate_output' });
    assert.equal(fileNameOf('body'), 'body.md');
    assert.equal(fileNameOf('gate_output'), 'gate_output.txt');
  });
});
