import assert from 'node:assert/strict';
import { existsSync, utimesSync, writeFileSync } from 'node:fs';
import disk from 'node:fs/promises';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

const SAMPLE_AGENT = 'sampleAgent.mjs';
const GATE = [{ name: 'test', command: [process.execPath, '--test'] }];

interface GitApi {
  readonly repositories: readonly {
    readonly inputBox: { value: string };
    readonly state: {
      readonly HEAD?: { readonly commit?: string; readonly name?: string };
      readonly workingTreeChanges: unknown[];
      readonly indexChanges: unknown[];
    };
  }[];
}

const vsCodeGit = (): GitApi =>
  vscode.extensions.getExtension<{ getAPI(version: 1): GitApi }>('vscode.git')!.exports.getAPI(1);

describe('Stories in a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: GATE, agents: [], target: '', maxCoders: 3 });
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());

  it('[A11] asks once before the configured commands run, and shows each of them', async () => {
    await waitFor('the commands to be read', () =>
      pipeline.api.board()?.notices.some((notice) => notice.action?.id === 'approveCommands'),
    );
    person.will(/May Switchyard run these commands/, 'Allow');
    await vscode.commands.executeCommand('switchyard.approveCommands');
    const question = await person.sees(/May Switchyard run/);
    assert.match(question.detail, /test.*--test/s);
    await waitFor('the approval to count', () => pipeline.api.board()?.notices.length === 0);
  });

  it('[S2, S5, S7] New Story makes #1 in the backlog, and a second one #2', async () => {
    const first = await pipeline.newStory(person, 'Greet in Italian', '- [ ] says Ciao');
    const second = await pipeline.newStory(person, 'Greet in Spanish');
    assert.deepEqual([first.number, first.stage, second.number], [1, 'Backlog', 2]);
    // The row is there at once; its criteria are counted when the body has been read.
    await pipeline.waitForCard(first, 'its criteria', (now) => now.facts.includes('0/1 criteria'));
  });

  it('[S1] a title of 10,000 characters is refused in words and makes no story', async () => {
    const before = pipeline.cards().length;
    person.will(/New Story \(1/, 'x'.repeat(10_000));
    await vscode.commands.executeCommand('switchyard.newStory');
    await person.sees(/at most 200 characters; this one has 10000/);
    assert.equal(pipeline.cards().length, before);
  });

  it('[A2] Move to Stage asks as Start does where the disk has no room for a worktree, and does nothing without a yes', async () => {
    const card = storyNumber(1);
    const { statfs } = disk;
    const isLacking = (): boolean => pipeline.api.board()?.room != null;
    Object.assign(disk, { statfs: async (folder: string) => Object.assign(await statfs(folder), { bavail: 1 }) });
    try {
      await pipeline.configure({ maxCoders: 2 });
      await waitFor('the disk to be looked at', isLacking);
      person.will(/Move #1.* to which stage/, 'Coding').will(/^Start #1.* all the same/, undefined);
      await pipeline.run('moveToStage', card);
      assert.match((await person.sees(/all the same/)).detail, /free\. Its agent starts once there is room\./);
    } finally {
      Object.assign(disk, { statfs });
    }
    await pipeline.configure({ maxCoders: 3 });
    await waitFor('the disk to have room', () => !isLacking());
    assert.equal(storyNumber(1).stage, 'Backlog');
  });

  it('[G3, G4] Start gives a story its branch and a worktree beside the repository', async () => {
    const card = storyNumber(1);
    await pipeline.run('start', card);
    await pipeline.run('start', storyNumber(2));
    await pipeline.waitForStage(storyNumber(2), 'Coding');
    await pipeline.waitForStage(card, 'Coding');
    const worktree = await pipeline.worktreeOf(card);
    assert.equal(worktree, `${pipeline.folder}.worktrees${path.sep}1-greet-in-italian`);
    assert.ok(existsSync(path.join(worktree, 'src', 'greet.js')));
  });

  it('[G4] where your own checkout is on the story’s branch Start asks whether it may leave it, and goes on', async () => {
    const card = storyNumber(2);
    await pipeline.run('backToBacklog', card);
    await pipeline.waitForStage(card, 'Backlog');
    await pipeline.git('worktree', 'remove', await pipeline.worktreeOf(card));
    await pipeline.git('switch', '--quiet', 'story/2-greet-in-spanish');
    const { repositories } = vsCodeGit();
    await waitFor('VS Code to see the switch', () => repositories[0]?.state.HEAD?.name === 'story/2-greet-in-spanish');
    person.will(/is checked out in your own checkout/, 'Switch to main and Go On');
    await pipeline.run('start', storyNumber(2));
    await pipeline.waitForStage(card, 'Coding');
    assert.equal(await pipeline.git('branch', '--show-current'), 'main');
    assert.ok(existsSync(await pipeline.worktreeOf(card)));
  });

  it('[A1, ST3, U11] Ready for QA refuses uncommitted work and names it, and an empty branch', async () => {
    const card = storyNumber(1);
    await pipeline.run('readyForQa', card);
    await person.sees(/no commit that main lacks/);
    await pipeline.work(card, { 'italian.js': "export const hello = 'Ciao';\n" });
    const worktree = await pipeline.worktreeOf(card);
    await vscode.workspace.fs.writeFile(vscode.Uri.file(path.join(worktree, 'left.txt')), Buffer.from('x'));
    await pipeline.run('readyForQa', card);
    await person.sees(/uncommitted files in its worktree: left\.txt/);
    assert.equal(pipeline.card(card.key)?.stage, 'Coding');
    assert.deepEqual(person.mentioned, [], 'a refusal is said once');
    await vscode.workspace.fs.delete(vscode.Uri.file(path.join(worktree, 'left.txt')));
  });

  it('[G6] Remove Left Lock asks about the one that a killed git left a moment ago in a worktree, and git works there again', async () => {
    const card = storyNumber(1);
    const worktree = await pipeline.worktreeOf(card);
    const lock = path.join(await pipeline.git('-C', worktree, 'rev-parse', '--absolute-git-dir'), 'index.lock');
    writeFileSync(lock, '');
    utimesSync(lock, new Date(0), new Date(0));
    await assert.rejects(pipeline.work(card, { 'more.js': 'export {};\n' }), /index\.lock/);
    person.will(/^Remove this lock of git’s\?/, 'Remove');
    await vscode.commands.executeCommand('switchyard.removeLocks');
    assert.match((await person.sees(/^Remove this lock/)).detail, /index\.lock is there for .*No git command seems to work there\./); // prettier-ignore
    assert.deepEqual(person.mentioned, [`${lock} is removed.`]);
    await pipeline.work(card, { 'more.js': 'export {};\n' });
  });

  it('[MQ1, MQ2, MQ9, G1, ST1] a story that is ready is proven, lands, and the checkout and the SCM view are true', async () => {
    const card = storyNumber(1);
    await pipeline.run('readyForQa', card);
    const done = await pipeline.waitForStage(card, 'Done', 60_000);
    assert.equal(done.state, 'proven');
    const [commit, , firstParent, secondParent] = (await pipeline.git('log', '-1', '--format=%H %T %P', 'main')).split(
      ' ',
    );
    assert.equal(secondParent, await pipeline.git('rev-parse', 'story/1-greet-in-italian'));
    assert.equal(firstParent, await pipeline.git('rev-parse', 'main~1'));
    assert.match(await pipeline.git('log', '-1', '--format=%B', 'main'), /Story: #1\nStory-Key: /);
    assert.ok(pipeline.read('italian.js').includes('Ciao'), 'the open checkout followed');
    assert.equal(await pipeline.git('status', '--porcelain'), '?? .vscode/', "only the test's own settings are new");
    const git = vsCodeGit();
    await waitFor('the SCM view to show the landing', () => git.repositories[0]?.state.HEAD?.commit === commit, {
      seen: () => git.repositories[0]?.state.HEAD,
    });
  });

  it('[MQ5] the merge status of a landed story names its commit', async () => {
    const commit = await pipeline.git('rev-parse', '--short=8', 'main');
    // It is Done once the target holds it; its landing clears up after that.
    await waitFor(
      'its landing to be over',
      async () => {
        person.will(/Merge status of which story/, '#1');
        await vscode.commands.executeCommand('switchyard.mergeStatus');
        return person.messages.some(({ message }) => message.startsWith(`#1 landed as ${commit}`));
      },
      { seen: () => person.messages.at(-1) },
    );
  });

  it('[ST3, MQ10] red gates bring a story back to Coding with the output to read', async () => {
    const card = storyNumber(2);
    await pipeline.work(card, {
      'test/red.test.js': "import { test } from 'node:test';\ntest('red', () => { throw new Error('it is red'); });\n",
    });
    await pipeline.run('readyForQa', card);
    const back = await pipeline.waitForCard(
      card,
      '#2 back in Coding',
      (now) => now.stage === 'Coding' && now.why !== null,
      60_000,
    );
    assert.match(back.why!, /test.*exited with code 1/i);
    // Nothing of it has changed, so they say the same again.
    await pipeline.run('runGatesAgain', card);
    await pipeline.waitForCard(card, '#2 back again', (now) => now.stage === 'Coding' && now.since > back.since);
  });

  it('[MQ7, MQ8, ST5, B1, B3, U16] a conflict is named with its file, is cold, and Fix Up takes it back to Coding', async () => {
    const card = storyNumber(2);
    await pipeline.work(card, {
      'test/red.test.js': "import { test } from 'node:test';\ntest('green', () => {});\n",
      'italian.js': 'export const hola = 1;\n',
    });
    // It was started before the first one landed the same new file.
    await pipeline.run('readyForQa', card);
    const failed = await pipeline.waitForStage(card, 'MergeFailure', 60_000);
    assert.equal(failed.mark, 'cold');
    assert.match(failed.why!, /italian\.js.*Nothing will happen until you act/);
    assert.ok(failed.primaryActions.includes('fixUp'));
    const story = vscode.Uri.parse(`switchyard:/${card.number}.md`);
    await vscode.workspace.openTextDocument(story);
    const above = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', story);
    const titles = above.map(({ command }) => command?.title);
    assert.deepEqual([titles[0], titles.at(-1)], ['Resolve Conflicts…', 'Failed merge · Conflict in italian.js']);
    await pipeline.run('retryMerge', card);
    await pipeline.waitForCard(
      card,
      'the same again',
      (now) => now.stage === 'MergeFailure' && now.since > failed.since,
    );
    await pipeline.run('fixUp', card);
    const back = await pipeline.waitForStage(card, 'Coding');
    assert.match(back.why!, /italian\.js/);
  });

  it('[MQ9] overlapping local changes hold a landing up, byte for byte untouched, until they are out of the way', async () => {
    const card = await pipeline.newStory(person, 'Say it louder');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { 'README.md': '# greeter, louder\n' });
    const original = pipeline.read('README.md');
    pipeline.write('README.md', `${original}\nmine\n`);
    await pipeline.run('readyForQa', card);
    const waiting = await pipeline.waitForCard(
      card,
      'a landing that waits',
      (now) => now.state === 'needsYou' && /README\.md/.test(now.why ?? ''),
      60_000,
    );
    assert.equal(waiting.stage, 'Merge');
    assert.equal(pipeline.read('README.md'), `${original}\nmine\n`);
    assert.ok(waiting.primaryActions.includes('openSourceControl'));
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await pipeline.run('openSourceControl', card);
    // Its view has the keys then.
    const { inputBox } = vsCodeGit().repositories[0]!;
    const type = () => vscode.commands.executeCommand('type', { text: 'x' });
    await waitFor('source control', async () => (await type(), inputBox.value.includes('x')), { seen: () => inputBox.value }); // prettier-ignore
    inputBox.value = '';
    pipeline.write('README.md', original);
    await pipeline.waitForStage(card, 'Done', 30_000);
    assert.equal(pipeline.read('README.md'), '# greeter, louder\n');
  });

  it('[ST4] a story frozen in Merge stops there and goes on when it is unfrozen', async () => {
    const card = await pipeline.newStory(person, 'Say it softer');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { 'README.md': '# greeter, softer\n' });
    pipeline.write('README.md', 'in the way\n');
    await pipeline.run('readyForQa', card);
    await pipeline.waitForCard(
      card,
      'a landing that waits',
      (now) => now.state === 'needsYou' && now.stage === 'Merge',
      60_000,
    );
    await pipeline.run('freeze', card);
    await pipeline.waitForStage(card, 'Frozen');
    await pipeline.git('checkout', '--', 'README.md');
    const tip = await pipeline.git('rev-parse', 'main');
    await pipeline.run('unfreeze', card);
    await pipeline.waitForStage(card, 'Done', 60_000);
    assert.equal(await pipeline.git('rev-parse', 'main~1'), tip, 'it landed once, after it was unfrozen');
  });

  it('[S8, U11] a story that lands while its Delete question stands is asked about again, and stays without a yes', async () => {
    const card = await pipeline.newStory(person, 'Say it at last');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { 'last.txt': 'at last\n' });
    const question = new RegExp(`^Delete #${card.number} Say it at last`);
    const answer = person.willLater(question);
    const deleting = pipeline.run('deleteStory', card);
    await person.sees(question);
    await pipeline.git('merge', '--quiet', '--no-ff', '--no-edit', `story/${card.number}-say-it-at-last`);
    await pipeline.waitForStage(card, 'Done');
    answer('Delete', 'once');
    person.will(question, undefined);
    await deleting;
    const asked = person.messages.filter(({ message }) => question.test(message)).map(({ detail }) => detail);
    assert.equal(asked.length, 2);
    assert.doesNotMatch(asked[0] ?? '', /Landed/);
    assert.match(asked[1] ?? '', new RegExp(`^Landed meanwhile: #${card.number}\\.`));
    assert.equal(pipeline.card(card.key)?.stage, 'Done');
  });

  it('[MQ10] a gate that runs no test, and one that is not there, prove nothing and say what to do', async () => {
    for (const [command, expected] of [
      [[process.execPath, '-e', 'console.log("# tests 0\\n# pass 0")'], /ran no test/i],
      [['no-such-program-anywhere'], /not found/i],
    ] as const) {
      await configureGates([{ name: 'odd', command }]);
      const card = await readyStory('A change');
      const blocked = await pipeline.waitForStage(card, 'Blocked', 60_000);
      assert.match(blocked.why!, expected);
      assert.ok(blocked.primaryActions.includes('editGates'));
      await pipeline.run('unblock', card);
      await pipeline.waitForCard(card, 'the same again', (now) => now.stage === 'Blocked' && now.since > blocked.since);
      person.will(/Abandon #/, 'Abandon');
      await pipeline.run('abandon', card);
      await pipeline.waitForStage(card, 'Archived');
    }
    await configureGates(GATE);
  });

  it('[U10] an invalid setting is explained and leaves everything usable', async () => {
    await pipeline.configure({ gates: [{ name: '', command: 7 }] });
    await waitFor(
      'a notice about the gates',
      () => pipeline.api.board()?.notices.find((notice) => /gates/i.test(notice.text)),
      {
        seen: () => pipeline.api.board()?.notices,
      },
    );
    const card = await pipeline.newStory(person, 'Made meanwhile');
    assert.equal(card.stage, 'Backlog');
    await configureGates(GATE);
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.run('backToBacklog', card);
    await pipeline.waitForStage(card, 'Backlog');
  });

  it('[U10] a missing target branch is named with those that exist', async () => {
    await pipeline.configure({ target: 'release/9' });
    const notice = await waitFor('a notice about the target', () =>
      pipeline.api.board()?.notices.find((one) => one.action?.id === 'setTarget'),
    );
    assert.match(notice.text, /release\/9 does not exist.*main/);
    await pipeline.configure({ target: '' });
    await waitFor('the target to be found', () => pipeline.api.board()?.target?.name === 'main');
  });

  it('[A1, A2, A7] a configured agent codes, its commit is proven and lands, with its output live in a channel', async () => {
    const agent = path.join(process.env['SWITCHYARD_TEST_SUPPORT']!, SAMPLE_AGENT);
    await pipeline.configure({
      agents: [{ name: 'sample', role: 'coder', command: [process.execPath, agent, '{promptFile}'] }],
    });
    await approve();
    const card = await pipeline.newStory(person, 'Wave goodbye');
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Done', 90_000);
    assert.match(pipeline.read('src/wave-goodbye.js'), /waveGoodbye/);
    await pipeline.configure({ agents: [] });
  });

  function storyNumber(number: number): Card {
    return pipeline.cards().find((one) => one.number === number)!;
  }

  async function readyStory(title: string): Promise<Card> {
    const card = await pipeline.newStory(person, title);
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, { [`change-${card.number}.js`]: 'export {};\n' });
    await pipeline.run('readyForQa', card);
    return card;
  }

  async function configureGates(gates: unknown): Promise<void> {
    await pipeline.configure({ gates });
    await approve();
  }

  /** Approves the commands as they are now configured, where they are not approved already. */
  async function approve(): Promise<void> {
    person.will(/May Switchyard run these commands/, 'Allow');
    await vscode.commands.executeCommand('switchyard.approveCommands');
    await waitFor('the approval to count', () => pipeline.api.board()?.notices.length === 0, {
      seen: () => pipeline.api.board()?.notices,
    });
  }
});
