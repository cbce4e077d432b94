import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { RACE_END_STEPS } from '../../src/core/agents/race';
import type { StoryRecord } from '../../src/core/story/story';
import { bundleScript, runScript, type ScriptEnd } from '../support/childProcess';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository } from '../support/temporaryRepository';
import type { RaceTask } from './raceProcess';

/** An agent that writes its own name into a file and commits that. */
function agent(name: string): object {
  const script = `require('node:fs').writeFileSync('by.txt', ${JSON.stringify(`${name}\n`)});
    const git = (...words) => require('node:child_process').execFileSync('git', words);
    git('add', '-A'); git('commit', '-qm', ${JSON.stringify(`By ${name}`)});`;
  return { name, role: 'coder', command: [process.execPath, '-e', script] };
}

describe('killed while a race is decided', () => {
  const scripts = new TemporaryFolder();
  let script: string;
  let repository: TemporaryRepository;

  before(() => (script = bundleScript('crash/raceProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ 'a.txt': 'a\n' }, 'Begin');
  });
  afterEach(() => repository.dispose());

  it('[A14, S8] SIGKILL after each step, one after another: one story with what was kept, one landing, the other under a rescue ref', async () => {
    const killed = path.join(repository.folder, 'killed');
    const task: RaceTask = {
      repository: repository.path,
      bundle: path.join(projectRoot, 'dist', 'engine.js'),
      wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
      gates: [{ name: 'test', command: ['true'] }],
      agents: [agent('first'), agent('second')],
      killed,
    };
    const steps = (): string[] => readFileSync(killed, 'utf8').trim().split('\n');
    let end: ScriptEnd;
    do end = await runScript(script, task);
    while (end.signal === 'SIGKILL');
    assert.equal(end.code, 0, `${end.stderr}\n${steps().join()}`);
    for (const step of [...RACE_END_STEPS, 'saved', 'buried', 'worktreeRemoved', 'branchRemoved'])
      assert.ok(steps().includes(step), `it was killed when it was ${step}: ${steps().join()}`);

    const [story, ...others] = JSON.parse(end.stdout) as StoryRecord[];
    assert.deepEqual([others.length, story?.number, story?.title, story?.agent, story?.race], [0, 1, 'Say hello', 'second', undefined]); // prettier-ignore
    assert.deepEqual(story?.strikes, []);
    assert.equal(await repository.git('rev-list', '--first-parent', '--count', 'main'), '2', 'one landing');
    assert.equal(await repository.git('show', 'main:by.txt'), 'second');
    const rescued = await repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue/');
    const kept = rescued.split('\n').filter((ref) => ref !== '');
    assert.ok(kept.length > 0, 'what lost is kept');
    for (const ref of kept) assert.equal(await repository.git('show', `${ref}:by.txt`), 'first');
    const branches = await repository.git('for-each-ref', '--format=%(refname)', 'refs/heads');
    assert.deepEqual(branches.split('\n'), ['refs/heads/main', story.branch]);
    assert.equal(await repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
  });
});
