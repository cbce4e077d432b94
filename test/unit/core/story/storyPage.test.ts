import assert from 'node:assert/strict';
import fc from 'fast-check';
import { storyPage, storyPageSchema, type StoryPage, type StoryPageFacts } from '../../../../src/core/story/storyPage';
import { markdownBlocks } from '../../../../src/core/words/markdownBlocks';
import { readCriteria } from '../../../../src/core/story/criteria';
import { localMoment } from '../../../../src/core/words/localMoment';
import type { Card } from '../../../../src/core/board/card';

const AT = '2026-01-31T14:05:09.000Z';
const card: Card = {
  key: 'k1',
  number: 7,
  type: 'bug',
  title: 'Wave',
  labels: [],
  priority: 2,
  dependsOn: [{ key: 'k0', number: 3, state: 'Coding' }],
  neededBy: [],
  conflicts: [{ number: 9, files: ['a.ts'] }],
  stage: 'ReviewHold',
  column: 'QA',
  group: 'Needs you',
  state: 'review',
  mark: null,
  since: AT,
  agent: null,
  facts: [],
  why: 'It deletes the test a.test.ts.',
  said: { why: null, brief: null, facts: [] },
  brief: null,
  primaryActions: ['openDiff', 'approve', 'reject'],
  actions: ['approve', 'reject', 'openDiff', 'showOutput', 'showTimeline'],
  moves: [],
  need: 'review',
  question: null,
};

function page(change: Partial<StoryPageFacts> = {}): StoryPage {
  const runs = { agents: [], outputs: [] };
  return storyPage({ card, body: '', readOnly: null, review: null, history: [], runs, ...change });
}

function outputs(...ends: string[]): StoryPageFacts['runs'] {
  return { agents: [], outputs: ends.map((end) => ({ of: 'gates', end })) };
}

