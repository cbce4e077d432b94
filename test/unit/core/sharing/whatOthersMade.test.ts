import assert from 'node:assert/strict';
import { decideTake, type TakeFacts } from '../../../../src/core/sharing/decideTake';
import { judgeChanges, type SharedEntry } from '../../../../src/core/sharing/judgeChanges';
import { mergeStory } from '../../../../src/core/sharing/mergeStory';
import { encodeStory, type SharedStory } from '../../../../src/core/sharing/sharedStory';
import type { StageName } from '../../../../src/core/story/stage';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGES, storyIn } from '../../../support/storyFixtures';

const ada = { machine: 'ada', name: 'Ada' };
const bob = { machine: 'bob', name: 'Bob' };
const naming = { keyOf: () => undefined, numberOf: () => 1 };
const early = '2026-01-01T00:00:00.000Z';
const late = '2026-01-02T00:00:00.000Z';

const record = (stage: StageName, over: Partial<StoryRecord> = {}): StoryRecord => storyIn(STAGES[stage], over);
const shared = (stage: StageName, over: Partial<StoryRecord> = {}): SharedStory =>
  encodeStory(record(stage, over), bob, naming);
const text = (story: SharedStory) => ({ story, body: 'Text.' });

describe('what others made of a story', () => {
  it('[Y1] two who know one story and not what they agreed on keep the stage that was reached last', () => {
    const [first, second] = [
      shared('Coding', { stageAt: early, priority: 0 }),
      shared('QA', { stageAt: late, priority: 3 }),
    ];
    for (const [mine, theirs] of [
      [first, second],
      [second, first],
    ] as const) {
      // prettier-ignore
      const { story } = mergeStory(null, text(mine), text(theirs));
      assert.equal(story.work.stage.name, 'QA');
      assert.equal(story.priority, theirs.priority, 'all else is theirs');
    }
  });

  it('[Y4] what has landed has landed, whatever was made of it here meanwhile', () => {
    const { story } = mergeStory(text(shared('Merge')), text(shared('Frozen')), text(shared('Done')));
    assert.equal(story.work.stage.name, 'Done');
    const known = mergeStory(text(shared('Done')), text(shared('Coding')), text(shared('Done')));
    assert.equal(known.story.work.stage.name, 'Coding', 'whoever knew that it had can open it again');
  });

  it('[S8, Y1] a story that was purged here stays so when others restore it, and one that was deleted comes back', () => {
    const story = shared('Backlog');
    const facts: TakeFacts = {
      key: 'key',
      me: ada,
      base: text(story),
      theirs: text(story),
      wasBuried: true,
      isBuried: false,
      before: naming,
      after: naming,
      at: late,
    };
    assert.equal(decideTake(facts, { record: null, grave: {}, body: null }), null);
    const kept = { record: record('Backlog') };
    assert.equal(decideTake(facts, { record: null, grave: kept, body: 'Text.' })?.kind, 'restore');
    assert.equal(decideTake({ ...facts, wasBuried: false }, { record: null, grave: kept, body: 'Text.' }), null);
  });

  it('[Y1, G3] the branch of a story that this machine works on stays its own, whichever the document keeps of two', () => {
    const [own, other] = ['refs/heads/story/1-by-bob', 'refs/heads/story/1-by-ada'];
    const local = record('QA', { branch: own, term: 1 });
    const mine = encodeStory(local, bob, naming);
    const facts = { key: 'key', wasBuried: false, isBuried: false, before: naming, after: naming, at: late };
    const here = { record: local, grave: null, body: 'Text.' };
    const taken = (theirs: SharedStory): StoryRecord | null => {
      const decision = decideTake({ ...facts, me: bob, base: text(mine), theirs: text(theirs) }, here);
      return decision === null ? local : decision.story;
    };
    assert.equal(taken({ ...mine, branch: other })?.branch, own);
    assert.equal(taken({ ...mine, branch: other, priority: 0 })?.priority, 0, 'all else is theirs');
    const takenOver = { ...mine, branch: other, work: { ...mine.work, on: ada, term: 2 } };
    assert.equal(taken(takenOver)?.branch, other, 'whoever works on it says what it is');
  });

  /** What an entry would become, and why that is held. */
  const NONSENSE: readonly { what: string; after: Partial<SharedEntry> }[] = [
    { what: 'a landing that is none', after: { landing: { stage: { name: 'Done' } } } },
    { what: 'a landing that is another stage', after: { landing: shared('Coding').work } },
    { what: 'no text', after: { body: undefined } },
    { what: 'a grave without its time', after: { grave: { claim: 1, createdAt: early } } },
    { what: 'a priority that is none', after: { story: { ...shared('Coding'), priority: 9 } } },
  ];
  for (const { what, after } of NONSENSE) {
    it(`[Y5] ${what} is held as malformed`, () => {
      const before: SharedEntry = { story: shared('Coding'), grave: undefined, body: 'Text.' };
      const rest = { live: 1, lately: 0, bytes: 100, isTwin: () => false };
      assert.deepEqual(judgeChanges([{ key: 'key', before, after: { ...before, body: 'Other.' } }], rest), {
        kind: 'good',
      });
      const judged = judgeChanges([{ key: 'key', before, after: { ...before, ...after } }], rest);
      assert.equal(judged.kind === 'held' && judged.why, 'malformed');
    });
  }
});
