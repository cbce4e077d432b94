import assert from 'node:assert/strict';
import { makeCard, makeModel, sampleCards, sampleModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('the merge queue on the board', () => {
  const open = useBoard();

  it('[U2] the lane says where stories land, who is next, how far its gates are, what dropped out, and how it lands', async () => {
    const board = await open({ width: 1400 });
    await board.send({ type: 'model', model: sampleModel() });
    const lane = board.page.getByRole('region', { name: 'Merge queue' });
    assert.equal(await lane.locator('.target').textContent(), 'maina41f09c2');
    const members = await lane.locator('.member').allTextContents();
    assert.match(members[0] ?? '', /^#29test 2\/3\d+ s/);
    assert.match(members[1] ?? '', /^#30/);
    assert.deepEqual(members.slice(2).map((text) => text.slice(0, 3)), ['#26', '#24', '#31']); // prettier-ignore
    const progress = lane.getByRole('progressbar', { name: 'Gates of #29' });
    assert.deepEqual([await progress.getAttribute('value'), await progress.getAttribute('max')], ['1', '3']);
    assert.match((await lane.locator('.policy').textContent()) ?? '', /^train of 2: 2 gate runs side by side/);
    assert.match((await lane.locator('.policy').getAttribute('title')) ?? '', /take no longer than one$/);
    await board.screenshot('lane');
  });

  it('[U2, U10] the lane says when a story lands on a clock of 24 hours, as its cards do, also in a language that has another', async () => {
    const board = await open();
    const { queue } = sampleModel();
    const [first, ...others] = queue!.candidates;
    const at = new Date(2026, 0, 31, 14, 5).getTime();
    await board.send({ type: 'model', model: sampleModel({ queue: { ...queue!, candidates: [{ ...first!, at }, ...others] } }) }); // prettier-ignore
    const member = board.page.locator('.member').first();
    assert.match((await member.textContent()) ?? '', /~14:05$/);
    assert.match((await member.getAttribute('title')) ?? '', /Lands about 14:05 if all stays green$/);
  });

  it('[U2, MQ11] while gates run on the target the lane says so and for how long', async () => {
    const board = await open();
    const { queue } = sampleModel();
    await board.send({ type: 'model', model: sampleModel({ queue: { ...queue!, stopped: 'paused: main is red', targetGates: 0 } }) }); // prettier-ignore
    assert.match((await board.page.locator('.lane .gates').textContent()) ?? '', /^gates run on main \d+ \w+$/);
    await board.screenshot('lane-target-gates');
  });

  it('[U2] a member of the lane leads to its card', async () => {
    const board = await open();
    await board.send({ type: 'model', model: sampleModel() });
    await board.page.locator('.member', { hasText: '#30' }).click();
    assert.equal(await board.focusedKey(), 'key-30');
  });

  it('[U2] a queue that lands nothing says why, and an empty one that it is', async () => {
    const board = await open();
    const { queue } = sampleModel();
    const why = 'paused: main is red since 10:12';
    await board.send({ type: 'model', model: sampleModel({ queue: { ...queue!, stopped: why } }) });
    assert.equal(await board.page.locator('.lane .stopped').textContent(), why);
    assert.equal(await board.page.locator('.lane .target .codicon-debug-pause').count(), 1);
    await board.send({ type: 'model', model: makeModel([], { queue: { ...queue!, candidates: [], out: [] } }) });
    assert.equal(await board.page.locator('.lane .train').textContent(), 'The merge queue is empty.');
    const held = makeCard(7, { stage: 'QA', column: 'QA', actions: ['decideTarget'] });
    await board.send({ type: 'model', model: makeModel([held], { queue: { ...queue!, candidates: [], out: [] } }) });
    assert.equal(await board.page.locator('.lane .train').textContent(), 'In QA, held until the target is green: #7');
  });

  it('[U2] Coding says how many agents are at work of how many that may be', async () => {
    const board = await open();
    await board.send({ type: 'model', model: sampleModel() });
    assert.equal(await board.column('Coding').locator('.wip').textContent(), '2 of 2 agents');
  });

  it('[U2] a predicted conflict has a line of its own on the card, with its mark', async () => {
    const board = await open();
    const conflicts = [{ number: 29, files: ['src/query.ts'] }];
    const facts = ['Will conflict with #29 in query.ts', 'opencode', { since: 0 }];
    const cards = sampleCards().map((card) => (card.number === 34 ? { ...card, conflicts, facts } : card));
    await board.send({ type: 'model', model: makeModel(cards) });
    const radar = board.card(34).locator('.radar');
    assert.equal(await radar.textContent(), 'Will conflict with #29 in query.ts');
    assert.equal(await radar.getByRole('img', { name: 'Predicted conflict' }).count(), 1);
    assert.equal(await board.card(34).locator('.facts').textContent(), 'opencode');
  });
});
