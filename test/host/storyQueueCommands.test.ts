import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Card } from '../../src/core/board/card';
import { inOrder } from '../support/mocha/inOrder';
import { waitFor } from '../support/waitFor';
import { Person } from './support/person';
import { Pipeline } from './support/pipeline';

/** Red where both halves of something are there. */
const SCRIPT = `const there = require('node:fs').readdirSync('.'); if (['left.txt', 'right.txt'].every((name) => there.includes(name))) process.exit(1); console.log('# tests 1')`;
const GATE = [{ name: 'test', command: [process.execPath, '-e', SCRIPT] }];

describe('Commands of the merge queue in a real extension host', function () {
  inOrder(this);
  let pipeline: Pipeline;
  let person: Person;
  let landed: Card;

  before(async () => {
    pipeline = await Pipeline.open();
    await pipeline.configure({ gates: GATE, agents: [], target: '', 'merge.order': undefined });
  });
  beforeEach(() => {
    person = new Person();
  });
  afterEach(() => person.restore());
  after(async () => {
    await pipeline.configure({ gates: [], 'worktrees.setUp': undefined, 'worktrees.copy': undefined });
    await pipeline.git('remote', 'remove', 'origin').catch(() => undefined);
  });

  const run = (command: string, ...given: unknown[]): Thenable<unknown> =>
    vscode.commands.executeCommand(`switchyard.${command}`, ...given);
  const shown = (what: RegExp): Promise<string> =>
    waitFor(`a document that says ${what}`, () => {
      const text = vscode.window.activeTextEditor?.document.getText() ?? '';
      return what.test(text) ? text : undefined;
    });
  const notice = (text: RegExp) =>
    waitFor(`a notice ${text}`, () => pipeline.api.board()?.notices.find((one) => text.test(one.text)), {
      seen: () => pipeline.api.board()?.notices,
    });
  const textOf = async ({ number }: Card): Promise<string> =>
    Buffer.from(await vscode.workspace.fs.readFile(vscode.Uri.parse(`switchyard:/${number}.md`))).toString();

  /** A story in Coding with these files committed in its worktree. */
  async function coded(title: string, files: Readonly<Record<string, string>>, body = ''): Promise<Card> {
    const card = await pipeline.newStory(person, title, body);
    await pipeline.run('start', card);
    await pipeline.waitForStage(card, 'Coding');
    await pipeline.work(card, files);
    return card;
  }

  it('[MQ17, A11, U11] commands of criteria are read before they are approved, and then run on what landed', async () => {
    await notice(/configured commands wait for your approval/);
    person.will(/May Switchyard run these commands in this repository/, 'Allow');
    await run('approveCommands');
    landed = await coded('Keep it', { 'kept.txt': 'kept\n' }, '- [ ] it is there: `cat kept.txt`\n');
    await pipeline.run('readyForQa', landed);
    await pipeline.waitForStage(landed, 'Done');
    const told = `#${landed.number} Keep it has landed on main.`;
    await waitFor('it to be told for a moment', () => person.mentioned.includes(told), {
      seen: () => person.mentioned,
    });
    await notice(new RegExp(`Criteria of #${landed.number} name commands`));
    person.will(/which criteria of stories name/, 'Read in Editor');
    await run('approveCommands');
    await shown(/cat kept\.txt/);
    assert.doesNotMatch(await textOf(landed), /passed on/);
    person.will(/which criteria of stories name/, 'Allow');
    await run('approveCommands');
    await waitFor('the tick', async () =>
      /- \[x\] it is there: `cat kept\.txt` \(passed on/.test(await textOf(landed)),
    );
  });

  it('[MQ18] Revert Story… asks why and makes the story that takes the landing back, through the gates', async () => {
    person.will(new RegExp(`Why is #${landed.number} reverted`), 'Nobody [needs](command:workbench.action.quit) it');
    const numbers = new Set(pipeline.cards().map(({ number }) => number));
    await pipeline.run('revertStory', landed);
    const revert = await waitFor('the revert', () => pipeline.cards().find(({ number }) => !numbers.has(number)));
    assert.equal(revert.title, `Revert #${landed.number}: Keep it`);
    assert.match(await textOf(revert), /Nobody \[needs\]/);
    await pipeline.waitForStage(revert, 'Done');
    assert.throws(() => pipeline.read('kept.txt'));
    await pipeline.waitForCard(landed, 'that it is reverted', (now) => JSON.stringify(now.facts).includes(`reverted by #${revert.number}`)); // prettier-ignore
  });

  it('[MQ20] Quarantine Gate… says how each gate is, asks before it quarantines one, and ends that', async () => {
    person.will(/Quarantine which gate/, 'test').will(/Quarantine gate test\?/, 'Quarantine');
    await run('quarantineGate');
    assert.ok(
      person.read.some((text) => /^Never flaky on \d+ trees?\. Takes /.test(text)),
      person.read.join('\n'),
    );
    await notice(/test.*quarantine/i);
    person.will(/Quarantine which gate/, 'test');
    await run('quarantineGate');
    await waitFor('the notice to go', () => pipeline.api.board()?.notices.length === 0, {
      seen: () => pipeline.api.board()?.notices,
    });
  });

  it('[MQ13, U11] Show Conflicts names what will conflict before either is queued, and opens the story that is chosen', async () => {
    const one = await coded('Say yes', { 'said.txt': 'yes\n' });
    const other = await coded('Say no', { 'said.txt': 'no\n' });
    person.will(/Conflicts that will come/, new RegExp(`^\\$\\(warning\\) #${one.number} and #${other.number}$`));
    await run('showConflicts');
    assert.ok(person.read.includes('said.txt'), person.read.join('\n'));
    await shown(/Say yes/);
    await pipeline.configure({ notify: 'landed' });
    await pipeline.run('readyForQa', one);
    await pipeline.waitForStage(one, 'Done');
    await person.sees(/Say yes has landed on main\./);
    await pipeline.configure({ notify: undefined });
    await pipeline.run('readyForQa', other);
    landed = await pipeline.waitForStage(other, 'MergeFailure');
  });

  it('[MQ13] what is green apart and red together is told before either lands, with a way to what the gate printed', async () => {
    await pipeline.configure({ 'review.paths': ['*t.txt'], 'radar.gates': 'cheapest' });
    const halves = [await coded('Left', { 'left.txt': 'l\n' }), await coded('Right', { 'right.txt': 'r\n' })] as const;
    for (const half of halves) {
      await pipeline.run('readyForQa', half);
      await pipeline.waitForStage(half, 'ReviewHold');
    }
    const [left, right] = halves;
    const conflictOf = ({ key }: Card) => pipeline.card(key)?.conflicts[0];
    const seen = () => halves.map(({ key }) => pipeline.card(key));
    await waitFor('both to be told', () => halves.every((half) => conflictOf(half)?.gate !== undefined), { seen });
    assert.deepEqual(conflictOf(left), { number: right.number, files: [], gate: { name: 'test', output: right.key } });
    assert.equal(pipeline.card(right.key)?.facts[0], `Red together with #${left.number} in gate test`);
    person.will(/Conflicts that will come/, undefined);
    await run('showConflicts');
    assert.ok(person.read.includes('red together in gate test'), person.read.join('\n'));
    for (const half of halves) {
      person.will(/^Abandon #/, 'Abandon');
      await pipeline.run('abandon', half);
      await waitFor('it to be archived', () => (pipeline.card(half.key)?.stage ?? 'Archived') === 'Archived');
    }
    await pipeline.configure({ 'review.paths': undefined, 'radar.gates': undefined });
  });

  it('[MQ8, G7] Resolve Conflicts… asks about uncommitted work, keeps it, and Take Back the Merge puts it back', async () => {
    const worktree = await pipeline.worktreeOf(landed);
    const there = (...args: string[]): string => execFileSync('git', args, { cwd: worktree, encoding: 'utf8' });
    writeFileSync(path.join(worktree, 'draft.txt'), 'a draft\n');
    person.will(/has 1 uncommitted file/, undefined);
    await pipeline.run('resolveConflicts', landed);
    assert.equal(there('status', '--porcelain'), '?? draft.txt\n', 'nothing is done without a word');
    person.will(/has 1 uncommitted file/, 'Keep and Go On');
    await pipeline.run('resolveConflicts', landed);
    // A notification would lie over the buttons of the merge editor.
    const [said = ''] = person.mentioned;
    assert.match(said, /conflicts in said\.txt.* kept as refs\/switchyard\/rescue/);
    assert.ok(!person.messages.some(({ message }) => message.includes('conflicts in')));
    assert.match(there('status', '--porcelain'), /^AA said\.txt$/m);
    person.will(/Take back the merge/, 'Take Back');
    await pipeline.run('abortResolving', landed);
    assert.equal(there('status', '--porcelain'), '?? draft.txt\n');
    person.will(/^Abandon #/, 'Abandon');
    await pipeline.run('abandon', landed);
    await waitFor('it to be archived', () => (pipeline.card(landed.key)?.stage ?? 'Archived') === 'Archived');
  });

  it('[MQ15] Push Target and Push Receipts push to the remote, and say why where it does not take them', async () => {
    const bare = path.join(process.env['SWITCHYARD_TEST_SCRATCH']!, 'queue.git');
    await pipeline.git('init', '--quiet', '--bare', '--initial-branch=main', bare);
    await pipeline.git('remote', 'add', 'origin', bare);
    await run('pushTarget');
    await person.sees(/main has no branch to be pushed to/);
    await pipeline.git('push', '--quiet', '--set-upstream', 'origin', 'main~1:refs/heads/main');
    await pipeline.git('branch', '--quiet', '--set-upstream-to=origin/main', 'main');
    const hook = path.join(bare, 'hooks', 'pre-receive');
    mkdirSync(path.dirname(hook), { recursive: true });
    writeFileSync(hook, '#!/bin/sh\necho "closed on Fridays" >&2\nexit 1\n');
    chmodSync(hook, 0o755);
    await run('pushTarget');
    await person.sees(/did not take main: a hook, here or there, or a rule of the remote refused it/);
    // One that takes long has Cancel, and git then ends in peace what it has begun.
    const go = path.join(bare, 'go');
    writeFileSync(hook, `#!/bin/sh\nuntil [ -e "${go}" ]; do sleep 0.1; done\n`);
    const { withProgress } = vscode.window;
    const cancel: typeof withProgress = (options, task) => {
      assert.equal(options.cancellable, true);
      const source = new vscode.CancellationTokenSource();
      const going = task({ report: () => undefined }, source.token);
      source.cancel();
      return going;
    };
    Object.assign(vscode.window, { withProgress: cancel });
    try {
      await run('pushTarget');
    } finally {
      Object.assign(vscode.window, { withProgress });
    }
    assert.ok(person.mentioned.some((text) => /is waited for no more/.test(text)));
    writeFileSync(go, '');
    rmSync(hook);
    await run('pushTarget');
    await person.sees(/^main is on origin\/main\./);
    assert.equal(await pipeline.git('--git-dir', bare, 'rev-parse', 'main'), await pipeline.git('rev-parse', 'main'));
    await run('pushReceipts');
    await person.sees(/The receipts are on origin\./);
    assert.match(await pipeline.git('--git-dir', bare, 'rev-parse', 'refs/notes/switchyard'), /^[0-9a-f]{40}$/);
  });

  it('[G4, MQ9] Pull moves the target forward and touches nothing of yours, whatever is set for git', async () => {
    const clone = path.join(process.env['SWITCHYARD_TEST_SCRATCH']!, 'queue-clone');
    const there = (...args: string[]): string => execFileSync('git', args, { cwd: clone, encoding: 'utf8' });
    await pipeline.git('clone', '--quiet', await pipeline.git('remote', 'get-url', 'origin'), clone);
    writeFileSync(path.join(clone, 'said.txt'), 'elsewhere\n');
    there('-c', 'user.name=Else', '-c', 'user.email=else@example.com', 'commit', '--quiet', '-am', 'Elsewhere');
    there('push', '--quiet', 'origin', 'HEAD:main');
    for (const name of ['merge.autostash', 'rebase.autostash', 'pull.rebase'])
      await pipeline.git('config', name, 'true');
    const before = await pipeline.git('rev-parse', 'main');
    pipeline.write('said.txt', 'mine\n');
    await run('pullTarget');
    await person.sees(/^main was not moved\. .*changes of yours in the same files\. said\.txt/);
    assert.deepEqual([await pipeline.git('rev-parse', 'main'), pipeline.read('said.txt')], [before, 'mine\n']);
    pipeline.write('said.txt', 'yes\n');
    pipeline.write('README.md', `${pipeline.read('README.md')}mine\n`);
    await run('pullTarget');
    assert.equal(await pipeline.git('rev-parse', 'main'), there('rev-parse', 'HEAD').trim());
    assert.equal(pipeline.read('said.txt'), 'elsewhere\n');
    assert.equal(await pipeline.git('status', '--porcelain', '--untracked-files=no'), 'M README.md');
    await pipeline.git('checkout', '--quiet', '--', 'README.md');
    for (const name of ['merge.autostash', 'rebase.autostash', 'pull.rebase']) await pipeline.git('config', '--unset', name); // prettier-ignore
  });

  it('[MQ22] Verify Landings… asks for a range and shows what does not hold before what does', async () => {
    person.will(/Verify which landings/, 'main~2..main');
    await run('verifyLandings');
    const text = await shown(/^Landings on main/);
    assert.match(
      text,
      /2 commits, 1 receipt\.[^]*Does not hold[^]* Elsewhere\n {4}! [^]*Holds[^]*Say yes[^]*let in by its gates/,
    );
    person.will(/Verify which landings/, '--output=x');
    await run('verifyLandings');
    await person.sees(/git knows no commit by the name --output=x/);
  });

  it('[MQ26, G13] Stop Waiting ends the program that git waits for: of one story, or of all', async () => {
    const program = (name: string, script: string): string => {
      const file = path.join(process.env['SWITCHYARD_TEST_SCRATCH']!, name);
      writeFileSync(file, `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      return file;
    };
    const signing = path.join(process.env['SWITCHYARD_TEST_SCRATCH']!, 'signing');
    const attributes = path.join(pipeline.folder, '.git', 'info', 'attributes');
    const other = await coded('Sign it', { 'signed.txt': 's\n' });
    const filtered = await pipeline.newStory(person, 'Filter it');
    const waits = (one: Card) => pipeline.waitForCard(one, 'what it waits for', ({ primaryActions }) => primaryActions[0] === 'stopWaitingFor'); // prettier-ignore
    await pipeline.git('config', 'gpg.program', program('my-gpg', `touch '${signing}'\nsleep 600`));
    await pipeline.git('config', 'filter.slow.smudge', program('my-filter', 'sleep 600'));
    await pipeline.git('config', 'commit.gpgsign', 'true');
    try {
      await pipeline.run('readyForQa', other);
      await waitFor('it to be signed', () => existsSync(signing), { seen: () => pipeline.card(other.key) });
      writeFileSync(attributes, '*.md filter=slow\n');
      const starting = pipeline.run('start', filtered);
      await waits(filtered);
      await waits(other);
      await pipeline.run('stopWaitingFor', filtered);
      await starting;
      await person.sees(/my-filter did not answer/);
      assert.equal((await waits(other)).brief, 'Waits for my-gpg');
      await pipeline.git('config', 'commit.gpgsign', 'false');
      await run('stopWaiting');
      assert.match((await pipeline.waitForStage(other, 'Blocked')).why ?? '', /my-gpg did not answer/);
      await pipeline.run('unblock', other);
      await pipeline.waitForStage(other, 'Done');
    } finally {
      rmSync(attributes, { force: true });
      await pipeline.git('config', 'commit.gpgsign', 'false');
      await pipeline.git('config', '--remove-section', 'filter.slow');
      await pipeline.git('config', '--unset', 'gpg.program');
    }
  });

  it('[MQ2, U11] Set Git Identity says what to run where a landing waits for a name, with a terminal for it', async () => {
    const card = await coded('Whose is it', { 'whose.txt': 'w\n' });
    const name = await pipeline.git('config', 'user.name');
    await pipeline.git('config', 'user.name', '');
    try {
      await pipeline.run('readyForQa', card);
      await pipeline.waitForCard(card, 'a landing that waits', ({ why }) => /Waits until git knows your name and email/.test(why ?? '')); // prettier-ignore
      assert.equal((await notice(/Git does not know/)).action?.id, 'setIdentity');
      person.will(/^Git does not know who you are\./, 'Open Terminal');
      await run('setIdentity');
      const terminal = await waitFor('a terminal', () => vscode.window.terminals.find((one) => one.name === 'git'));
      terminal.dispose();
    } finally {
      await pipeline.git('config', 'user.name', name);
    }
    await pipeline.waitForStage(card, 'Done');
  });

  it('[G4] Set Up Worktrees… offers what the repository speaks for and keeps what is configured', async () => {
    const settings = (name: string): unknown =>
      vscode.workspace.getConfiguration('switchyard').get(`worktrees.${name}`);
    await pipeline.configure({ 'worktrees.setUp': [['node', '--version'], 'make deps'], 'worktrees.copy': ['/local/*.key'] }); // prettier-ignore
    pipeline.write('package-lock.json', '{}\n');
    pipeline.write('.env', 'A=1\n');
    try {
      person.will(/What should a new worktree get/, /^npm ci$/);
      await run('setUpWorktrees');
      assert.deepEqual(settings('setUp'), [['node', '--version'], 'make deps', 'npm ci']);
      assert.deepEqual(settings('copy'), ['/local/*.key']);
      mkdirSync(path.join(pipeline.folder, '.switchyard'), { recursive: true });
      pipeline.write('.switchyard/config.yaml', 'worktree:\n  setUp: [make]\n');
      await run('setUpWorktrees');
      await person.sees(/config\.yaml says how worktrees are made ready/);
    } finally {
      for (const name of ['package-lock.json', '.env', '.switchyard'])
        rmSync(path.join(pipeline.folder, name), { recursive: true, force: true });
    }
  });
});
