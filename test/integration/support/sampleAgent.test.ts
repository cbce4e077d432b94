import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { existsSync, symlinkSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { coldPrompt } from '../../../src/core/agents/prompt';
import { rejectEvidence } from '../../../src/core/review/evidence';
import { projectRoot } from '../../support/projectRoot';
import { RunScope } from '../../support/runScope';
import { makeSampleRepository, type SampleRepository } from '../../support/sampleProject';

const execute = promisify(execFile);
const agent = path.join(projectRoot, 'test', 'support', 'sampleAgent.mjs');

describe('The sample project and its agent', () => {
  let scope: RunScope;
  let repository: SampleRepository;

  beforeEach(async () => {
    scope = new RunScope();
    repository = await makeSampleRepository(scope.path('greeter'));
  });

  afterEach(() => scope.close());

  const run = async (prompt: string): Promise<string> => {
    const promptFile = scope.path('prompt.md');
    await writeFile(promptFile, prompt);
    const { stdout } = await execute(process.execPath, [agent, promptFile], {
      cwd: repository.folder,
      env: scope.environment(),
    });
    return stdout;
  };
  const runProjectTests = (): Promise<unknown> =>
    execute(process.execPath, ['--test'], { cwd: repository.folder, env: scope.environment() });

  it('the fresh project is committed on main, clean, and its own tests pass', async () => {
    assert.equal(await repository.git('branch', '--show-current'), 'main');
    assert.equal(await repository.git('status', '--porcelain'), '');
    await runProjectTests();
  });

  it('the agent writes the files that the prompt holds and commits them under its title', async () => {
    const output = await run(
      ['# #42: Say goodbye', '', '```file src/goodbye.js', "export const goodbye = 'Bye';", '```', ''].join('\n'),
    );
    assert.match(output, /Wrote src\/goodbye\.js[^]*Committed/);
    assert.equal(await repository.git('log', '-1', '--format=%s'), 'Say goodbye');
    assert.equal(
      await readFile(path.join(repository.folder, 'src', 'goodbye.js'), 'utf8'),
      "export const goodbye = 'Bye';\n",
    );
    assert.equal(await repository.git('status', '--porcelain'), '');
  });

  it('without files in the prompt it invents a module with a test that passes', async () => {
    await run('# Greet "whole" groups, too\n');
    assert.deepEqual((await repository.git('diff', '--name-only', 'HEAD~1')).split('\n'), [
      'README.md',
      'src/greet-whole-groups-too.js',
      'test/greet-whole-groups-too.test.js',
    ]);
    await runProjectTests();
  });

  it('a heading in the story is no title', async () => {
    await run('Work on story #1: Wave goodbye\n\n## Acceptance criteria\n\n- [ ] it waves\n');
    assert.equal(await repository.git('log', '-1', '--format=%s'), 'Wave goodbye');
  });

  it('what a review said about lines stands behind them then, and the tests still pass', async () => {
    await run('# Say goodbye\n');
    const lineOne =
      (await readFile(path.join(repository.folder, 'src', 'say-goodbye.js'), 'utf8')).split('\n')[0] ?? '';
    const oid = '0'.repeat(40);
    const place = {
      path: 'src/say-goodbye.js',
      side: 'story',
      base: oid,
      tip: oid,
      line: 1,
      endLine: 1,
      code: lineOne,
    } as const;
    const said = [{ at: '2026-01-31T14:05:00.000Z', text: 'Say it\ntwice.' }];
    const thread = { ...place, id: 'one', said, sentAt: null, settledAt: null, state: 'open', now: null } as const;
    const story = { number: 1, title: 'Say goodbye', type: 'story' } as const;
    const told = (general: string, about: Parameters<typeof rejectEvidence>[1]): Promise<string> => {
      const { summary, files, text } = rejectEvidence(general, about);
      return run(coldPrompt({ story, nonce: 'n0nce', body: '', branch: 'story/1', target: 'main', feedback: { kind: 'review', summary, files, outputId: null }, earlierCommits: 1, output: text })); // prettier-ignore
    };
    await told('', [thread]);
    assert.equal(await repository.git('diff', '--name-only', 'HEAD~1'), 'src/say-goodbye.js');
    assert.equal(
      (await repository.git('show', 'HEAD:src/say-goodbye.js')).split('\n')[0],
      `${lineOne} // Say it twice.`,
    );
    await told('And wave.', []);
    assert.match(await repository.git('show', 'HEAD:src/say-goodbye.js'), /^.* \/\/ Say it twice\. \/\/ And wave\.\n/);
    await runProjectTests();
  });

  it('doing the same work again commits nothing', async () => {
    const prompt = '# Again\n\n```file src/again.js\nexport const again = 1;\n```\n';
    await run(prompt);
    assert.match(await run(prompt), /Nothing to commit/);
  });

  for (const [where, file] of [
    ['above the folder', '../outside.js'],
    ['in git’s own folder', '.git/hooks/post-commit'],
    ['behind a link', 'link/outside.js'],
  ] as const) {
    it(`a path ${where} is refused before anything is written`, async () => {
      symlinkSync(scope.folder, path.join(repository.folder, 'link'));
      const prompt = `# Leave\n\n\`\`\`file src/first.js\n1;\n\`\`\`\n\n\`\`\`file ${file}\n2;\n\`\`\`\n`;
      await assert.rejects(run(prompt), /Nothing was written/);
      assert.equal(existsSync(path.join(repository.folder, 'src', 'first.js')), false);
      assert.equal(existsSync(scope.path('outside.js')), false);
      assert.equal(existsSync(path.join(repository.folder, '.git', 'hooks', 'post-commit')), false);
    });
  }
});
