import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cyclesAmong, cycleThrough } from '../../../../src/core/story/cycles';
import {
  dependenciesOf,
  dependencyState,
  describeDependencies,
  spellCycle,
  type Dependency,
} from '../../../../src/core/story/dependencies';
import type { Stage } from '../../../../src/core/story/stage';
import { STAGE_NAMES } from '../../../../src/core/story/stageNames';
import type { StoryRecord } from '../../../../src/core/story/story';
import { stageWord } from '../../../../src/core/story/stageWords';
import { STAGES, storyIn } from '../../../support/storyFixtures';

const story = (number: number, dependsOn: number[] = [], stage: Stage = STAGES.Backlog): StoryRecord =>
  storyIn(stage, { key: `k${number}`, number, dependsOn: dependsOn.map((one) => `k${one}`) });

const nowhere = new Map<string, Dependency>();

function said(stories: StoryRecord[], number: number, elsewhere: ReadonlyMap<string, Dependency> = nowhere) {
  const one = stories.find((each) => each.number === number);
  assert.ok(one !== undefined);
  return describeDependencies(dependenciesOf(stories, elsewhere).state(one));
}

describe('dependencies', () => {
  it('[S10] a story is ready only when all it depends on have landed, whatever was done with them since', () => {
    const met: Stage[] = [
      STAGES.Done,
      STAGES.Archived,
      { name: 'Frozen', target: null, resumeTo: STAGES.Done },
      { ...STAGES.Blocked, resumeTo: STAGES.Done },
    ];
    for (const stage of met) assert.equal(said([story(1, [2]), story(2, [], stage)], 1), null, stage.name);
    for (const name of STAGE_NAMES.filter((one) => one !== 'Done' && one !== 'Archived')) {
      assert.equal(said([story(1, [2]), story(2, [], STAGES[name])], 1), `Waits for #2 (in ${stageWord(name)}).`);
    }
  });

  it('[S10] names each story that it waits for once, with its stage', () => {
    const stories = [story(1, [3, 2, 3, 4]), story(2, [], STAGES.QA), story(3), story(4, [], STAGES.Done)];
    assert.equal(said(stories, 1), 'Waits for #3 (in Backlog) and #2 (in QA).');
  });

  it('[S10] what was abandoned, superseded, deleted or is missing blocks, each with its reason and a way out', () => {
    const abandoned: Stage = { name: 'Archived', reason: { kind: 'abandoned' } };
    const superseded: Stage = { name: 'Archived', reason: { kind: 'supersededBy', number: 9 } };
    assert.equal(
      said([story(1, [2]), story(2, [], abandoned)], 1),
      'It depends on #2, which was abandoned. Reopen #2, or take it out of Depends On.',
    );
    assert.equal(
      said([story(1, [2]), story(2, [], superseded)], 1),
      'It depends on #2, which was superseded by #9. Let it depend on #9 instead.',
    );
    const elsewhere = new Map<string, Dependency>([
      ['k2', { kind: 'deleted', number: 2 }],
      ['k3', { kind: 'missing' }],
    ]);
    assert.match(said([story(1, [2])], 1, elsewhere) ?? '', /^It depends on #2, which was deleted\. Restore #2/);
    assert.match(said([story(1, [3])], 1, elsewhere) ?? '', /^It depends on a story that is not here any more\./);
    assert.equal(
      said([story(1, [2, 4]), story(4, [], STAGES.QA)], 1, elsewhere)?.endsWith('It also waits for #4 (in QA).'),
      true,
    );
  });

  it('[S10, MQ18] what was reverted blocks, by whomever, and what has landed already is not asked', () => {
    const revertedBy = { number: 7, commit: 'e'.repeat(40) };
    const byStory: Stage = { ...STAGES.Done, revertedBy };
    const byHand: Stage = {
      name: 'Archived',
      reason: { kind: 'completed' },
      revertedBy: { ...revertedBy, number: null },
    };
    assert.equal(
      said([story(1, [2], STAGES.Merge), story(2, [], byStory)], 1),
      'It depends on #2, which was reverted by #7. Revert that, reopen #2, or take it out of Depends On.',
    );
    assert.match(
      said([story(1, [2]), story(2, [], byHand)], 1) ?? '',
      /^It depends on #2, which was reverted by hand\./,
    );
    const elsewhere = new Map<string, Dependency>([['k2', { kind: 'story', number: 2, stage: byHand, dependsOn: [] }]]);
    assert.match(said([story(1, [2])], 1, elsewhere) ?? '', /reverted by hand/);
    assert.equal(said([story(1, [2], STAGES.Done), story(2, [], byStory)], 1), null);
  });

  it('[S10] one that is archived elsewhere counts by how it was archived, and one nobody has looked up yet never as met', () => {
    const archived = (reason: 'completed' | 'abandoned'): ReadonlyMap<string, Dependency> =>
      new Map([
        ['k2', { kind: 'story', number: 2, stage: { name: 'Archived', reason: { kind: reason } }, dependsOn: [] }],
      ]);
    assert.equal(said([story(1, [2])], 1, archived('completed')), null);
    assert.match(said([story(1, [2])], 1, archived('abandoned')) ?? '', /abandoned/);
    assert.equal(said([story(1, [2])], 1), 'Its dependencies are being looked up.');
  });

  it('[S10] a cycle that came by a merge of two edits stops all that are in it, and each says so', () => {
    const stories = [story(12, [14]), story(14, [12]), story(15, [12]), story(16)];
    assert.match(said(stories, 12) ?? '', /^Its dependencies go in a circle: #12 → #14 → #12\. Take one/);
    assert.match(said(stories, 14) ?? '', /^Its dependencies go in a circle: #14 → #12 → #14\./);
    assert.equal(said(stories, 15), 'Waits for #12 (in Backlog).', 'it is not part of the circle');
    const broken = [story(12, [14], STAGES.Done), story(14, [12])];
    assert.equal(said(broken, 14), null, 'what has landed holds nothing up');
  });

  it('[S10] tells the other way as well: who waits for a story', () => {
    const both = dependenciesOf([story(2), story(16, [2]), story(15, [2, 2]), story(3, [2], STAGES.Done)], nowhere);
    assert.deepEqual(both.neededBy('k2'), [15, 16]);
    assert.deepEqual(both.neededBy('k3'), []);
  });

  it('[S10] a story is in a cycle exactly when a way leads from it back to it, and the way told is one', () => {
    const graph = fc.array(fc.array(fc.nat(7), { maxLength: 4 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(graph, (edges) => {
        const nodes = edges.map((targets, number) =>
          story(
            number + 1,
            targets.map((one) => one + 1),
          ),
        );
        const cycles = cyclesAmong(nodes);
        for (const node of nodes) {
          const cycle = cycles.get(node.key);
          assert.equal(cycle !== undefined, reaches(nodes, node.key, node.key), node.key);
          if (cycle === undefined) continue;
          assert.equal(cycle[0], node.number);
          assert.equal(cycle.at(-1), node.number);
          for (const [place, number] of cycle.slice(0, -1).entries()) {
            const from = nodes.find((one) => one.number === number);
            assert.ok(from?.dependsOn.includes(`k${cycle[place + 1] ?? 0}`), spellCycle(cycle));
          }
        }
      }),
    );
  });

  it('[S10] refusing what would close a cycle keeps every history of edits free of them', () => {
    const edit = fc.record({ from: fc.integer({ min: 1, max: 6 }), to: fc.integer({ min: 1, max: 6 }) });
    fc.assert(
      fc.property(fc.array(edit, { maxLength: 40 }), (edits) => {
        const stories = new Map([1, 2, 3, 4, 5, 6].map((number) => [`k${number}`, story(number)]));
        for (const { from, to } of edits) {
          const before = stories.get(`k${from}`) ?? story(from);
          const next = { ...before, dependsOn: [...new Set([...before.dependsOn, `k${to}`])] };
          if (cycleThrough(next, (key) => stories.get(key)) === null) stories.set(next.key, next);
          else assert.ok(from === to || reaches([...stories.values()], `k${to}`, `k${from}`), 'refused for a reason');
        }
        assert.equal(cyclesAmong([...stories.values()]).size, 0);
      }),
    );
  });

  it('[S10] a chain and a circle of ten thousand stories are told apart without growing with their square', () => {
    const chain = Array.from({ length: 10_000 }, (_, index) => story(index + 1, index === 0 ? [] : [index]));
    assert.equal(cyclesAmong(chain).size, 0);
    const circle = chain.map((one) => (one.number === 1 ? story(1, [10_000]) : one));
    const cycles = cyclesAmong(circle);
    assert.equal(cycles.size, 10_000);
    assert.ok(spellCycle(cycles.get('k1') ?? []).length < 300, 'and are still told in a line');
  });

  it('[S10] a story without dependencies is ready without asking about any', () => {
    const state = dependencyState(story(1), () => assert.fail('nothing is to be looked up'));
    assert.deepEqual(state, { kind: 'ready' });
  });
});

function reaches(nodes: readonly StoryRecord[], from: string, to: string): boolean {
  const seen = new Set<string>();
  const waiting = [...(nodes.find(({ key }) => key === from)?.dependsOn ?? [])];
  for (let key = waiting.pop(); key !== undefined; key = waiting.pop()) {
    if (key === to) return true;
    if (seen.has(key)) continue;
    seen.add(key);
    waiting.push(...(nodes.find((one) => one.key === key)?.dependsOn ?? []));
  }
  return false;
}
