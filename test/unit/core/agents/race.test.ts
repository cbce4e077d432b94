import assert from 'node:assert/strict';
import {
  isProven,
  landedRival,
  raceReasons,
  racersOf,
  racerTitle,
  raceSteps,
  rankRacers,
  whyRaced,
  type Racer,
} from '../../../../src/core/agents/race';
import { raceText } from '../../../../src/core/agents/raceText';
import { conflictsByStory } from '../../../../src/core/landing/inSight';
import { schedule } from '../../../../src/core/pipeline/schedule';
import { decideTake } from '../../../../src/core/sharing/decideTake';
import { encodeStory, type Naming } from '../../../../src/core/sharing/sharedStory';
import { english } from '../../../../src/core/words/said';
import { TITLE_LIMIT, type StoryRecord } from '../../../../src/core/story/story';
import type { Stage } from '../../../../src/core/story/stage';
import { buildBoardModel } from '../../../support/buildBoardModel';
import { factsWith, NOW, STAGES, storyIn } from '../../../support/storyFixtures';
import { inEnglish } from '../../../../src/core/words/said';

const racer = (number: number, stage: Stage = STAGES.Coding, change: Partial<StoryRecord> = {}): StoryRecord =>
  storyIn(stage, { key: `k${number}`, number, race: { with: 'k1' }, agent: `agent${number}`, ...change });
const passed = { gate: 'test', verdict: 'passed', ms: 1000, quarantined: false } as const;
const looked = (number: number, change: Partial<Racer> = {}): Racer => ({
  key: `k${number}`,
  number,
  agent: `agent${number}`,
  stage: 'ReviewHold',
  gates: [passed],
  criteria: null,
  change: { commits: 1, files: 1, added: 10, removed: 0 },
  review: null,
  spent: { runs: 1, minutes: 2, turns: null, tokens: null, usd: null },
  ...change,
});
const numbers = (some: readonly { number: number }[]): number[] => some.map(({ number }) => number);

