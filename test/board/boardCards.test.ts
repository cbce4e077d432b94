import assert from 'node:assert/strict';
import { MARK_WORDS } from '../../src/core/pipeline/markWords';
import { frozenCard, makeCard, makeModel, NOW, sampleCards, sampleNotices } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('the cards of the board', () => {
  const open = useBoard();

  it('[U2] stories stand in the column of their stage, in the order of the model', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    assert.deepEqual(await board.page.locator('h2').allTextContents(), [
      'Backlog3',
      'Coding3',
      'QA2',
      'Merge5',
      'Done2',
      'Frozen0',
      'Archived0',
    ]);
    assert.deepEqual(await board.numbersIn('Merge'), ['#24', '#26', '#31', '#29', '#30']);
  });

  it('[U2] what is off the line is folded to a strip with its count, and a press opens and folds it', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel([...sampleCards(), frozenCard()]) });
    const head = board.column('Frozen').getByRole('button', { name: 'Frozen' });
    assert.equal(await head.getAttribute('aria-expanded'), 'false');
    assert.deepEqual(await board.numbersIn('Frozen'), []);
    await head.click();
    assert.deepEqual(await board.numbersIn('Frozen'), ['#40']);
    await board.page.reload();
    await board.send({ type: 'model', model: makeModel([...sampleCards(), frozenCard()]) });
    assert.deepEqual(await board.numbersIn('Frozen'), ['#40'], 'as it was left');
    await head.click();
    assert.deepEqual(await board.numbersIn('Frozen'), []);
  });

  it('[U2] Done is green only when something landed', async () => {
    const board = await open();
    const icon = board.column('Done').locator('h2 .icon');
    await board.send({ type: 'model', model: makeModel([]) });
    assert.doesNotMatch((await icon.getAttribute('class')) ?? '', /tone-proven/);
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    assert.match((await icon.getAttribute('class')) ?? '', /tone-proven/);
  });

  it('[U2] a card has one age: of the work that goes on, else of its stay in the stage', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const textOf = (number: number, part: string) => board.card(number).locator(part).textContent();
    assert.deepEqual([await textOf(34, '.age'), await textOf(34, '.facts')], ['6 min', 'opencode · 2/4 criteria']);
    const line = await board.card(34).locator('.facts .text').boundingBox();
    assert.equal(line?.height, 32, 'room for what its agent says next, so that no button moves');
    assert.equal(await textOf(36, '.age'), '2 h');
    assert.match((await board.card(34).locator('.age').getAttribute('title')) ?? '', /At work since .*\nIn this stage/);
  });

  it('[U2] a line of facts that says no more than the reason is left out', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    assert.equal(await board.card(30).locator('.why').textContent(), 'Queued behind #29.');
    assert.equal(await board.card(30).locator('.facts').count(), 0);
  });

  it('[U2] a card says type, number, age, title and facts', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const card = board.card(36);
    assert.equal(await card.locator('.head .icon').first().getAttribute('aria-label'), 'Bug');
    assert.equal(await card.locator('.age').textContent(), '2 h');
    assert.equal(await card.locator('.title').textContent(), 'Totals drift when a refund is partial');
    assert.equal(await card.locator('.facts').textContent(), 'P1 · billing');
    assert.equal(await card.getAttribute('role'), 'listitem');
    assert.match((await card.getAttribute('aria-label')) ?? '', /^#36 Totals drift when a refund is partial, Backlog/);
  });

  it('[U2] ages go on without a word from the host', async () => {
    const board = await open();
    await board.send({
      type: 'model',
      model: makeModel([makeCard(1, { since: new Date(NOW - 55_000).toISOString() })]),
    });
    assert.equal(await board.card(1).locator('.age').textContent(), 'just now');
    await board.page.clock.runFor(5_000);
    await board.page.clock.runFor(5_000);
    assert.equal(await board.card(1).locator('.age').textContent(), '1 min');
  });

  const marks = [
    { number: 24, mark: 'running', shape: '.codicon-robot', tone: 'tone-working' },
    { number: 26, mark: 'queued', shape: 'svg', tone: 'tone-waiting' },
    { number: 31, mark: 'cold', shape: '.codicon-circle-filled', tone: 'tone-cold' },
  ] as const;
  for (const { number, mark, shape, tone } of marks) {
    it(`[B2] a stuck story that is ${mark} has its own icon, colour and word`, async () => {
      const board = await open();
      await board.send({ type: 'model', model: makeModel(sampleCards()) });
      const icon = board.card(number).locator('.why [role="img"]');
      assert.equal(await icon.getAttribute('aria-label'), MARK_WORDS[mark].word);
      assert.ok((await icon.getAttribute('class'))?.includes(tone));
      assert.equal(await board.card(number).locator(`.why ${shape}`).count(), 1);
      assert.ok((await board.card(number).getAttribute('aria-label'))?.includes(MARK_WORDS[mark].spoken));
    });
  }

  it('[B2] only stories that wait, recover, are stuck or want a review have a coloured edge', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const edged = await board.page.locator('.card[class*="edge-"] .number').allTextContents();
    assert.deepEqual(edged.sort(), ['#22', '#24', '#26', '#30', '#31', '#35', '#39']);
  });

  it('[B3] a stuck story says why in one line and offers at most three actions', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    const card = board.card(31);
    assert.match((await card.locator('.why').textContent()) ?? '', /Nothing will happen until you act\.$/);
    assert.deepEqual(await card.locator('.actions button').allTextContents(), [
      'Fix Up',
      'Resolve Conflicts…',
      'Retry Merge',
    ]);
  });

  it('[B3] an action of a card is asked of the host, and announced', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(31).getByRole('button', { name: 'Retry Merge #31' }).click();
    assert.deepEqual((await board.sent()).at(-1), { type: 'action', keys: ['key-31'], action: 'retryMerge' });
    assert.equal(await board.announced(), 'Retry Merge requested for #31.');
  });

  it('[U2] a click shows at once that it is being done, until there is an answer', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(36).getByRole('button', { name: 'Start' }).click();
    assert.equal(await board.card(36).getAttribute('aria-busy'), 'true');
    assert.equal(await board.card(36).locator('.head .codicon-loading').count(), 1);
    await board.answer('action', '#36 is in Coding.');
    assert.equal(await board.card(36).getAttribute('aria-busy'), null);
    assert.equal(await board.card(36).locator('.age').count(), 1);
  });

  it('[U2] the title opens the story, and so does a double click beside it', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel(sampleCards()) });
    await board.card(36).locator('.title .open').click();
    await board.card(29).locator('.facts').dblclick();
    assert.deepEqual((await board.sent()).slice(-2), [
      { type: 'open', key: 'key-36' },
      { type: 'open', key: 'key-29' },
    ]);
  });

  it('[U2] notices stand above the columns and lead to what helps', async () => {
    const board = await open();
    await board.send({ type: 'model', model: makeModel([], { notices: sampleNotices() }) });
    assert.equal(await board.page.locator('.notice').count(), 2);
    await board.page.getByRole('button', { name: 'Review Commands' }).click();
    assert.deepEqual((await board.sent()).at(-1), { type: 'notice', action: 'approveCommands' });
  });

  it('[U10] texts come in the language that the host sent', async () => {
    const board = await open();
    await board.send({ type: 'strings', strings: { 'New Story': 'Neue Story', Backlog: 'Vorrat' } });
    await board.send({ type: 'model', model: makeModel([]) });
    assert.equal(await board.page.locator('.primary').textContent(), 'Neue Story');
    assert.match((await board.column('Backlog').locator('h2').textContent()) ?? '', /^Vorrat/);
  });
});
