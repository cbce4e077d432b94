import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { BoardMaker } from '../../src/core/board/boardMaker';
import { StableCommands } from '../../src/host/tree/stableCommands';
import { StoryTree, type TreeNode } from '../../src/host/tree/storyTree';
import { factsWith, NOW, STAGES, storyIn } from '../support/storyFixtures';

const MANY = 20_000;

describe('A tree of very many stories', () => {
  it('[U1] it gives the first rows of a group and one that loads more, and of one change it draws one row anew', async () => {
    const titled = (at: number, title: string) => storyIn(STAGES.Backlog, { key: `key-${at}`, number: at + 1, title });
    const maker = new BoardMaker();
    const facts = factsWith(Array.from({ length: MANY }, (_, at) => titled(at, `Story ${at + 1}`)));
    let model = maker.make(facts);
    const changes = new vscode.EventEmitter<void>();
    const source = { model: () => model, onDidChange: changes.event, body: () => Promise.resolve(''), history: () => Promise.resolve([]), runs: () => Promise.resolve([]) }; // prettier-ignore
    const tree = new StoryTree(source, vscode.Uri.file('/'));
    const drawn: (readonly TreeNode[] | undefined)[] = [];
    const subscription = tree.onDidChangeTreeData((nodes) => drawn.push(nodes));
    try {
      changes.fire();
      const [group] = await tree.getChildren();
      assert.ok(group?.kind === 'group' && group.group === 'Backlog');
      const rows = await tree.getChildren(group);
      assert.deepEqual([rows.length, rows.at(-1)], [201, { kind: 'more', group: 'Backlog', left: MANY - 200 }]);
      const { label, command } = tree.getTreeItem(rows[0]!);
      assert.equal(label, '#1 Story 1');
      // Of any other command VS Code gives the arguments away when the row is drawn anew, under a click.
      const [uri, , tab] = (command?.arguments ?? []) as unknown[];
      assert.deepEqual([command?.command, String(uri), tab], ['vscode.open', 'switchyard:/1.md', '#1 Story 1.md']);
      assert.equal(tree.getTreeItem(rows[200]!).command?.command, 'switchyard.loadMore');
      tree.loadMore('Backlog');
      assert.equal((await tree.getChildren(group)).length, 401);
      drawn.length = 0;
      const stories = facts.stories.map((story, at) => (at === 7 ? titled(7, 'Called otherwise') : story));
      model = maker.make({ ...facts, stories, now: NOW });
      const before = process.cpuUsage();
      changes.fire();
      const { user, system } = process.cpuUsage(before);
      console.log(`One change in a tree of ${MANY} rows: ${Math.round((user + system) / 1000)} ms of CPU.`);
      assert.deepEqual(drawn, [[rows[7]]], 'one row, the very node that VS Code has');
      assert.equal(tree.getTreeItem(rows[7]!).label, '#8 Called otherwise');
    } finally {
      subscription.dispose();
      tree.dispose();
      changes.dispose();
    }
  });

  it('[U1] the command of a row is one without arguments, which does what the row that was drawn last does', async () => {
    const commands = new StableCommands();
    const did: unknown[][] = [];
    const deed = vscode.commands.registerCommand('test.deedOfRow', (...given: unknown[]) => did.push(given));
    try {
      const drawn = (...given: unknown[]) => commands.of('row', { command: 'test.deedOfRow', title: 'Do', arguments: given }); // prettier-ignore
      const [before, now] = [{ kind: 'more' }, { kind: 'more' }];
      const { command, arguments: given } = drawn(before);
      assert.deepEqual([given, drawn(now).command], [undefined, command]);
      await vscode.commands.executeCommand(command);
      await vscode.commands.executeCommand(drawn('other').command);
      assert.deepEqual(did, [[now], ['other']]);
      assert.equal(did[0]?.[0], now, 'the very node that the tree has');
    } finally {
      deed.dispose();
      commands.dispose();
    }
  });
});
