import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { overviewOf, type OpenRepository } from '../../src/core/board/overview';
import { makeModel, sampleCards, sampleModel } from './support/sampleModel';
import { useBoard } from './support/useBoard';

describe('several repositories on the board', () => {
  const open = useBoard();
  const model = sampleModel();
  const repositories: OpenRepository[] = [
    { name: 'app', about: null, board: model, problem: null },
    { name: 'lib', about: 'submodule of app', board: makeModel(sampleCards().slice(0, 3), { counts: { ...model.counts, needsYou: 0 } }), problem: null }, // prettier-ignore
    { name: '<b>api</b>', about: null, board: null, problem: 'This repository has no commit yet.' },
  ];
  const { rows } = overviewOf(repositories);

  it('[U7] one repository has nothing to choose from; of several one is chosen, and all stand in the overview', async () => {
    const board = await open({ width: 1400 });
    await board.send({ type: 'overview', rows: rows.slice(0, 1), shown: 'app' });
    await board.send({ type: 'model', model });
    const choice = board.page.getByRole('combobox', { name: 'Repository' });
    assert.equal(await choice.count(), 0);
    await board.send({ type: 'overview', rows, shown: 'app' });
    assert.deepEqual(await choice.locator('option').evaluateAll((all) => all.map((one) => (one as HTMLOptionElement).value)), ['/', 'app', 'lib', '<b>api</b>']); // prettier-ignore
    assert.equal(await board.page.locator('.overview').count(), 0);
    await choice.selectOption('/');
    const shown = board.page.getByRole('region', { name: 'Overview of repositories' });
    const texts = await shown.locator('tbody tr').evaluateAll((all) => all.map((row) => row.textContent));
    assert.match(texts[0] ?? '', /^applands on main/);
    assert.match(texts[1] ?? '', /^libsubmodule of app · lands on main/);
    assert.match(texts[2] ?? '', /^<b>api<\/b>.*This repository has no commit yet\.$/);
    assert.equal(await board.page.locator('.column').count(), 0);
  });

  it('[U7, B2] its figures are those of the rows, and its marks have the icons and words of every view', async () => {
    const board = await open({ width: 1400 });
    await board.send({ type: 'overview', rows, shown: 'app' });
    await board.send({ type: 'turnTo', page: 'overview' });
    const figures = await board.page.locator('[data-repository="app"] .figure').allTextContents();
    const { stages, marks } = rows[0]!;
    assert.deepEqual(figures, [...Object.values(stages), marks.running, marks.queued, marks.cold].map(String));
    for (const word of ['Recovery running', 'Recovery queued', 'Needs you'])
      assert.equal(await board.page.locator('thead').getByRole('img', { name: word, exact: true }).count(), 1, word);
    assert.equal(await board.page.locator('thead .codicon-robot').count(), 1);
    assert.equal(await board.page.locator('thead .codicon-circle-filled.tone-cold').count(), 1);
    await board.screenshot('overview-page');
  });

  it('[U7] a name shows its board, what needs the person first opens, and another board replaces the one before', async () => {
    const board = await open({ width: 1400 });
    await board.send({ type: 'overview', rows, shown: 'app' });
    await board.send({ type: 'model', model });
    await board.send({ type: 'turnTo', page: 'overview' });
    await board.page.locator('[data-repository="app"] td .link').click();
    await board.page.getByRole('button', { name: 'lib', exact: true }).click();
    await board.send({ type: 'turnTo', page: 'overview' });
    await board.send({ type: 'turnTo', page: 'board' });
    assert.equal(await board.page.locator('.overview').count(), 0, 'the one that is shown can be chosen again');
    const asked = (await board.sent()).filter(({ type }) => type === 'openFirst' || type === 'showRepository');
    assert.deepEqual(asked, [
      { type: 'openFirst', repository: 'app' },
      { type: 'showRepository', repository: 'lib' },
    ]);
    await board.send({ type: 'overview', rows, shown: 'lib' });
    assert.equal(await board.page.locator('.card').count(), 0, 'the stories of app are not those of lib');
    await board.send({ type: 'model', model: repositories[1]!.board! });
    assert.equal(await board.page.getByRole('combobox', { name: 'Repository' }).inputValue(), 'lib');
    assert.ok((await board.page.locator('.card').count()) > 0);
  });

  for (const theme of ['dark', 'light', 'hcDark'] as const) {
    it(`[U7] axe finds nothing serious in the overview (${theme})`, async () => {
      const board = await open({ theme, width: 1400 });
      await board.send({ type: 'overview', rows, shown: 'app' });
      await board.send({ type: 'turnTo', page: 'overview' });
      const { violations } = await new AxeBuilder({ page: board.page }).analyze();
      const serious = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical');
      assert.deepEqual(serious.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html}`)), []); // prettier-ignore
    });
  }
});
