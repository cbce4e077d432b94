import { expectError } from '../../../support/mocha/unexpectedErrors';
import assert from 'node:assert/strict';
import fc from 'fast-check';
import * as Y from 'yjs';
import { decodeState, encodeState } from '../../../../src/store/index/changeState';
import { decodeChange, encodeChange } from '../../../../src/store/log/changeRecord';
import { StoryDocument } from '../../../../src/store/index/storyDocument';
import { STAGES } from '../../../support/storyFixtures';
import { entryOf, KeptLog, storyNumber } from '../storeFixtures';

/** An update that writes anything at all, as a faulty or hostile peer might. */
function updateBy(edit: (doc: Y.Doc) => void): Uint8Array {
  const doc = new Y.Doc();
  edit(doc);
  return Y.encodeStateAsUpdate(doc);
}

function documentOf(...updates: Uint8Array[]): { document: StoryDocument; log: KeptLog } {
  const log = new KeptLog();
  const document = new StoryDocument(log);
  document.apply(updates);
  document.show();
  return { document, log };
}

describe('story document', () => {
  it('[S1] a story reads back as it was written, in every stage', () => {
    const updates: Uint8Array[] = [];
    const writer = new StoryDocument(new KeptLog());
    const stories = Object.values(STAGES).map((stage, index) => storyNumber(index + 1, { stage, labels: ['a', 'ü'] }));
    for (const story of stories) updates.push(writer.put(story));
    assert.deepEqual(documentOf(...updates).document.stories(), stories);
  });

  it('[S1] what does not pass the schema is left out and reported once', () => {
    const bad = updateBy((doc) => {
      const stories = doc.getMap('stories');
      stories.set('k2', new Y.Map(Object.entries({ ...storyNumber(2), title: '' })));
      stories.set('k3', 'not a story');
      stories.set('k4', new Y.Map(Object.entries(storyNumber(5))));
      stories.set('k6', new Y.Map(Object.entries({ ...storyNumber(6), stage: { name: 'Done' } })));
    });
    const { document, log } = documentOf(bad, new StoryDocument(new KeptLog()).put(storyNumber(1)));
    document.apply([bad]);
    document.show();
    assert.deepEqual(document.stories(), [storyNumber(1)]);
    for (const key of ['k2', 'k3', 'k4', 'k6']) assert.equal(log.of('warn', `story ${key} is not shown`).length, 1);
    assert.equal(log.lines.length, 4);
  });

  it('[S1] an invalid record stays in the document and shows again once it is repaired', () => {
    const { document } = documentOf(
      updateBy((doc) => doc.getMap('stories').set('k1', new Y.Map([['title', 'only a title']]))),
    );
    assert.equal(document.get('k1'), undefined);
    document.put(storyNumber(1));
    document.show();
    assert.deepEqual(document.get('k1'), storyNumber(1));
  });

  it('[P1] a change can be read only after it was shown', () => {
    const document = new StoryDocument(new KeptLog());
    document.put(storyNumber(1));
    assert.deepEqual(document.stories(), []);
    assert.deepEqual(document.show(), ['k1']);
    assert.deepEqual(document.stories(), [storyNumber(1)]);
  });

  it('[S8] a tombstone hides its story even from a write that another machine made meanwhile', () => {
    const here = new StoryDocument(new KeptLog());
    const there = new StoryDocument(new KeptLog());
    const made = here.put(storyNumber(1));
    there.apply([made]);
    const buried = here.putAll([{ buried: { key: 'k1', number: 1, at: '2026-01-02T11:30:00.000Z' } }]);
    const renamed = there.put(storyNumber(1, { title: 'New title' }));
    here.apply([renamed]);
    there.apply([buried]);
    for (const document of [here, there]) {
      document.show();
      assert.deepEqual(document.stories(), []);
      assert.equal(document.tombstone('k1')?.number, 1);
    }
  });

  it('[S8] a story that has a tombstone is not shown, whatever else the document holds of it', () => {
    const { document } = documentOf(
      updateBy((doc) => {
        doc.getMap('stories').set('k1', new Y.Map(Object.entries(storyNumber(1))));
        doc.getMap('tombstones').set('k1', { number: 1, at: '2026-01-02T11:30:00.000Z' });
      }),
    );
    assert.deepEqual(document.stories(), []);
  });

  it('[P1] writing what is there already makes no update', () => {
    const document = new StoryDocument(new KeptLog());
    document.put(storyNumber(1, { stage: STAGES.Frozen }));
    assert.equal(document.put(storyNumber(1, { stage: STAGES.Frozen })).length, 0);
    assert.ok(document.put(storyNumber(1, { stage: STAGES.Frozen, priority: 0 })).length < 80);
  });

  it('[P1] text that cannot be encoded reads the same before and after a restart', () => {
    const document = new StoryDocument(new KeptLog());
    const update = document.put(storyNumber(1, { title: 'half \ud83d of a pair', labels: ['\udc00'] }));
    document.show();
    assert.deepEqual(documentOf(update).document.get('k1'), document.get('k1'));
    assert.equal(document.get('k1')?.title, 'half \ufffd of a pair');
    const spelled = storyNumber(2, { title: 'the letters \\ud83d, and a whole pair 😀' });
    document.put(spelled);
    document.show();
    assert.deepEqual(document.get('k2'), spelled);
  });

  it('[P1] bytes that are no update are left out, and the changes around them stay', () => {
    expectError(/a change of the index cannot be read and is left out/);
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 40 }), (garbage) => {
        const writer = new StoryDocument(new KeptLog());
        const first = writer.put(storyNumber(1));
        const second = writer.put(storyNumber(2));
        const { document } = documentOf(first, garbage, second);
        assert.deepEqual(document.stories(), [storyNumber(1), storyNumber(2)]);
      }),
      { numRuns: 300 },
    );
  });

  it('[P1] a change record reads back as it was written, and anything else as none', () => {
    const update = Uint8Array.of(1, 2, 3);
    const entry = entryOf('k1', { evidence: 'ünïcode \ud83d' });
    const state = encodeState({ story: storyNumber(1) });
    const read = decodeChange(encodeChange({ entry, update, state }));
    assert.deepEqual(read?.entry, entry);
    assert.deepEqual([...read.update], [1, 2, 3]);
    assert.deepEqual(decodeState(read.state), { story: storyNumber(1) });
    fc.assert(fc.property(fc.uint8Array(), (bytes) => assert.equal(decodeChange(Buffer.from(bytes)), null)));
  });
});
