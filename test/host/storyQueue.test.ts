import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import { StoryTree } from '../../src/host/tree/storyTree';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

const FILE = 'queued.txt';

describe('The merge queue in a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let card: Card;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());

  const shown = (what: RegExp): Promise<string> =>
    waitFor(`a document that says ${what}`, () => {
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      return what.test(text) ? text : undefined;
    });

  it('[MQ12] the tree has a row for the queue: how it lands, the target, who is in it, and why it waits', async () => {
    card = await pipeline.newStory(person, 'Be queued');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { [FILE]: 'from the story\n' });
    pipeline.write(FILE, 'mine\n');
    await pipeline.run('mergeNow', card);
    await pipeline.waitForCard(card, 'a landing that waits', (now) => now.why?.includes(FILE) === true);
    const changes = new vscode.EventEmitter<void>();
    const source = { model: () => pipeline.api.board(), onDidChange: changes.event, body: () => Promise.resolve(''), history: () => Promise.resolve([]), runs: () => Promise.resolve([]) }; // prettier-ignore
    const tree = new StoryTree(source, vscode.Uri.file('/'));
    try {
      const queue = (await tree.getChildren()).find(({ kind }) => kind === 'queue');
      assert.ok(queue !== undefined);
      const row = tree.getTreeItem(queue);
      assert.equal(row.label, 'Merge queue');
      assert.match(String(row.description), /^(?:one at a time|(?:train|batch) of (?:up to )?\d)/);
      const rows = (await tree.getChildren(queue)).map((node) => tree.getTreeItem(node));
      const words = rows.map(
        ({ label, description }) => `${typeof label === 'string' ? label : ''} · ${String(description)}`,
      );
      assert.match(words[0] ?? '', /lands what its gates prove$/);
      assert.ok(words.some((line) => line.startsWith(`#${card.number} Be queued`) && line.includes(FILE) && line.includes('queued since')), words.join('\n')); // prettier-ignore
    } finally {
      tree.dispose();
      changes.dispose();
    }
  });

  it('[MQ19] Why Not Landed? opens a document that says what is in the way, by which rule, and what would change it', async () => {
    await pipeline.run('whyNotLanded', card);
    const text = await shown(/has not landed/);
    assert.match(text, /queued\.txt/);
    assert.match(text, /A landing that waits \(MQ26\)/);
    assert.match(text, /What would change it/);
  });

  it('[MQ24] What If… asks for a change and shows who would land when', async () => {
    person.will(/What if/, new RegExp(`Freeze #${card.number}`));
    await vscode.commands.executeCommand('switchyard.whatIf');
    const text = await shown(/^What will land on /);
    assert.match(text, new RegExp(`#${card.number} Be queued: not by itself`));
    assert.match(text, new RegExp(`freeze #${card.number}:`));
  });

  it('[MQ5, MQ12, ST3] Show Merge Status says how the queue lands and why; Take Out of Queue takes the story back to Coding', async () => {
    person.will(/Merge status of which story/, new RegExp(`^#${card.number} `));
    await vscode.commands.executeCommand('switchyard.copyStatus');
    assert.match(await vscode.env.clipboard.readText(), new RegExp(`#${card.number} Be queued.*queued\\.txt`, 's'));
    await vscode.commands.executeCommand('switchyard.mergeStatus');
    await person.sees(/^#\d+: Your file queued\.txt is in the way\. .*The queue lands in this way: .*, because /);
    await pipeline.run('takeOutOfQueue', card);
    await pipeline.waitForStage(card, 'Coding');
    assert.equal(pipeline.read(FILE), 'mine\n');
    await pipeline.run('mergeNow', card);
    await pipeline.waitForCard(card, 'a landing that waits', (now) => now.why?.includes(FILE) === true);
    rmSync(path.join(pipeline.folder, FILE));
    await pipeline.waitForStage(card, 'Done');
  });
});
