import assert from 'node:assert/strict';
import { describeStory, readLabels, type Description } from '../../../../src/core/story/describeStory';
import type { Dependency } from '../../../../src/core/story/dependencies';
import type { StoryRecord } from '../../../../src/core/story/story';
import { STAGES, storyIn } from '../../../support/storyFixtures';

const one = storyIn(STAGES.Coding, { key: 'k1', number: 1 });
const known: Readonly<Record<string, Dependency>> = {
  k1: { kind: 'story', number: 1, stage: STAGES.Coding, dependsOn: [] },
  k2: { kind: 'story', number: 2, stage: STAGES.Backlog, dependsOn: ['k3'] },
  k3: { kind: 'story', number: 3, stage: STAGES.Backlog, dependsOn: ['k1'] },
  k4: { kind: 'story', number: 4, stage: STAGES.Backlog, dependsOn: [] },
  k5: { kind: 'deleted', number: 5 },
};
const lookup = (key: string): Dependency => known[key] ?? { kind: 'missing' };

function described(wanted: Description, story: StoryRecord = one): { story: StoryRecord; said: string } {
  const outcome = describeStory(story, wanted, lookup);
  assert.ok(outcome.kind === 'described', outcome.kind === 'refused' ? outcome.message : '');
  return outcome;
}

function refused(wanted: Description, story: StoryRecord = one): string {
  const outcome = describeStory(story, wanted, lookup);
  assert.ok(outcome.kind === 'refused');
  return outcome.message;
}

describe('what a story is said to be', () => {
  it('[S1] title, type, priority, labels and dependencies can be said anew; what is left out stays, stage and branch too', () => {
    const wanted = { title: ' New\ntitle ', type: 'bug', priority: 0, labels: ['a'], dependsOn: ['k4'] } as const;
    const { story, said } = described(wanted);
    assert.deepEqual(story, { ...one, ...wanted, title: 'New title' });
    assert.equal(
      said,
      'title: A → New title; type: story → bug; priority: 2 → 0; labels: none → a; depends on: none → #4',
    );
    assert.deepEqual(described({}), { kind: 'described', story: one, said: '' });
  });

  it('[S1] what makes no sense is refused in words, and changes nothing', () => {
    assert.match(refused({ title: '  ' }), /^A story needs a title/);
    assert.match(refused({ priority: 4 }), /from 0 \(first\) to 3 \(last\); 4 is none/);
    assert.match(refused({ priority: 1.5 }), /1\.5 is none/);
    assert.match(refused({ labels: ['x'.repeat(51)] }), /at most 50 characters/);
    assert.match(refused({ labels: Array.from({ length: 21 }, (_, index) => `l${index}`) }), /at most 20 labels/);
  });

  it('[S1] labels are one line each, without blanks around them, and none comes twice', () => {
    const outcome = readLabels(['  needs  design ', '', 'UI', 'ui', 'a\u202eb', '\n']);
    assert.deepEqual(outcome, { kind: 'ok', labels: ['needs design', 'UI', 'a b'] });
  });

  it('[S10] a dependency that would close a cycle is refused with the cycle spelled out', () => {
    assert.equal(refused({ dependsOn: ['k2'] }), 'That would go in a circle: #1 → #2 → #3 → #1. Nothing was changed.');
    assert.equal(refused({ dependsOn: ['k1'] }), '#1 cannot depend on itself: #1 → #1.');
  });

  it('[S10] a story that is not here or was deleted cannot be depended on, but one that went later may stay', () => {
    assert.match(refused({ dependsOn: ['k9'] }), /^#1 cannot depend on a story that is not here/);
    assert.match(refused({ dependsOn: ['k5'] }), /^#1 cannot depend on #5, which was deleted/);
    const left = { ...one, dependsOn: ['k9', 'k5'] };
    assert.deepEqual(described({ dependsOn: ['k9', 'k5', 'k4', 'k4'] }, left).story.dependsOn, ['k9', 'k5', 'k4']);
    assert.deepEqual(described({ dependsOn: [] }, left).story.dependsOn, []);
    assert.deepEqual(described({ labels: ['a'] }, left).story.dependsOn, ['k9', 'k5']);
  });
});
