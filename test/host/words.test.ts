import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { PLAIN_COMMANDS } from '../../src/host/commands/commandList';
import { ACTION_IDS, ACTIONS } from '../../src/core/board/actions';
import { unlessCancelled } from '../../src/host/say/showIfLong';
import { StoryTree, type TreeNode } from '../../src/host/tree/storyTree';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

/** What VS Code makes a link or an icon of, in notifications, lists, status bar and tooltips. */
const LINK = /\[([^\]]+)\]\(((?:https?:\/\/|command:|file:)[^)\s]+)(?: (["']).+?\3)?\)/i;
const ICON = /\$\([a-z0-9-]+(?:~[a-z]+)?\)/i;
const COMMAND = '[x](command:workbench.action.openSettings)';
/** The part of the hostile name by which a text that holds it is known. */
const NAME = /command:workbench\.action\.openSettings/;

describe('Words that somebody else chose', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
  });
  beforeEach(() => {
    person = new Person('closes');
  });
  afterEach(() => person.restore());

  it('[U11, U17] every command is over once it has spoken, and a title in the form of a link and an icon is text there', async () => {
    const card = await pipeline.newStory(person, `$(trash) ${COMMAND}`);
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    const ids = [...Object.keys(PLAIN_COMMANDS), ...ACTION_IDS.filter((id) => ACTIONS[id].menu !== null)];
    for (const id of ids.filter((one) => one !== 'openBoard')) await runWhole(id);
    assert.ok(
      person.read.some((text) => NAME.test(text)),
      'the title was shown',
    );
    for (const text of person.read) assertIsText(text);
  });

  it('[U11] who cancels what takes long is back at once, and what goes on knows that it may change nothing any more', async () => {
    const tokens = new vscode.CancellationTokenSource();
    const { withProgress } = vscode.window;
    const shown: vscode.ProgressOptions[] = [];
    Object.assign(vscode.window, {
      withProgress: (options: vscode.ProgressOptions, task: (progress: unknown, token: unknown) => unknown) => {
        shown.push(options);
        queueMicrotask(() => tokens.cancel());
        return task({ report: () => undefined }, tokens.token);
      },
    });
    try {
      let told: AbortSignal | undefined;
      const outcome = await unlessCancelled('Looking', (signal) => {
        told = signal;
        return new Promise<never>(() => undefined);
      });
      assert.deepEqual([outcome, told?.aborted], ['cancelled', true]);
      assert.deepEqual(shown.map(({ title, cancellable }) => [title, cancellable]), [['Looking', true]]); // prettier-ignore
    } finally {
      Object.assign(vscode.window, { withProgress });
    }
  });

  it('[U17] a file named like a command link is text in the reason why a landing waits', async function () {
    const card = pipeline.cards().find((one) => NAME.test(one.title))!;
    const name = COMMAND;
    await pipeline.work(card, { [name]: 'from the story\n' });
    pipeline.write(name, 'mine\n');
    await pipeline.run('readyForQa', card);
    await pipeline.waitForStage(card, 'ReviewHold');
    await pipeline.run('approve', card);
    await pipeline.waitForCard(card, 'a landing that waits', (now) => NAME.test(now.why ?? ''));
    person.will(/Merge status of which story/, /command:workbench/);
    await vscode.commands.executeCommand('switchyard.mergeStatus');
    await person.sees(/Your file .*command:workbench.* is in the way/);
    for (const text of person.read) assertIsText(text);
    rmSync(path.join(pipeline.folder, name));
    await pipeline.waitForStage(card, 'Done');
  });

  it('[U17] rows and tooltips of the tree hold them as text, and run no command but those of the story', async () => {
    const nothing = new vscode.EventEmitter<void>();
    const tree = new StoryTree(
      {
        model: () => pipeline.api.board(),
        onDidChange: nothing.event,
        body: () => Promise.resolve(`- [ ] ${COMMAND} $(trash)`),
        history: () => Promise.resolve([]),
        runs: () => Promise.resolve([]),
      },
      vscode.Uri.file(pipeline.folder),
    );
    const nodes = await everyNode(tree);
    const items = nodes.map((node) => tree.getTreeItem(node));
    const shown = items.flatMap(({ label, description }) => [
      typeof label === 'string' ? label : '',
      String(description),
    ]);
    assert.ok(shown.filter((text) => NAME.test(text)).length > 1, 'a story and a criterion were shown');
    for (const text of shown) assertIsText(text);
    for (const { tooltip } of items) if (tooltip instanceof vscode.MarkdownString) assertRunsOnlyOurs(tooltip);
    tree.dispose();
    nothing.dispose();
  });

  /** Runs a command whose notifications nobody answers. */
  async function runWhole(id: string): Promise<void> {
    const running = vscode.commands.executeCommand(`switchyard.${id}`);
    let isOver = false;
    void running.then(() => (isOver = true));
    await Promise.race([running, waitFor(`${id} to be over`, () => isOver, { seen: () => person.messages.at(-1) })]);
  }

  function assertIsText(text: string): void {
    // A list marks its own rows with an icon in front.
    const said = text.replace(/^\$\([a-z-]+\) /, '');
    assert.doesNotMatch(said, LINK, text);
    assert.doesNotMatch(said, ICON, text);
  }

  async function everyNode(tree: StoryTree, of?: TreeNode): Promise<TreeNode[]> {
    const children = await tree.getChildren(of);
    const below = await Promise.all(children.map((child) => everyNode(tree, child)));
    return [...children, ...below.flat()];
  }

  function assertRunsOnlyOurs(tooltip: vscode.MarkdownString): void {
    const { isTrusted, value } = tooltip;
    assert.ok(typeof isTrusted === 'object');
    for (const command of isTrusted.enabledCommands) assert.match(command, /^switchyard\./);
    const links = [...value.matchAll(/(?<!\\)\]\(command:([\w.]+)/g)].map(([, command]) => command);
    for (const command of links) assert.ok(isTrusted.enabledCommands.includes(command ?? ''), value);
  }
});
