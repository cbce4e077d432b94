import assert from 'node:assert/strict';
import { existsSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { QueueBounds } from '../../../../src/core/pipeline/policy';
import { readReceipt } from '../../../../src/core/receipts/receipt';
import type { StoryRecord } from '../../../../src/core/story/story';
import { TemporaryRepository } from '../../../support/temporaryRepository';
import { waitFor } from '../../../support/waitFor';
import { TestWindow } from '../harness';

/**
 * A gate for several stories at once. It notes the files that it saw, waits while there is a file `hold` (or `hold-<file>`
 * for a file that it sees), and is red where it sees a file named `red…`, or both of `pair-1` and `pair-2` without `mends`.
 */
const GATE = `
here=$1
files=$(ls -A | grep -vx .git | LC_ALL=C sort)
run="\\"files\\":[$(printf '"%s"\\n' $files | paste -sd, -)],\\"cwd\\":\\"$(pwd -P)\\""
echo "{$run}" >> "$here/runs"
held() {
  [ -e "$here/hold" ] && return
  for file in $files; do [ -e "$here/hold-$file" ] && return; done
  false
}
while held; do sleep 0.02; done
ended=green
[ -e pair-1 ] && [ -e pair-2 ] && ended=red
for file in $files; do case $file in red*) ended=red ;; esac; done
[ -e mends ] && ended=green
echo "{$run,\\"ended\\":\\"$ended\\"}" >> "$here/runs"
echo '# tests 1'
[ $ended = green ]
`;

interface GateRun {
  readonly files: readonly string[];
  readonly cwd: string;
  readonly ended?: 'red' | 'green';
}

describe('stories that land together', () => {
  let repository: TemporaryRepository;
  let window: TestWindow;

  beforeEach(async () => {
    paths = null;
    repository = await TemporaryRepository.create();
    await repository.commit({ base: 'one\n' }, 'Begin');
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const all = (): GateRun[] => {
    const file = path.join(repository.folder, 'runs');
    if (!existsSync(file)) return [];
    const lines = readFileSync(file, 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as GateRun);
  };
  /** What gates saw beside the file of the first commit, by how they ended. */
  const ended = (): string[] =>
    all().flatMap(({ files, ended: how }) => (how === undefined ? [] : [`${how} ${names(files)}`]));
  const begun = (): string[] => all().flatMap(({ files, ended: how }) => (how === undefined ? [names(files)] : []));
  const names = (files: readonly string[]): string => files.filter((name) => name !== 'base').join(' ');
  const hold = (what = ''): string => {
    const file = path.join(repository.folder, `hold${what}`);
    writeFileSync(file, '');
    return file;
  };
  const log = async (count: number): Promise<string[]> =>
    (await repository.git('log', '--first-parent', '--format=%s', `-${count}`)).split('\n');

  /** One gate for all files where this is null, else one for each of these. */
  let paths: readonly string[] | null;
  /** Stories that change these files are in the queue, and begin to land together. */
  async function queued(queue: QueueBounds, ...files: string[]): Promise<StoryRecord[]> {
    const command = ['sh', '-c', GATE, 'gate', repository.folder];
    const gates =
      paths === null ? [{ name: 'test', command }] : paths.map((name) => ({ name, command, paths: [name] }));
    window = new TestWindow(repository, { settings: { gates, queue, reviewPaths: [] } });
    await window.open();
    // Nothing lands before all of them are there.
    window.permission = 'unapproved';
    const stories: StoryRecord[] = [];
    for (const name of files) {
      const story = await window.codedStory(name, { [name]: 'story\n' });
      await window.must(story, 'QaSkipped');
      stories.push(story);
    }
    window.permission = 'granted';
    window.engine.poke();
    return stories;
  }
  const allDone = async (stories: readonly StoryRecord[]): Promise<void> => {
    for (const story of stories) await window.waitForStage(story, 'Done');
  };
  const BATCH: QueueBounds = { wanted: 'batch', parallel: 1, batch: 6 };
  const TRAIN: QueueBounds = { wanted: 'train', parallel: 3, batch: 1 };

  it('[MQ1, MQ12, MQ22] six land as a batch with one gate run and one move of the target, each named', async () => {
    const stories = await queued(BATCH, 'a', 'b', 'c', 'd', 'e', 'f');
    await allDone(stories);
    assert.deepEqual(ended(), ['green a b c d e f']);
    assert.deepEqual(await log(7), ['f (#6)', 'e (#5)', 'd (#4)', 'c (#3)', 'b (#2)', 'a (#1)', 'Begin']);
    const moves = (await repository.git('reflog', '--format=%gs', 'main')).split('\n');
    assert.equal(moves.filter((line) => /land/.test(line)).length, 1, moves.join('\n'));
    const landed = await repository.git('log', '--first-parent', '--reverse', '--format=%H %P', '-6');
    for (const [at, line] of landed.split('\n').entries()) {
      const [commit, , storyTip] = line.split(' ');
      const { stage, branch } = window.now(stories[at]!);
      assert.ok(stage.name === 'Done');
      assert.equal(stage.mergeCommit, commit);
      assert.equal(storyTip, await repository.git('rev-parse', branch ?? ''));
    }
    assert.equal(await repository.git('status', '--porcelain'), '');
    assert.equal(await repository.git('for-each-ref', 'refs/switchyard/candidates/'), '');
    const verified = await window.engine.questions.verifyLandings('main~6..main');
    assert.ok(verified.kind === 'verified');
    assert.deepEqual(verified.verification.findings, []);
  });

  it('[MQ12, MQ21] in a batch every gate runs that looks at what any of its stories changes', async () => {
    paths = ['a', 'b', 'c'];
    await allDone(await queued(BATCH, 'a', 'b'));
    assert.deepEqual(ended(), ['green a b', 'green a b']);
  });

  it('[MQ3, MQ12, MQ21] a batch that a restart interrupts is proven by every gate that looks at any of its stories', async () => {
    paths = ['a', 'b'];
    const held = hold();
    const stories = await queued(BATCH, 'a', 'b');
    await waitFor('the gates to run', () => begun().includes('a b'), { seen: begun });
    await window.close();
    unlinkSync(held);
    await window.open();
    await allDone(stories);
    assert.deepEqual(ended(), ['green a b', 'green a b']);
  });

  it('[MQ12] a train proves side by side in trees of their own, and lands in order', async () => {
    const held = hold();
    const stories = await queued(TRAIN, 'a', 'b', 'c');
    await waitFor('three gates side by side', () => begun().length === 3, { seen: begun });
    assert.equal(new Set(all().map(({ cwd }) => cwd)).size, 3);
    unlinkSync(held);
    await allDone(stories);
    assert.deepEqual(begun().sort(), ['a', 'a b', 'a b c']);
    assert.deepEqual(await log(4), ['c (#3)', 'b (#2)', 'a (#1)', 'Begin']);
  });

  it('[MQ12, MQ21, MQ22] in a train one that cannot touch those before it waits for none of them, and costs them no gate run', async () => {
    paths = ['a', 'b'];
    const [held, free] = [hold('-a'), hold('-b')];
    const stories = await queued(TRAIN, 'a', 'b');
    const [first, second] = stories as [StoryRecord, StoryRecord];
    await waitFor('the gates of each by itself', () => begun().includes('a') && begun().includes('b'), { seen: begun });
    unlinkSync(free);
    await window.waitForStage(second, 'Done');
    assert.equal(window.now(first).stage.name, 'Merge');
    assert.deepEqual(ended(), ['green b']);
    unlinkSync(held);
    await allDone(stories);
    assert.deepEqual(await log(3), ['a (#1)', 'b (#2)', 'Begin']);
    // What gate a said on the files where it looks counts for the merge with what landed meanwhile.
    assert.deepEqual(ended(), ['green b', 'green a']);
    // A receipt is written after its landing.
    await waitFor('receipts that verify', async () => {
      const verified = await window.engine.questions.verifyLandings('main~2..main');
      return verified.kind === 'verified' && verified.verification.findings.length === 0;
    });
    const read = readReceipt(await repository.git('notes', '--ref=refs/notes/switchyard', 'show', 'main'));
    assert.ok(read.kind === 'receipt');
    const [gate] = read.receipt.gates;
    assert.deepEqual([gate?.name, gate?.reused, gate?.output !== null], ['a', true, true]);
    assert.equal(await repository.git('ls-tree', '--name-only', gate?.on.tree ?? ''), 'a\nbase', 'where it ran');
  });

  it('[MQ12, MQ21] one that comes when another has gone ahead of what is being proven goes ahead as well, and ends no gates', async () => {
    paths = ['a*', 'b', 'c'];
    const held = hold('-a');
    const [first, behind, second] = (await queued(TRAIN, 'a', 'a2', 'b')) as [StoryRecord, StoryRecord, StoryRecord];
    await window.waitForStage(second, 'Done');
    const third = await window.codedStory('c', { c: 'story\n' });
    await window.must(third, 'QaSkipped');
    await window.waitForStage(third, 'Done');
    assert.equal(window.now(first).stage.name, 'Merge');
    unlinkSync(held);
    await allDone([first, behind]);
    assert.deepEqual(await log(5), ['a2 (#2)', 'a (#1)', 'c (#4)', 'b (#3)', 'Begin']);
    assert.deepEqual(ended().sort(), ['green a', 'green a a2', 'green b', 'green b c']);
    assert.deepEqual(begun().sort(), ['a', 'a a2', 'b', 'b c']);
  });

  it('[MQ16, MQ26] what changes the files of one that goes ahead waits behind it, also while that is merged for it', async () => {
    paths = ['a', 'b', 'c'];
    const held = hold('-a');
    const [first] = await queued(TRAIN, 'a');
    await waitFor('the gates of the first', () => begun().includes('a'), { seen: begun });
    const [signs, go] = ['signs', 'go'].map((one) => path.join(repository.folder, one)) as [string, string];
    const base = await repository.git('rev-parse', 'main');
    const holds = `case "$(cat)" in *"parent ${base}"*'b (#2)'*) while [ ! -e '${go}' ]; do sleep 0.02; done ;; esac`;
    const signature = `printf '\\n[GNUPG:] SIG_CREATED \\n' >&2; echo '-----BEGIN PGP SIGNATURE-----'`;
    writeFileSync(signs, `#!/bin/sh\n${holds}\n${signature}\n`, { mode: 0o755 });
    const second = await window.codedStory('b', { b: 'story\n' });
    const third = await window.codedStory('c', { b: 'story\n', c: 'story\n' });
    await repository.git('config', 'gpg.program', signs);
    await repository.git('config', 'commit.gpgsign', 'true');
    await window.must(second, 'QaSkipped');
    await window.must(third, 'QaSkipped');
    await window.waitForCard(third, 'it to wait', ({ why }) => /^Waits behind #2,/.test(why ?? ''));
    writeFileSync(go, '');
    await allDone([second, third]);
    assert.deepEqual(await log(3), ['c (#3)', 'b (#2)', 'Begin']);
    unlinkSync(held);
    await allDone([first!]);
  });

  it('[MQ12, MQ21] in a train one that cannot touch those before it is red by itself, without them', async () => {
    paths = ['a', 'red'];
    const held = hold('-a');
    const [first, red] = (await queued(TRAIN, 'a', 'red')) as [StoryRecord, StoryRecord];
    assert.equal((await window.waitForStage(red, 'MergeFailure')).kind, 'gatesRed');
    unlinkSync(held);
    await allDone([first]);
    assert.deepEqual(await log(2), ['a (#1)', 'Begin']);
  });

  it('[MQ3, MQ12, MQ21] one that cannot touch those before it lands before them after a restart too', async () => {
    paths = ['a', 'b'];
    const [held, free] = [hold('-a'), hold('-b')];
    const stories = await queued(TRAIN, 'a', 'b');
    const each = () => ['a', 'b'].map((name) => begun().filter((one) => one === name).length).join();
    await waitFor('the gates of each by itself', () => each() === '1,1', { seen: begun });
    await window.close();
    await window.open();
    await waitFor('them again', () => each() === '2,2', { seen: begun });
    unlinkSync(free);
    await window.waitForStage(stories[1]!, 'Done');
    assert.equal(window.now(stories[0]!).stage.name, 'Merge');
    unlinkSync(held);
    await allDone(stories);
    assert.deepEqual(await log(3), ['a (#1)', 'b (#2)', 'Begin']);
    assert.deepEqual(window.now(stories[0]!).strikes, []);
  });

  it('[MQ12, MQ21] in a train one at which a gate looks that looks at those before it lands after them', async () => {
    paths = ['*', 'b'];
    const held = hold('-a');
    const stories = await queued(TRAIN, 'a', 'b');
    await waitFor('the gates of both', () => begun().includes('a b'), { seen: begun });
    unlinkSync(held);
    await allDone(stories);
    assert.deepEqual(await log(3), ['b (#2)', 'a (#1)', 'Begin']);
  });

  it('[MQ12] behind a train one more is merged already, says so, and its gates begin with the first room', async () => {
    const held = hold();
    const stories = await queued({ ...TRAIN, parallel: 2 }, 'a', 'b', 'c', 'd');
    const [, , third, fourth] = stories as [StoryRecord, StoryRecord, StoryRecord, StoryRecord];
    const says = (story: StoryRecord, word: string) =>
      window.waitForCard(story, word, ({ facts }) => facts.includes(word));
    await says(third, 'about to be proven');
    await says(fourth, 'behind #3');
    await waitFor('the gates of the two before it', () => begun().length === 2, { seen: begun });
    assert.equal(window.engine.questions.mergeStatus(third.key).kind, 'running');
    hold('-c');
    unlinkSync(held);
    await waitFor('its gates', () => begun().includes('a b c'), { seen: begun });
    await says(third, 'test 1/1');
    assert.equal(begun().filter((one) => one === 'a b c').length, 1);
    unlinkSync(path.join(repository.folder, 'hold-c'));
    await allDone(stories);
    assert.deepEqual(begun().sort(), ['a', 'a b', 'a b c', 'a b c d']);
  });

  it('[MQ12] a red batch is halved: the story is named, and all else lands', async () => {
    const stories = await queued(BATCH, 'a', 'b', 'red', 'd');
    const [first, second, red, last] = stories as [StoryRecord, StoryRecord, StoryRecord, StoryRecord];
    await allDone([first, second, last]);
    const failure = await window.waitForStage(red, 'MergeFailure');
    assert.equal(failure.kind, 'gatesRed');
    assert.deepEqual(await log(4), ['d (#4)', 'b (#2)', 'a (#1)', 'Begin']);
    assert.deepEqual(
      new Set(ended()),
      new Set(['red a b d red', 'green a b', 'red a b red', 'green a b d', 'red red']),
    );
    assert.deepEqual(window.now(red).strikes.length, 0);
  });

  it('[MQ12] two that are red together are named as that, the later one waits, and the others land', async () => {
    const stories = await queued(BATCH, 'a', 'pair-1', 'c', 'pair-2', 'e');
    const later = stories[3]!;
    await allDone(stories.filter((one) => one !== later));
    const failure = await window.waitForStage(later, 'MergeFailure');
    assert.equal(failure.kind, 'redTogether');
    assert.match(failure.detail, /^Red together with #2, green alone\. /);
    assert.deepEqual(failure.files, []);
  });

  it('[MQ12, MQ3] what a story is red with is still looked for after a restart, and named', async () => {
    const held = hold('-pair-2');
    const stories = await queued(BATCH, 'a', 'pair-1', 'pair-2');
    const later = stories[2]!;
    await waitFor('the gates of all', () => begun().includes('a pair-1 pair-2'), { seen: begun });
    unlinkSync(held);
    await waitFor('their red', () => ended().includes('red a pair-1 pair-2'), { seen: ended });
    hold('-pair-2');
    await waitFor('the story without the others', () => begun().includes('pair-2'), { seen: begun });
    await allDone(stories.slice(0, 2));
    await window.close();
    unlinkSync(held);
    await window.open();
    const failure = await window.waitForStage(later, 'MergeFailure');
    assert.match(failure.detail, /^Red together with #2, green alone\. /);
  });

  it('[MQ12] in a train a red one is dropped, and only those behind it are merged and proven again', async () => {
    const stories = await queued(TRAIN, 'a', 'red', 'c');
    const [first, red, last] = stories as [StoryRecord, StoryRecord, StoryRecord];
    await allDone([first, last]);
    assert.equal((await window.waitForStage(red, 'MergeFailure')).kind, 'gatesRed');
    assert.deepEqual(await log(3), ['c (#3)', 'a (#1)', 'Begin']);
    assert.equal(begun().filter((one) => one === 'a').length, 1, 'the one before it was proven once');
    assert.ok(ended().includes('green a c'));
  });

  it('[MQ12] a green one behind a red one that it contains clears it, and they land with one move', async () => {
    const held = hold('-mends');
    const stories = await queued(TRAIN, 'red', 'mends');
    await waitFor('the first to be red', () => ended().includes('red red'), { seen: ended });
    unlinkSync(held);
    await allDone(stories);
    assert.deepEqual(await log(3), ['mends (#2)', 'red (#1)', 'Begin']);
    assert.deepEqual(ended(), ['red red', 'green mends red']);
  });

  for (const [name, queue] of [
    ['a batch', BATCH],
    ['a train', TRAIN],
  ] as const) {
    it(`[MQ4, MQ12] ${name} is merged afresh where the target moves meanwhile`, async () => {
      const held = hold();
      const stories = await queued(queue, 'a', 'b', 'c');
      await waitFor('gates to run', () => begun().includes('a b c'), { seen: begun });
      await repository.commit({ other: 'x\n' }, 'Meanwhile');
      await waitFor('gates of the new ones', () => begun().includes('a b c other'), { seen: begun });
      unlinkSync(held);
      await allDone(stories);
      assert.deepEqual(await log(5), ['c (#3)', 'b (#2)', 'a (#1)', 'Meanwhile', 'Begin']);
    });

    it(`[ST1, MQ12] of ${name} a story whose branch moves is proven again, and the others land without it`, async () => {
      const held = hold();
      const stories = await queued(queue, 'a', 'b', 'c');
      const [first, moved, last] = stories as [StoryRecord, StoryRecord, StoryRecord];
      await waitFor('gates to run', () => begun().includes('a b c'), { seen: begun });
      await window.commit(moved, { more: 'x\n' });
      await waitFor('gates without it', () => begun().includes('a c'), { seen: begun });
      unlinkSync(held);
      await allDone([first, last, moved]);
      assert.deepEqual(await log(4), ['b (#2)', 'c (#3)', 'a (#1)', 'Begin']);
    });

    it(`[ST4, MQ12] of ${name} a story that is frozen stays out, and the others land without it`, async () => {
      const held = hold();
      const stories = await queued(queue, 'a', 'b', 'c');
      const [first, frozen, last] = stories as [StoryRecord, StoryRecord, StoryRecord];
      await waitFor('gates to run', () => begun().includes('a b c'), { seen: begun });
      await window.must(frozen, 'Freeze');
      unlinkSync(held);
      await allDone([first, last]);
      assert.deepEqual(await log(3), ['c (#3)', 'a (#1)', 'Begin']);
      assert.equal(window.now(frozen).stage.name, 'Frozen');
    });

    it(`[MQ9, MQ26] of ${name} only that story waits whose files a person is changing`, async () => {
      await repository.write('b', 'mine\n');
      const stories = await queued(queue, 'a', 'b', 'c');
      const [first, waiting, last] = stories as [StoryRecord, StoryRecord, StoryRecord];
      await allDone([first, last]);
      await window.waitForCard(waiting, 'a landing that waits', (card) =>
        /Your file b is in the way/.test(card.why ?? ''),
      );
      assert.equal(await repository.read('b'), 'mine\n');
      unlinkSync(path.join(repository.path, 'b'));
      await allDone([waiting]);
      assert.deepEqual(await log(4), ['b (#2)', 'c (#3)', 'a (#1)', 'Begin']);
      assert.equal(await repository.git('status', '--porcelain'), '');
    });
  }

  it('[ST4, G13, MQ12] of a batch that hangs in your checkout each can be frozen at once, and the others land without it', async () => {
    const [begun, smudge] = ['begun', 'smudge'].map((one) => path.join(repository.folder, one)) as [string, string];
    const hangs = `: > '${begun}'; while :; do sleep 0.05; done`;
    writeFileSync(smudge, `#!/bin/sh\ncase "$PWD" in *.worktrees/*) exec cat ;; esac\n${hangs}\n`, { mode: 0o755 });
    await repository.git('config', 'filter.slow.smudge', smudge);
    await repository.commit({ '.gitattributes': 'b filter=slow\n' }, 'Filters');
    const stories = await queued(BATCH, 'a', 'b', 'c');
    const [first, frozen, last] = stories as [StoryRecord, StoryRecord, StoryRecord];
    await waitFor('the checkout to follow', () => existsSync(begun));
    await window.must(frozen, 'Freeze');
    assert.equal(window.now(frozen).stage.name, 'Frozen');
    await allDone([first, last]);
    assert.deepEqual(await log(3), ['c (#3)', 'a (#1)', 'Filters']);
    assert.equal(await repository.git('status', '--porcelain', '--untracked-files=all'), '');
    assert.deepEqual(window.errors, []);
  });

  it('[MQ12] one that conflicts with another before it holds up nobody, and fails once that has landed', async () => {
    const stories = await queued(BATCH, 'a', 'b', 'c');
    await allDone(stories);
    window.permission = 'unapproved';
    const more: StoryRecord[] = [];
    for (const [title, files] of [
      ['d', { d: 'x\n', same: 'one\n' }],
      ['e', { e: 'x\n', same: 'two\n' }],
      ['f', { f: 'x\n' }],
    ] as const) {
      const story = await window.codedStory(title, files);
      await window.must(story, 'QaSkipped');
      more.push(story);
    }
    window.permission = 'granted';
    window.engine.poke();
    await allDone([more[0]!, more[2]!]);
    const failure = await window.waitForStage(more[1]!, 'MergeFailure');
    assert.deepEqual([failure.kind, failure.files], ['contentConflict', ['same']]);
    assert.deepEqual(await log(2), ['f (#6)', 'd (#4)']);
  });
});
