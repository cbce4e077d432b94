import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { pairsToAsk, predictConflicts, type InFlight } from '../../../../src/core/landing/radar';
import { createGitPort } from '../../../../src/git/gitPort';
import type { RadarSight, StoryState } from '../../../../src/ports/radar';
import { CountingGit } from '../../../support/countingGit';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { quietLog, stillClock } from '../fixture';

const LINES = '1\n2\n3\n4\n5\n6\n7\n8\n';

describe('What the radar sees', () => {
  let repository: TemporaryRepository;
  let counted: CountingGit;
  let port: ReturnType<typeof createGitPort>;
  let sight: RadarSight;
  let main: string;
  const hints: string[] = [];

  beforeEach(async () => {
    repository = await TemporaryRepository.create();
    await repository.commit({ 'a.txt': LINES, 'd/b.txt': LINES, '.gitignore': 'ignored\n' }, 'Begin');
    main = await repository.git('rev-parse', 'main');
    counted = new CountingGit(repository.folder);
    port = createGitPort({ folder: repository.path, binary: counted.binary, log: quietLog, clock: stillClock });
    hints.length = 0;
    sight = await port.openRadar((branch) => hints.push(branch));
  });
  afterEach(async () => {
    await sight.dispose();
    port.dispose();
    await repository.dispose();
  });

  const ref = (name: string): string => `refs/heads/${name}`;
  async function worktree(name: string): Promise<string> {
    const folder = path.join(repository.folder, name);
    await repository.git('worktree', 'add', '--quiet', '-b', name, folder, 'main');
    return folder;
  }
  async function look(name: string, how: 'glance' | 'closely' = 'glance'): Promise<StoryState> {
    const state = await sight.look(ref(name), main, how);
    assert.ok(state !== null);
    return state;
  }
  async function conflicts(...names: string[]): Promise<string[]> {
    const stories: InFlight[] = [];
    for (const name of names) stories.push({ key: name, ...(await look(name)) });
    const pairs = pairsToAsk(stories, main, new Map());
    const answers = await sight.compare(main, pairs);
    const known = new Map(pairs.map(({ one, other }, at) => [[one, other].sort().join(' '), answers[at] ?? { kind: 'unknown' as const }])); // prettier-ignore
    return predictConflicts(stories, main, known).map(({ one, other, files }) => `${one} ${other ?? 'main'}: ${files.join()}`); // prettier-ignore
  }
  const objects = async (): Promise<string> => (await repository.git('count-objects', '-v')).replace(/^size.*$/gm, '');

  it('[MQ13] what is only written and not committed conflicts, new files and removed ones too, and what is ignored does not', async () => {
    const [one, two, three] = [await worktree('one'), await worktree('two'), await worktree('three')];
    await writeFile(path.join(one, 'a.txt'), LINES.replace('4', 'one'));
    await writeFile(path.join(two, 'a.txt'), LINES.replace('4', 'two'));
    await writeFile(path.join(one, 'new.txt'), 'one\n');
    await writeFile(path.join(three, 'new.txt'), 'three\n');
    await writeFile(path.join(one, 'ignored'), 'one\n');
    await writeFile(path.join(two, 'ignored'), 'two\n');
    await rm(path.join(two, 'd', 'b.txt'));
    await writeFile(path.join(three, 'd', 'b.txt'), LINES.replace('8', 'three'));
    assert.deepEqual(await conflicts('one', 'two', 'three'), [
      'one two: a.txt',
      'one three: new.txt',
      'two three: d/b.txt',
    ]);
  });

  it('[MQ13] looking and comparing leaves no object, no file and every index as it was', async () => {
    const [one, two] = [await worktree('one'), await worktree('two')];
    await writeFile(path.join(one, 'a.txt'), 'one\n');
    await repository.gitIn(one, 'add', 'a.txt');
    await writeFile(path.join(one, 'a.txt'), 'one more\n');
    await writeFile(path.join(two, 'a.txt'), 'two\n');
    const state = async (): Promise<string[]> => [
      await objects(),
      ...(await Promise.all(['one', 'two'].map(async (name) => (await readFile(path.join(repository.path, '.git', 'worktrees', name, 'index'))).toString('hex')))), // prettier-ignore
      await repository.gitIn(one, 'diff', '--cached', '--stat'),
    ];
    const before = await state();
    assert.deepEqual(await conflicts('one', 'two'), ['one two: a.txt']);
    assert.deepEqual(await state(), before);
    await sight.dispose();
    assert.deepEqual(await readdir(path.join(repository.path, '.git', 'switchyard', 'scratch')), []);
  });

  it('[MQ13] a worktree in which nothing happens costs no process, and one in which something does is noticed without one', async () => {
    const one = await worktree('one');
    await writeFile(path.join(one, 'a.txt'), 'one\n');
    let state = await look('one');
    // A file that has just changed could change once more in the same moment, so that a look at it holds only later; and what
    // the system has to say of the writing comes when it comes.
    let before: number;
    for (let quiet = 0; quiet < 3;) {
      const hasChanged = await sight.hasChanged(ref('one'));
      before = counted.count;
      state = await look('one');
      quiet = !hasChanged && counted.count === before ? quiet + 1 : 0;
      await new Promise((resolve) => setImmediate(resolve));
    }
    before = counted.count;
    assert.equal((await look('one')).state, state.state);
    assert.equal(await sight.hasChanged(ref('one')), false);
    assert.deepEqual(counted.calls(before), []);
    await writeFile(path.join(one, 'a.txt'), 'one again\n');
    assert.equal(await sight.hasChanged(ref('one')), true);
    await mkdir(path.join(one, 'd', 'deep'));
    assert.equal(await sight.hasChanged(ref('one')), true);
    assert.deepEqual(counted.calls(before), []);
    assert.notEqual((await look('one')).state, state.state);
  });

  it('[MQ13] a file that is written in place is noticed without a process, and what is built in an ignored folder is not', async () => {
    const one = await worktree('one');
    await mkdir(path.join(one, 'ignored'));
    await look('one');
    const before = counted.count;
    await writeFile(path.join(one, 'ignored', 'built'), 'x\n');
    await writeFile(path.join(one, 'd', 'b.txt'), 'in place\n');
    await waitFor('a hint', () => hints.includes(ref('one')));
    assert.deepEqual(counted.calls(before), []);
  });

  it('[MQ13] what is written while a worktree is looked at for the first time is a hint, though that look does not have it', async () => {
    const one = await worktree('one');
    const binary = path.join(repository.folder, 'git-and-a-person');
    const isWritten = path.join(repository.folder, 'is-written');
    const write = `[ -e '${isWritten}' ] || { echo >'${isWritten}'; echo meanwhile >'${path.join(one, 'd', 'b.txt')}'; }`;
    await writeFile(binary, `#!/bin/sh\ngit "$@"; code=$?\ncase " $* " in *" status "*) ${write};; esac\nexit $code\n`, { mode: 0o755 }); // prettier-ignore
    const besides = createGitPort({ folder: repository.path, binary, log: quietLog, clock: stillClock });
    const other = await besides.openRadar((branch) => hints.push(branch));
    const state = await other.look(ref('one'), main, 'closely');
    assert.deepEqual([existsSync(isWritten), state?.changes], [true, []]);
    await waitFor('a hint', () => hints.includes(ref('one')));
    await other.dispose();
    besides.dispose();
  });

  it('[MQ13] the same uncommitted work is the same commit, and work that was taken back is the tip again', async () => {
    const one = await worktree('one');
    await writeFile(path.join(one, 'a.txt'), 'one\n');
    const { state } = await look('one');
    await writeFile(path.join(one, 'a.txt'), LINES);
    assert.deepEqual(await look('one', 'closely'), { tip: main, state: main, changes: [], leftOut: 0 });
    await writeFile(path.join(one, 'a.txt'), 'one\n');
    assert.equal((await look('one', 'closely')).state, state);
  });

  it('[MQ13] names that are no UTF-8 or hold a line end, and a filter that would run a program, are seen as they are', async () => {
    const marker = path.join(repository.folder, 'ran');
    await repository.git('config', 'filter.spy.clean', `touch ${marker}; cat`);
    await repository.commit({ '.gitattributes': '*.bin filter=spy\n' }, 'Attributes');
    main = await repository.git('rev-parse', 'main');
    const one = await worktree('one');
    const odd = Buffer.concat([Buffer.from(`${one}${path.sep}odd`), Buffer.from([0xff]), Buffer.from('\nname')]);
    await writeFile(odd, 'one\n');
    await writeFile(path.join(one, 'x.bin'), 'one\n');
    const { changes } = await look('one');
    assert.equal(changes.length, 2);
    assert.ok(changes.some((change) => change.path === 'x.bin' && change.how === 'added'));
    assert.deepEqual(await readdir(repository.folder).then((names) => names.includes('ran')), false);
  });

  it('[MQ13] while a merge of the target stands in a worktree, what it brings is no change of the story', async () => {
    const one = await worktree('one');
    await writeFile(path.join(one, 'a.txt'), LINES.replace('4', 'one'));
    await repository.gitIn(one, 'commit', '--quiet', '-am', 'One');
    await repository.commit({ 'a.txt': LINES.replace('4', 'main'), 'd/b.txt': LINES.replace('1', 'main'), 'more.txt': 'main\n' }, 'More'); // prettier-ignore
    main = await repository.git('rev-parse', 'main');
    const two = await worktree('two');
    await writeFile(path.join(two, 'd', 'b.txt'), LINES.replace('1', 'two'));
    await assert.rejects(repository.gitIn(one, 'merge', '--quiet', 'main'));
    assert.deepEqual((await look('one')).changes, [{ path: 'a.txt', how: 'changed' }]);
    assert.deepEqual(await conflicts('one', 'two'), []);
    // As large as nothing else is read: without it there would be no picture of the story at all.
    await writeFile(path.join(one, 'a.txt'), 'x'.repeat(5_000_001));
    const { changes, leftOut } = await look('one', 'closely');
    assert.deepEqual([changes, leftOut], [[{ path: 'a.txt', how: 'changed' }], 0]);
    await repository.gitIn(one, 'merge', '--abort');
    assert.deepEqual((await look('one')).changes, [{ path: 'a.txt', how: 'changed' }]);
    assert.deepEqual(await conflicts('one'), ['one main: a.txt']);
  });

  it('[MQ13] a story whose history has nothing to do with the target is not compared for ever, and the others are', async () => {
    const [one, two] = [await worktree('one'), await worktree('two')];
    await writeFile(path.join(one, 'a.txt'), 'one\n');
    await writeFile(path.join(two, 'a.txt'), 'two\n');
    const tree = await repository.git('rev-parse', 'main^{tree}');
    const lonely = await repository.git('commit-tree', tree, '-m', 'Alone');
    const [a, b] = [await look('one'), await look('two')];
    const answers = await sight.compare(main, [
      { one: a.state, other: b.state },
      { one: a.state, other: lonely },
      { one: b.state, other: main },
    ]);
    assert.deepEqual(answers, [{ kind: 'conflict', files: ['a.txt'] }, { kind: 'unknown' }, { kind: 'clean' }]);
  });

  it('[MQ13] all pairs are compared by one process', async () => {
    const states: string[] = [];
    for (const name of ['one', 'two', 'three', 'four']) {
      await repository.branch(name, 'main');
      await repository.commitOn(name, { 'a.txt': `${name}\n` }, name);
      states.push((await look(name)).state);
    }
    const pairs = states.flatMap((one, at) => states.slice(at + 1).map((other) => ({ one, other })));
    // The attributes of the target are read once.
    await sight.compare(main, pairs.slice(0, 1));
    const before = counted.count;
    const answers = await sight.compare(main, pairs);
    assert.equal(answers.filter(({ kind }) => kind === 'conflict').length, 6);
    assert.deepEqual(
      counted.calls(before).map((call) => call.split(' ', 2).join(' ')),
      ['merge-tree --stdin'],
    );
  });
});
