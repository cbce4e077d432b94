import assert from 'node:assert/strict';
import { envelope } from '../support/envelope';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { openWorkbench } from '../support/workbench/open';
import type { Workbench } from '../support/workbench/workbench';
import { seriousInThemes } from './support/axe';
import { Board } from './support/board';
import { Stories } from './support/stories';
import { testGate } from './support/settings';

describe('The board beside the tree', function () {
  inOrder(this);
  let workbench: Workbench;
  let stories: Stories;
  let board: Board;

  before(async () => {
    workbench = await openWorkbench({ settings: testGate });
    stories = new Stories(workbench);
    await stories.open();
    await stories.create({ title: 'Wave goodbye', type: 'bug' });
    await stories.approve();
    await stories.create({ title: 'Say <b>hello</b> & "bye"', type: 'spike' });
    await stories.create({ title: 'Whisper' });
    await stories.command('Open Board');
    board = await Board.find(workbench);
  });
  after(() => workbench.close());

  it('[U2] is made of the page that the policy allows, and nothing else gets in', async () => {
    const policy = await board.frame.locator('meta[http-equiv="Content-Security-Policy"]').getAttribute('content');
    const [first, ...rest] = (policy ?? '').split('; ');
    assert.equal(first, "default-src 'none'");
    assert.deepEqual(
      rest.map((one) => one.split(' ')[0]),
      ['style-src', 'font-src', 'script-src'],
    );
    assert.match(rest.at(-1)!, /^script-src 'nonce-[\w+/=]{16,}'$/);
    const refused = await board.frame.evaluate(async () => {
      const violation = new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        });
      });
      const script = document.createElement('script');
      script.textContent = 'document.title = "taken over"';
      document.body.append(script);
      return [await violation, document.title];
    });
    assert.deepEqual(refused, ['script-src-elem', 'Switchyard Board']);
  });

  it('[B2, U1, U2] shows the stories that the tree shows, with the same words and marks', async () => {
    await stories.run('Block…', 3);
    await workbench.quickInput.waitForPrompt('Why is #3 blocked?');
    await workbench.quickInput.fill('Waits for the library');
    await workbench.quickInput.accept();
    await stories.waitInGroup(3, 'Needs you');
    await stories.run('Start', 1);
    await stories.waitInGroup(1, 'Coding');
    await assertSameAsTree();
    await board.waitForColumn(3, 'Backlog');
    const blocked = (await board.cards()).find((card) => card.number === 3)!;
    assert.match(blocked.spoken, /Blocked.*Waits for the library\. Nothing will happen until you act\./);
    assert.equal((await stories.row(3))?.icon, 'circle-filled');
    assert.ok(blocked.icons.includes('circle-filled'));
    assert.equal((await board.cards()).find((card) => card.number === 2)?.title, 'Say <b>hello</b> & "bye"');
    await workbench.screenshot('board-light');
  });

  it('[U2] follows the engine together with the tree, without a reload', async () => {
    await board.frame.evaluate(() => document.body.setAttribute('data-seen', 'before'));
    await board.fold('Frozen');
    const changes = [
      ['Freeze', 'Frozen', 'Frozen'],
      ['Unfreeze', 'Backlog', 'Backlog'],
      ['Start', 'Coding', 'Coding'],
    ] as const;
    for (const [command, group, column] of changes) {
      await stories.run(command, 2);
      await Promise.all([stories.waitInGroup(2, group), board.waitForColumn(2, column)]);
    }
    assert.equal(await board.frame.locator('body').getAttribute('data-seen'), 'before');
    await assertSameAsTree();
  });

  it('[U2] a malformed message in either direction changes nothing and is written down', async () => {
    const before = await board.cards();
    const key = await board.card(1).getAttribute('data-key');
    const noHead = { kind: 'whole', revision: 9, cards: [] };
    for (const message of [null, 7, 'model', [], {}, { type: 'model' }]) await board.receive(message);
    for (const [name, value] of [['model', noHead], ['announce', { text: 5 }], ['navigate', {}]] as const) await board.receive(envelope(name, value)); // prettier-ignore
    assert.deepEqual(await board.cards(), before);
    // The output shows its last lines, so few are written after those that are looked for.
    await board.send({ type: 'move', key, to: 'Coding' });
    const refused: readonly [string, unknown][] = [
      ['run', { command: 'workbench.action.quit' }],
      ['move', { keys: [key], to: 'Gone' }],
      ['move', { keys: ['nobody'], to: 'Coding' }],
      ['move', { keys: [key], to: 'Done' }],
      ['action', { keys: [key], action: 'approve' }],
      ['notice', { action: 'setTarget' }],
    ];
    for (const [name, value] of refused) await board.send(envelope(name, value));
    await stories.command('Show Log');
    for (const why of [
      /The board: cannot read announce/,
      /cannot read a message that is neither a request nor a reply/,
      /there is no message "run"/,
      /cannot read move/,
      /refused move: there is no such story/,
      /refused move: .* cannot move to Done/,
      /refused action: .* does not offer approve/,
      /refused notice/,
    ])
      await workbench.output.waitForLine(why);
    assert.deepEqual(await board.cards(), before);
    await assertSameAsTree();
  });

  it('[ST6, U2] a stage is changed by keyboard and by menu', async () => {
    await board.focus(1);
    await workbench.page.keyboard.press('m');
    const stages = await board.menu();
    assert.ok(stages.includes('Backlog') && stages.includes('Frozen') && !stages.includes('Coding'), stages.join());
    for (let step = 0; step < stages.indexOf('Backlog'); step++) await workbench.page.keyboard.press('ArrowDown');
    await workbench.page.keyboard.press('Enter');
    await board.waitForColumn(1, 'Backlog');
    await stories.waitInGroup(1, 'Backlog');

    await board
      .card(1)
      .locator('.facts, .title')
      .first()
      .click({ button: 'right', position: { x: 2, y: 2 } });
    await workbench.screenshot('board-menu');
    await board.frame.getByRole('menuitem', { name: 'Move to Stage…' }).click();
    await board.frame.getByRole('menuitem', { name: 'Coding' }).click();
    await board.waitForColumn(1, 'Coding');
    await stories.waitInGroup(1, 'Coding');
  });

  it('[U2] axe finds nothing serious in dark, light and high contrast', async () => {
    const page = { name: 'board', frame: board.frame, root: '.board', seen: 'Wave goodbye' };
    assert.deepEqual(await seriousInThemes(workbench, page, ['dark', 'hc', 'light']), []);
  });

  it('[U2] is back after a reload of the window, with its filter and its stories', async () => {
    await board.frame.getByRole('textbox').fill('#1');
    await waitFor('the filter to hold', async () => (await board.cards()).length === 1);
    const [shown] = await board.cards();
    await workbench.runCommand('Developer: Reload Window');
    await workbench.extensionHost.waitUntilReady();
    board = await Board.find(workbench);
    await board.waitForColumn(1, 'Coding');
    assert.deepEqual(await board.cards(), [shown]);
    assert.equal(await board.frame.getByRole('textbox').inputValue(), '#1');
    await board.frame.getByRole('textbox').fill('');
    await stories.waitInGroup(1, 'Coding');
    await waitFor('all cards', async () => (await board.cards()).length === 3);
    await assertSameAsTree();
  });

  /** Every story of the tree is a card that says the same, and the other way round. */
  async function assertSameAsTree(): Promise<void> {
    const inTree = async (): Promise<string[]> =>
      (await stories.tree.rows())
        .filter((row) => row.label.startsWith('#'))
        .map((row) => row.spoken)
        .sort();
    const onBoard = async (): Promise<string[]> => (await board.cards()).map((card) => card.spoken).sort();
    await waitFor(
      'tree and board to say the same',
      async () => JSON.stringify(await inTree()) === JSON.stringify(await onBoard()),
      { seen: async () => ({ tree: await inTree(), board: await onBoard() }) },
    );
  }
});