describe('the page of a story', () => {
  it('[U5] has one button that helps first, and the other steps that apply, each once', () => {
    const { first, others, why, needsYou } = page();
    assert.deepEqual([first?.id, first?.label, needsYou], ['openDiff', 'Open Diff', true]);
    assert.deepEqual(
      others.map(({ id }) => id),
      ['approve', 'reject', 'showOutput', 'showTimeline'],
    );
    assert.equal(why, 'It deletes the test a.test.ts.');
  });

  it('[U5] names programs and files of a command without the folders of this machine', () => {
    const runs = outputs(
      '$ /opt/node/bin/node "/home/ada/work/gate.mjs" src/a.ts\nin /home/ada\nGate a passed.',
      '$ C:\\bin\\sh.exe -c "cd / && x"',
    );
    assert.deepEqual(
      page({ runs }).outputs.map(({ text }) => text),
      [
        // prettier-ignore
        '$ …/node "…/gate.mjs" src/a.ts\nin /home/ada\nGate a passed.',
        '$ …/sh.exe -c "cd / && x"',
      ],
    );
  });

  it('[U5] shows text and criteria in their order, each criterion with its command and the commit that proved it', () => {
    const body = `# Why\nPeople wave.\nA lot.\n\n- one\n- [ ] It waves\n- [x] It works: \`npm test\` (passed on ${'a'.repeat(12)})\n\n\`\`\`\n- [ ] no\n\`\`\``;
    const { blocks, criteria } = page({ body });
    assert.deepEqual(
      blocks.map((block) => ('text' in block ? `${block.kind} ${block.text}` : `${block.kind} ${block.index}`)),
      ['heading Why', 'paragraph People wave. A lot.', 'item one', 'criterion 0', 'criterion 1', 'code - [ ] no'],
    );
    assert.deepEqual(
      criteria.map(({ done, command, check }) => [done, command, check]),
      [
        [false, null, null],
        [true, 'npm test', 'passed on aaaaaaaa'],
      ],
    );
  });

  it('[U5] shows what is quoted as quoted, line by line, as a story says it that adopted commits', () => {
    const { blocks } = page({
      body: 'Adopted from `x`, which held:\n\n> One\n> Two\n\n> - [ ] no criterion of its own',
    });
    assert.deepEqual(blocks, [
      { kind: 'paragraph', text: 'Adopted from `x`, which held:' },
      { kind: 'quote', text: 'One' },
      { kind: 'quote', text: 'Two' },
      { kind: 'quote', text: '- [ ] no criterion of its own' },
    ]);
  });

  it('[U5] has the history with its evidence, newest first, what its runs said last, conflicts and dependencies', () => {
    const entry = (sequence: number, event: string, evidence: string) => ({
      sequence,
      at: AT,
      key: 'k1',
      number: 7,
      by: 'person',
      event,
      from: 'Backlog',
      to: event === 'MergeFailed' ? 'MergeFailure' : 'Coding',
      evidence,
    });
    const shown = page({
      history: [
        entry(0, 'Edited', 'body; title: A → B'),
        entry(1, 'Edited', 'body'),
        entry(2, 'MergeFailed', 'refs/heads/story/7-sing'),
        entry(3, 'Start', '{"commitsAhead":2}'),
      ],
      runs: outputs('', Array.from({ length: 99 }, (_, line) => `line ${line}`).join('\n')),
    });
    assert.deepEqual(shown.history[0], { at: AT, text: 'person: started, Backlog → Coding', evidence: ['2 commits'] });
    assert.deepEqual(shown.history[1], { at: AT, text: 'person: merge failed, Backlog → Failed merge', evidence: ['story/7-sing'] }); // prettier-ignore
    // That the text was edited is said already.
    assert.deepEqual(shown.history.slice(2).map(({ evidence }) => evidence), [[], ['title: A → B']]); // prettier-ignore
    assert.equal(shown.outputs.length, 1);
    const [{ title, last, text } = { title: '', last: '', text: '' }] = shown.outputs;
    assert.deepEqual([title, last, text.slice(0, 7), text.slice(-7)], ['Gates', 'line 98', 'line 69', 'line 98']);
    assert.deepEqual([shown.conflicts, shown.dependencies], [['#9 in a.ts'], ['#3, Coding']]);
  });

  it('[U5, A9] names each run of an agent that is kept by who ran, when, what it came to and what it took, the newest first', () => {
    const run = { run: 'r1', slot: 0, agent: 'claude', role: 'coder', from: Date.parse(AT), to: Date.parse(AT) + 740, came: 'handedOver', size: 1 } as const; // prettier-ignore
    const spent = { turns: 12, tokens: 34_400, usd: null };
    const agents = [
      run,
      {
        ...run,
        run: 'r2',
        agent: 'ri\u202eta',
        role: 'reviewer',
        to: run.from + 390_000,
        came: 'sentBack',
        spent,
      } as const,
    ];
    const { runs, outputs: shown } = page({ card: { ...card, agent: 'claude' }, runs: { agents, outputs: [{ of: 'agent', end: 'x' }] } }); // prettier-ignore
    assert.deepEqual(runs, [
      {
        run: 'r2',
        who: 'ri\\u{202e}ta, reviewer',
        what: `${localMoment(AT).slice(0, 16)} · sends it back · 6.5 min · 12 turns · 34k tokens`,
      },
      {
        run: 'r1',
        who: 'claude, coder',
        what: `${localMoment(AT).slice(0, 16)} · its work went to the gates · 740 ms`,
      },
    ]);
    assert.deepEqual(shown.map(({ title }) => title), ['claude is at work']); // prettier-ignore
  });

  it('[U5, A1] says that an agent accepted it by its review, and shows no age that would stand still', () => {
    const entry = { sequence: 1, at: AT, key: 'k1', number: 7, by: 'agent rita', event: 'GatesPassed', from: 'QA', to: 'Merge', evidence: '' }; // prettier-ignore
    const facts = ['reviewed by rita', { since: Date.parse(AT) }, 'I look.'];
    const { history, about, facts: said } = page({ card: { ...card, facts }, history: [entry] });
    assert.deepEqual(history.map(({ text }) => text), ['agent rita: accepted by its review, QA → Merge']); // prettier-ignore
    assert.deepEqual([about, said], [['bug'], 'reviewed by rita · I look.']);
  });

  it('[U5] every criterion of a text has its place on the page, and no other line has', () => {
    const line = fc.constantFrom(
      '- [ ] a',
      '- [x] b',
      '  1. [ ] c',
      '```',
      '~~~',
      'text',
      '',
      '- [ ]',
      '- item',
      '# h',
      '> - [ ] q',
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
        const body = lines.join('\n');
        const places = markdownBlocks(body).flatMap((block) => (block.kind === 'criterion' ? [block.index] : []));
        assert.deepEqual(
          places,
          readCriteria(body).map((_, index) => index),
          body,
        );
      }),
    );
  });

  it('[U17] whatever stands in a story, the page gets texts whose characters can be seen', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 200 }), (text) => {
        const shown = page({ card: { ...card, title: text, why: text }, body: text, runs: outputs(text) });
        assert.ok(storyPageSchema.safeParse(shown).success);
        assert.doesNotMatch(shown.title, /[\u202a-\u202e\u2066-\u2069]/);
      }),
    );
  });
});
