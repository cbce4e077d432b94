import assert from 'node:assert/strict';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import type { Session } from '../../src/session/session';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';
import { secondWindow } from './support/secondWindow';

interface GitApi {
  toGitUri(uri: vscode.Uri, ref: string): vscode.Uri;
}

const FILE = 'reviewed.txt';

describe('The review of a story in a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let card: Card;
  let other: Session | undefined;
  let seen = '';

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: [], agents: [], target: '' });
    other = await secondWindow(pipeline.folder);
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(() => other?.dispose());

  const tip = (): Promise<string> => pipeline.git('rev-parse', `story/${card.number}-count-to-three`);
  const inFront = (): string => vscode.window.tabGroups.activeTabGroup.activeTab?.label ?? '';
  const waitForTab = (commit: string): Promise<string> =>
    waitFor(`the changes at ${commit} in front`, () => (inFront().includes(commit) ? inFront() : undefined), {
      seen: inFront,
    });
  const threads = async () => (await other?.reviewOf(card.key))?.threads ?? [];
  const run = (command: string, ...given: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand(`switchyard.${command}`, ...given);

  /** What stands above changes. */
  async function above(changes: Record<string, string>): Promise<string> {
    const query = new URLSearchParams(changes).toString();
    const uri = vscode.Uri.from({ scheme: 'switchyard-review', path: `/${card.number}/Review`, query });
    return (await vscode.workspace.openTextDocument(uri)).getText();
  }

  /** A place in the file as VS Code hands it to a command, where a person typed a comment. */
  async function typed(line: number, text: string): Promise<unknown> {
    const git = vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git')?.exports.getAPI(1);
    const uri = git?.toGitUri(vscode.Uri.file(path.join(pipeline.folder, FILE)), await tip());
    return { text, thread: { uri, range: new vscode.Range(line, 0, line, 0), dispose: () => undefined } };
  }

  it('[U13] Open Diff shows what the story changes, in a tab that says which story and which commit', async () => {
    card = await pipeline.newStory(person, 'Count to three', '- [x] It counts');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { [FILE]: 'one\ntwo\nthree\n' });
    await pipeline.run('readyForQa', card);
    await pipeline.waitForStage(card, 'ReviewHold');
    seen = await tip();
    await run('nextReview');
    await waitForTab(' (');
    await pipeline.run('openDiff', card);
    assert.match(await waitForTab(seen.slice(0, 8)), /^#\d+ Count to three \([0-9a-f]{8}\)/);
    const text = await above({ key: card.key, tip: seen });
    assert.match(text, /Why you are asked\n {2}· /);
    assert.match(text, /Criteria\n {2}· \[x\] It counts/);
  });

  it('[U13, P5] a comment on a line is kept with its code, and another window has it at once', async () => {
    await run('addComment', await typed(1, 'Say [more](command:workbench.action.quit) $(flame)'));
    const [thread] = await threads();
    assert.deepEqual(
      [thread?.path, thread?.side, thread?.line, thread?.code, thread?.state],
      [FILE, 'story', 2, 'two', 'open'],
    );
    assert.equal(thread?.said[0]?.text, 'Say [more](command:workbench.action.quit) $(flame)');
    const there = {
      path: FILE,
      side: 'story',
      base: thread.base,
      tip: seen,
      line: 3,
      endLine: 3,
      code: 'three',
    } as const;
    const outcome = await other?.changeReview(card.key, { kind: 'comment', place: there, text: 'And four?' });
    assert.equal(outcome?.kind, 'done');
  });

  it('[S11, U13] New Child Story makes one that builds on it, and its changes are its own alone', async () => {
    const numbers = new Set(pipeline.cards().map(({ number }) => number));
    person
      .will(new RegExp(`New Child of #${card.number} \\(1`), 'Count to four')
      .will(/New Child of #\d+ \(2/, 'story');
    await pipeline.run('newChild', card);
    const child = await waitFor('the child', () => pipeline.cards().find(({ number }) => !numbers.has(number)));
    await pipeline.waitForCard(child, 'whose child it is', ({ facts }) => facts.includes(`child of #${card.number}`));
    await pipeline.waitForCard(child, 'Start on offer', ({ primaryActions }) => primaryActions.includes('start'));
    await pipeline.run('start', child);
    await pipeline.waitForStage(child, 'Coding');
    await pipeline.work(child, { 'four.txt': 'four\n' });
    await pipeline.run('openDiff', child);
    await waitForTab(`#${child.number} Count to four`);
    const review = await other?.reviewOf(child.key);
    assert.equal(review?.base, seen);
    assert.equal(await pipeline.git('diff', '--name-only', review.base, review.tip), 'four.txt');
    await pipeline.run('openDiff', card);
    await waitForTab(`#${card.number} Count to three`);
    person.will(/Abandon #/, 'Abandon');
    await pipeline.run('abandon', child);
    await pipeline.waitForStage(child, 'Archived');
  });

  it('[U13] Reject from the changes goes back to the coder with the comments', async () => {
    person.will(/What should change/, 'Nearly');
    await run('rejectShown');
    await pipeline.waitForStage(card, 'Coding');
    assert.deepEqual(
      (await threads()).map(({ state }) => state),
      ['sent', 'sent'],
    );
    const [rejected] = (await other!.historyOf(card.key, 1)).toReversed();
    assert.match(JSON.stringify(rejected), /Nearly.*2 comments in reviewed\.txt/);
  });

  it('[U13] what was not seen cannot be approved: a new commit needs a new look, which shows what is new alone', async () => {
    await pipeline.work(card, { [FILE]: 'one\ntwo, and a half\nthree\n' });
    await pipeline.run('readyForQa', card);
    await pipeline.waitForStage(card, 'ReviewHold');
    assert.deepEqual(
      (await threads()).map(({ state }) => state),
      ['answered', 'sent'],
    );
    person.will(/Merge status of which story/, new RegExp(`^#${card.number} `));
    await run('mergeStatus');
    await person.sees(/has not been in the merge queue\. .*waits for your review/i);
    await waitForTab(seen.slice(0, 8));
    person.will(/changed since you looked/, 'Show What Is New');
    await run('approveShown');
    assert.equal(pipeline.card(card.key)?.stage, 'ReviewHold');
    const now = await tip();
    await waitForTab(`${seen.slice(0, 8)}…${now.slice(0, 8)}`);
    await waitFor('the look to be kept', async () => (await other?.reviewOf(card.key))?.lookedAt === now);
    const news = { key: card.key, tip: now, from: seen };
    assert.match(await above(news), new RegExp(`Below is only what came since ${seen.slice(0, 8)}`));
    person.will(/with a comment that is open/, 'Approve Anyway');
    await run('approveShown');
    await pipeline.waitForStage(card, 'Done');
    await waitFor('no empty page above them', async () => /It has landed\./.test(await above(news)), { seen: () => above(news) }); // prettier-ignore
  });

  it('[U13] several with open comments are approved after one question, which names those that have any', async () => {
    const cards: Card[] = [];
    for (const title of ['Count to five', 'Count to six', 'Count to ten']) {
      const one = await pipeline.newStory(person, title, '- [x] It counts');
      cards.push(one);
      await pipeline.run('start', one);
      await pipeline.waitForStage(one, 'Coding');
      await pipeline.work(one, { [`${one.number}.txt`]: 'one\n' });
      await pipeline.run('readyForQa', one);
      await pipeline.waitForStage(one, 'ReviewHold');
      const review = await other?.reviewOf(one.key);
      if (cards.length === 3) break;
      const place = { path: `${one.number}.txt`, side: 'story', base: review!.base, tip: review!.tip, line: 1, endLine: 1, code: 'one' } as const; // prettier-ignore
      await other?.changeReview(one.key, { kind: 'comment', place, text: 'And two?' });
    }
    const keys = cards.map(({ key }) => key);
    const question = /^Approve 3 stories with 2 comments that are open\?$/;
    person.will(question, undefined);
    await run('approve', keys[0], keys);
    assert.deepEqual(keys.map((key) => pipeline.card(key)?.stage), ['ReviewHold', 'ReviewHold', 'ReviewHold']); // prettier-ignore
    person.will(question, 'Approve Anyway');
    await run('approve', keys[0], keys);
    for (const one of cards) await pipeline.waitForStage(one, 'Done');
    const asked = person.messages.filter(({ message }) => question.test(message));
    assert.equal(asked.length, 2);
    assert.match(
      asked[0]?.detail ?? '',
      /^#\d+ Count to five\n#\d+ Count to six\n\nAn approval hands a comment to nobody/,
    );
  });
});
