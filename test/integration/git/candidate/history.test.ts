import assert from 'node:assert/strict';
import { chmod, rm, symlink } from 'node:fs/promises';
import path from 'node:path';
import { TemporaryRepository, type Files } from '../../../support/temporaryRepository';
import { candidateDefaults, portFor } from '../fixture';

const LINES = Array.from({ length: 40 }, (_, at) => `line ${at}`);
const text = (change: Readonly<Record<number, string>> = {}, end = '\n') =>
  LINES.map((line, at) => change[at] ?? line).join(end) + end;

/** Both sides of one merge: what the target and the story change on what they share. */
interface Sides {
  readonly what: string;
  readonly target: () => Promise<unknown>;
  readonly story: () => Promise<unknown>;
}

describe('candidates of a history as projects have it', () => {
  let repository: TemporaryRepository;
  const at = (...parts: string[]) => path.join(repository.path, ...parts);
  const commit = (files: Files, message = 'Change') => repository.commit(files, message);

  beforeEach(async () => {
    repository = await TemporaryRepository.create({ config: { 'core.quotePath': 'true' } });
    const bytes = Buffer.from(Array.from({ length: 2000 }, (_, byte) => byte % 251));
    await symlink('kept.txt', at('link'));
    await commit({
      '.gitattributes': '*.crlf text eol=crlf\n*.log merge=union\n', 'kept.txt': text(), 'moved.txt': text(), 'gone.txt': 'gone\n', 'pic.bin': bytes,
      'run.sh': '#!/bin/sh\n', 'dos.crlf': text({}, '\r\n'), 'changes.log': 'begin\n', 'größe/файл.txt': text(), 'dir/one.txt': text(), 'dir/two.txt': 'two\n',
    }, 'Begin');
  }); // prettier-ignore
  afterEach(() => repository.dispose());

  const sides: Sides[] = [
    {
      what: 'a rename on one side and changes in the file on the other',
      target: () => commit({ 'moved.txt': text({ 3: 'target' }), 'changes.log': 'begin\ntarget\n' }),
      story: async () => {
        await repository.git('mv', 'moved.txt', 'there.txt');
        await commit({ 'there.txt': text({ 30: 'story' }), 'changes.log': 'begin\nstory\n' });
      },
    },
    {
      what: 'a folder that moves, and changes in its files',
      target: () => commit({ 'dir/one.txt': text({ 9: 'target' }) }),
      story: async () => {
        await repository.git('mv', 'dir', 'elsewhere');
        await commit({});
      },
    },
    {
      what: 'files that go, bytes, modes, links and line ends',
      target: () => commit({ 'kept.txt': text({ 1: 'target' }), 'dos.crlf': text({ 2: 'target' }, '\r\n') }),
      story: async () => {
        await rm(at('link'));
        await symlink('größe/файл.txt', at('link'));
        await chmod(at('run.sh'), 0o755);
        await commit({
          'gone.txt': null,
          'pic.bin': Buffer.from([0, 1, 2, 255]),
          'dos.crlf': text({ 35: 'story' }, '\r\n'),
        });
      },
    },
    {
      what: 'names outside ASCII, on both sides of one file',
      target: () => commit({ 'größe/файл.txt': text({ 0: 'ziel' }) }),
      story: () => commit({ 'größe/файл.txt': text({ 39: 'сюжет' }), 'größe/\u{1f600}.txt': 'new\n' }),
    },
    {
      what: 'a submodule that comes',
      target: () => commit({ 'kept.txt': text({ 5: 'target' }) }),
      story: async () => {
        await repository.git('update-index', '--add', '--cacheinfo', `160000,${'1'.repeat(40)},sub`);
        await repository.git('commit', '--quiet', '--message', 'Sub');
      },
    },
    {
      what: 'several merge bases, after both merged each other',
      target: async () => {
        await commit({ 'kept.txt': text({ 10: 'target' }) });
        const [main, story] = [
          await repository.git('rev-parse', 'main'),
          await repository.git('rev-parse', 'story/42-sign-in'),
        ];
        await repository.git('update-ref', 'refs/heads/before', main);
        await repository.git('merge', '--quiet', '--no-edit', story);
        await repository.git('switch', '--quiet', 'story/42-sign-in');
        await repository.git('merge', '--quiet', '--no-edit', 'before');
        await commit({ 'dir/one.txt': text({ 20: 'story again' }) });
        await repository.git('switch', '--quiet', 'main');
        await commit({ 'kept.txt': text({ 10: 'target', 25: 'target again' }) });
      },
      story: () => commit({ 'dir/one.txt': text({ 4: 'story' }) }),
    },
  ];

  for (const { what, target, story } of sides) {
    it(`[MQ1, MQ2] ${what}: every strategy gives the tree that git merge gives`, async () => {
      await repository.git('switch', '--quiet', '--create', 'story/42-sign-in');
      await story();
      await repository.git('switch', '--quiet', 'main');
      await target();
      const [base, storyTip] = [await repository.git('rev-parse', 'main'), await repository.git('rev-parse', 'story/42-sign-in')];
      const port = portFor(repository.path);
      const trees: string[] = [];
      for (const strategy of ['merge', 'squash', 'rebase'] as const) {
        const outcome = await port.buildCandidate({ ...candidateDefaults, strategy, base, storyTip });
        assert.ok(outcome.kind === 'built', `${strategy}: ${JSON.stringify(outcome)}`);
        trees.push(outcome.tree);
      }
      await repository.git('merge', '--quiet', '--no-edit', 'story/42-sign-in');
      const merged = await repository.git('rev-parse', 'HEAD^{tree}');
      assert.deepEqual(trees, [merged, merged, merged]);
    });
  } // prettier-ignore
});