describe('a race of agents', () => {
  it('[A14] holds those that are under way and race on one story, the raced one first', () => {
    const stories = [racer(3), racer(2), racer(1, STAGES.Frozen), storyIn(STAGES.Coding, { key: 'k9', number: 9 })];
    assert.deepEqual(numbers(racersOf(stories, racer(2))), [1, 2, 3]);
    assert.deepEqual(racersOf(stories, stories[3]!), []);
    // Once the raced one is gone the others race on; the last one races nobody.
    assert.deepEqual(numbers(racersOf([racer(3), racer(2)], racer(2))), [2, 3]);
    assert.deepEqual(racersOf([racer(2), racer(3, { name: 'Archived', reason: { kind: 'abandoned' } })], racer(2)), []);
  });

  it('[A14] says why nothing of one lands, and that another one has landed', () => {
    const stories = [racer(1, STAGES.ReviewHold), racer(2), racer(3)];
    assert.match(
      inEnglish([whyRaced(stories, stories[0]!)].filter((one) => one !== null)),
      /^It races #2 and #3, so nothing of it lands until one of them/,
    );
    assert.equal(whyRaced([stories[0]!], stories[0]!), null);
    const landed = [racer(1, STAGES.Done), racer(2)];
    assert.equal(landedRival(landed, landed[1]!)?.number, 1);
    assert.deepEqual(raceReasons(landed, landed[1]!), ['#1, which it raced, has landed already.']);
    // One that was restored after another was kept: the raced one races nobody any more, and has landed.
    const over = [storyIn(STAGES.Done), racer(2)];
    assert.equal(landedRival(over, over[1]!)?.number, 1);
  });

  it('[A14] is ranked by proof, then criteria, then the size of the change; what is unknown comes last', () => {
    const small = looked(1, { change: { commits: 1, files: 1, added: 1, removed: 1 } });
    const open = looked(2, { criteria: { done: 1, total: 2 }, change: { commits: 1, files: 1, added: 1, removed: 0 } });
    const red = looked(3, { gates: [{ ...passed, verdict: 'failed' }], change: small.change });
    const unread = looked(4, { change: null });
    const coding = looked(5, { stage: 'Coding', change: { commits: 0, files: 0, added: 0, removed: 0 } });
    assert.deepEqual(numbers(rankRacers([coding, red, unread, open, looked(6), small])), [1, 6, 4, 2, 5, 3]);
  });

  it('[A14] counts as proven where a gate that counts has passed and none is red, and never without gates', () => {
    const held = (gates: Racer['gates'], stage: Racer['stage'] = 'ReviewHold'): boolean => isProven({ stage, gates });
    assert.equal(held([passed]), true);
    assert.equal(held([]), false, 'no gate');
    assert.equal(held([passed], 'QA'), false, 'on their way');
    assert.equal(held([passed, { ...passed, gate: 'lint', verdict: 'timedOut' }]), false);
    const aside = { ...passed, gate: 'flaky', verdict: 'failed', quarantined: true } as const;
    assert.equal(held([passed, aside]), true);
    assert.equal(held([aside]), false, 'a quarantined gate proves nothing');
  });

  it('[A14] is decided by itself only where the setting says so, once one of them is held', () => {
    const stories = [racer(1), racer(2, STAGES.ReviewHold), racer(3, STAGES.ReviewHold)];
    assert.deepEqual(raceSteps(stories, stories, 'person'), []);
    assert.deepEqual(raceSteps(stories, stories, 'firstProven'), [{ key: 'k2', what: 'takeProven' }]);
    const decided = { with: 'k1', kept: { key: 'k2', branch: 'refs/heads/a', other: 'refs/heads/b', tip: 'a'.repeat(40) } }; // prettier-ignore
    const over = [racer(1, STAGES.Coding, { race: decided }), ...stories.slice(1)];
    assert.deepEqual(raceSteps(over, over, 'firstProven'), [], 'what a person decided is not decided again');
    const actions = schedule(factsWith(stories, { raceWinner: 'firstProven', coder: null }));
    assert.deepEqual(actions, [{ kind: 'stepRace', key: 'k2', what: 'takeProven' }]);
  });

  it('[A14] is left by the last one, unless that one is frozen or another has landed', () => {
    const alone = [racer(2, STAGES.ReviewHold)];
    assert.deepEqual(raceSteps(alone, alone, 'person'), [{ key: 'k2', what: 'leave' }]);
    const frozen = [racer(2, STAGES.Frozen)];
    assert.deepEqual(raceSteps(frozen, frozen, 'person'), []);
    const landed = [racer(1, STAGES.Done), racer(2, STAGES.ReviewHold)];
    assert.deepEqual(raceSteps(landed, landed, 'person'), []);
    assert.deepEqual(raceSteps(alone, [], 'person'), [], 'something is at work on it');
  });

  it('[A14, A6] an agent that must wait holds up its own story alone', () => {
    const stories = [racer(1), racer(2)];
    const until = new Date(NOW + 60_000).toISOString();
    const limit = { kind: 'limit', agent: 'agent1', what: 'rate', at: until, until, said: true, times: 1 } as const;
    const facts = factsWith(stories, {
      coder: 'agent1',
      agents: { coder: ['agent1', 'agent2'] },
      agentLimits: [limit],
    });
    assert.deepEqual(schedule(facts), [{ kind: 'startCoder', key: 'k2' }]);
    const cards = buildBoardModel(facts).cards;
    assert.match(cards.find(({ number }) => number === 1)?.why ?? '', /^agent1 may go on at/);
    assert.equal(cards.find(({ number }) => number === 2)?.why, null);
    const stands = (stage: StoryRecord['stage'], chosen: object) =>
      buildBoardModel({
        ...factsWith([storyIn(stage, chosen)], { agentLimits: [{ ...limit, agent: 'rita' }] }),
        agents: { reviewer: ['rita', 'rosa'], mergemaster: ['rita', 'rosa'] },
        reviewer: { name: 'rita' },
        merging: { agent: 'rita', outputs: new Set(), standing: new Map() },
      }).cards[0]?.why ?? '';
    const review: StoryRecord['stage'] = { ...STAGES.QA, review: { reasons: [] } };
    for (const [stage, role] of [[review, 'reviewer'], [STAGES.MergeFailure, 'mergemaster']] as const) {
      assert.match(stands(stage, {}), /rita may go on at/);
      assert.match(stands(stage, { [role]: 'gone' }), /rita may go on at/);
      assert.doesNotMatch(stands(stage, { [role]: 'rosa' }), /rita/);
    } // prettier-ignore
  });

  it('[A14, U14] asks a person once, on the first of those that wait; each says whom it races and can be kept', () => {
    const stories = [racer(1), racer(2, STAGES.ReviewHold), racer(3, STAGES.ReviewHold)];
    const { cards } = buildBoardModel(factsWith(stories, { agents: { coder: ['agent1', 'agent2'] } }));
    const card = (number: number) => cards.find((one) => one.number === number)!;
    assert.deepEqual([1, 2, 3].map((number) => card(number).need), [null, 'review', null]); // prettier-ignore
    assert.ok(card(3).facts.includes('races #1 and #2'));
    assert.deepEqual(card(3).primaryActions, ['compareRace', 'keepThisOne', 'openDiff']);
    assert.ok(!card(3).actions.includes('approve') && card(3).actions.includes('reject'));
    assert.ok(card(1).actions.includes('compareRace') && !card(1).actions.includes('keepThisOne'));
    assert.ok(!card(1).actions.includes('mergeNow'));
  });

  it('[A14] is offered in the backlog where more than one agent codes', () => {
    const story = storyIn(STAGES.Backlog);
    const offers = (coders: string[], one = story): boolean =>
      buildBoardModel(factsWith([one], { agents: { coder: coders } })).cards[0]!.actions.includes('race');
    assert.deepEqual([offers(['a', 'b']), offers(['a'])], [true, false]);
    assert.equal(offers(['a', 'b'], storyIn(STAGES.Coding)), false);
  });

  it('[A2, A14] who codes a story can be chosen while it is under way, where there is a choice and it does not race', () => {
    const offers = (coders: string[], one: StoryRecord): string[] => {
      const [card] = buildBoardModel(factsWith([one], { coder: coders[0] ?? null, agents: { coder: coders } })).cards;
      return card!.actions.filter((id) => id === 'startWith' || id === 'chooseAgent');
    };
    assert.deepEqual(offers(['a', 'b'], storyIn(STAGES.Backlog)), ['chooseAgent', 'startWith']);
    assert.deepEqual(offers(['a', 'b'], storyIn(STAGES.ReviewHold)), ['chooseAgent']);
    assert.deepEqual(offers(['a', 'b'], storyIn(STAGES.Done)), []);
    assert.deepEqual(offers(['a'], storyIn(STAGES.Backlog)), []);
    assert.deepEqual(offers(['a'], storyIn(STAGES.Coding, { agent: 'gone' })), ['chooseAgent']);
    assert.deepEqual(offers(['agent1', 'agent2'], racer(1, STAGES.Backlog)), []);
    assert.deepEqual(offers(['a', 'b'], storyIn(STAGES.Coding, { worksAt: { machine: 'm2', name: 'Bo' } })), []);
  });

  it('[A2] a card says by whom a story is coded where that is not the first, and who comes next while another is at work', () => {
    const facts = (agent: string | undefined, at: string | null): readonly unknown[] => {
      const story = storyIn(STAGES.Coding, { key: 'k1', ...(agent !== undefined && { agent }) });
      const run = { kind: 'coder', name: at ?? '', role: 'coder', startedAt: NOW, tip: null, progress: null } as const;
      const runs = new Map(at === null ? [] : [['k1', run]]);
      return buildBoardModel(
        factsWith([story], { coder: 'a', agents: { coder: ['a', 'b'] }, runs }),
      ).cards[0]!.facts.slice(0, 1);
    };
    assert.deepEqual([facts(undefined, null), facts('a', null)], [[], []]);
    assert.deepEqual(
      [facts('b', null), facts('b', 'a'), facts('b', 'b')],
      [['coded by b'], ['next coded by b'], ['b']],
    );
  });

  it('[A2] a card says who reviews and who solves merges where a person chose that, and nothing of the first', () => {
    const agents = { coder: ['a'], reviewer: ['r', 'rita'], mergemaster: ['m', 'max'] };
    const facts = (chosen: object, more: object = {}): readonly unknown[] =>
      buildBoardModel(factsWith([storyIn(STAGES.Coding, { key: 'k1', ...chosen })], { coder: 'a', agents, ...more }))
        .cards[0]!.facts;
    assert.deepEqual(facts({ reviewer: 'rita', mergemaster: 'max' }), [
      'to be reviewed by rita',
      'merges solved by max',
    ]);
    assert.deepEqual(
      [facts({}), facts({ reviewer: 'r', mergemaster: 'm' }), facts({ reviewer: 'gone' })],
      [[], [], []],
    );
    const run = { kind: 'coder', name: 'rita', role: 'coder', startedAt: NOW, tip: null, progress: null };
    assert.ok(facts({ reviewer: 'rita' }, { runs: new Map([['k1', run]]) }).includes('to be reviewed by rita'));
  });

  it('[A14, MQ13] a conflict between those that race together is not worth a word; with others it is', () => {
    const stories = [racer(1), racer(2), storyIn(STAGES.Coding, { key: 'k9', number: 9 })];
    const conflict = (one: string, other: string | null) => ({ one, other, files: ['a.ts'] });
    const found = conflictsByStory(stories, [conflict('k1', 'k2'), conflict('k2', 'k9'), conflict('k1', null)]);
    assert.deepEqual([...found].map(([key, all]) => [key, all.map(({ other }) => other?.number ?? null)]), [['k2', [9]], ['k9', [2]], ['k1', [null]]]); // prettier-ignore
  });

  it('[A14, Y1] who codes and races here stays when others change the story, and is not told to them', () => {
    const mine = racer(2, STAGES.ReviewHold, {
      reviewer: 'rita',
      mergemaster: 'max',
      branchNumber: 1,
      repairsTarget: true,
      criteria: { done: 0, total: 0 },
    });
    const naming: Naming = { keyOf: (number) => `k${number}`, numberOf: (key) => Number(key.slice(1)) };
    const me = { machine: 'm1', name: 'Ada' };
    const shared = encodeStory(mine, me, naming);
    assert.ok(!/race|agent|rita|max/.test(JSON.stringify(shared)));
    const facts = {
      key: 'k2',
      me,
      wasBuried: false,
      isBuried: false,
      before: naming,
      after: naming,
      at: mine.updatedAt,
    };
    const base = { story: shared, body: '' };
    const local = { record: mine, grave: null, body: '' };
    assert.equal(decideTake({ ...facts, base, theirs: base }, local), null, 'an echo changes nothing');
    const theirs = { story: { ...shared, title: 'Another title' }, body: '' };
    const taken = decideTake({ ...facts, base, theirs }, local);
    assert.deepEqual(taken?.kind === 'receive' && taken.story, { ...mine, title: 'Another title' });
  });

  it('[A14] ranks one that its review refused behind those that are proven, and before those that are not', () => {
    const refused = looked(1, { review: { agent: 'rita', accepts: false }, change: null });
    const accepted = looked(2, { review: { agent: 'rita', accepts: true } });
    assert.deepEqual(numbers(rankRacers([looked(3, { gates: [] }), refused, accepted])), [2, 1, 3]);
  });

  it('[A14] names one beside the story by its agent, within the longest title', () => {
    assert.equal(racerTitle('Say hello', 'claude'), 'Say hello (claude)');
    const long = racerTitle('x'.repeat(TITLE_LIMIT), 'claude');
    assert.ok(long.length === TITLE_LIMIT && long.endsWith(' (claude)'));
  });

  it('[A14] reads side by side: proof, criteria, size, cost, and what is unknown is said to be', () => {
    const first = looked(1, { agent: 'claude', criteria: { done: 1, total: 2 }, spent: { runs: 2, minutes: 90, turns: 12, tokens: 4000, usd: 0.5 } }); // prettier-ignore
    const second = looked(2, { agent: 'codex', stage: 'Coding', gates: [], change: null });
    assert.doesNotMatch(raceText([first, second], english), /^Review/m);
    const text = raceText([first, second], english);
    const row = (name: string): string[] => text.split('\n').find((line) => line.startsWith(name))?.split(/ {2,}/).slice(1).map((cell) => cell.trim()) ?? []; // prettier-ignore
    assert.match(text, /^A race of 2 agents: #1, #2\n\n/);
    assert.match(text, /1\. #1 claude {3,}2\. #2 codex/);
    assert.deepEqual([row('Proven'), row('Gate test'), row('Criteria')], [['yes', 'no'], ['passed, 1.0 s', 'not run'], ['1 of 2', 'none']]); // prettier-ignore
    const reviewed = raceText([{ ...first, review: { agent: 'rita', accepts: false } }, second], english);
    assert.match(reviewed, /^Review +rita has not accepted it +none *$/m);
    assert.deepEqual([row('Lines'), row('At work for'), row('Cost'), row('Turns')], [['+10 -0', 'unknown'], ['1.5 h', '2.0 min'], ['$0.50', 'unknown'], ['12', 'unknown']]); // prettier-ignore
  });
});
