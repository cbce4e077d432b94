import assert from 'node:assert/strict';
import { RACE_END_STEPS } from '../../src/core/agents/race';
import type { StoryRecord } from '../../src/core/story/story';
import { CrashScene, linesOf } from './crashScene';
import type { RaceTask } from './raceProcess';

/** An agent that writes its own name into a file and commits that. */
function agent(name: string): object {
  const script = `require('node:fs').writeFileSync('by.txt', ${JSON.stringify(`${name}\n`)});
    const git = (...words) => require('node:child_process').execFileSync('git', words);
    git('add', '-A'); git('commit', '-qm', ${JSON.stringify(`By ${name}`)});`;
  return { name, role: 'coder', command: [process.execPath, '-e', script] };
}

describe('killed while a race is decided', () => {
  const scene = new CrashScene('raceProcess', { 'a.txt': 'a\n' });

  it('[A14, S8] SIGKILL after each step, one after another: one story with what was kept, one landing, the other under a rescue ref', async () => {
    const killed = scene.beside('killed');
    const task: RaceTask = {
      ...scene.place,
      gates: [{ name: 'test', command: ['true'] }],
      agents: [agent('first'), agent('second')],
      killed,
    };
    const end = await scene.runUntilOver(task);
    for (const step of [...RACE_END_STEPS, 'saved', 'buried', 'worktreeRemoved', 'branchRemoved'])
      assert.ok(linesOf(killed).includes(step), `it was killed when it was ${step}: ${linesOf(killed).join()}`);

    const [story, ...others] = JSON.parse(end.stdout) as StoryRecord[];
    assert.deepEqual([others.length, story?.number, story?.title, story?.agent, story?.race], [0, 1, 'Say hello', 'second', undefined]); // prettier-ignore
    assert.deepEqual(story?.strikes, []);
    assert.equal(await scene.repository.git('rev-list', '--first-parent', '--count', 'main'), '2', 'one landing');
    assert.equal(await scene.repository.git('show', 'main:by.txt'), 'second');
    const rescued = await scene.repository.git('for-each-ref', '--format=%(refname)', 'refs/switchyard/rescue/');
    const kept = rescued.split('\n').filter((ref) => ref !== '');
    assert.ok(kept.length > 0, 'what lost is kept');
    for (const ref of kept) assert.equal(await scene.repository.git('show', `${ref}:by.txt`), 'first');
    const branches = await scene.repository.git('for-each-ref', '--format=%(refname)', 'refs/heads');
    assert.deepEqual(branches.split('\n'), ['refs/heads/main', story.branch]);
    assert.equal(await scene.repository.git('fsck', '--connectivity-only', '--no-dangling'), '');
  });
});
