import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { GREEN, TestWindow } from '../integration/engine/harness';
import { startScript } from '../support/childProcess';
import { isAlive } from '../support/isAlive';
import { waitFor } from '../support/waitFor';
import { CrashScene } from './crashScene';
import type { EngineTask } from './engineProcess';

describe('a git that outlives the window that landed with it', () => {
  let window: TestWindow;
  // Before its repository goes.
  afterEach(() => window.close());
  const scene = new CrashScene('engineProcess', { '.gitattributes': '*.bin filter=slow\n', 'a.txt': 'one\n' });
  beforeEach(() => (window = new TestWindow(scene.repository)));

  const held = (): number[] => readFileSync(scene.beside('held'), 'utf8').trim().split(' ').map(Number);

  /** In the person's checkout it notes who it is, and of which git, and waits for a file. */
  async function holdingFilter(): Promise<string> {
    const wait = `echo $$ $PPID > ${scene.beside('held')}; while [ ! -e ${scene.beside('go')} ]; do sleep 0.02; done`;
    await writeFile(
      scene.beside('smudge'),
      `#!/bin/sh\ncase "$PWD" in *.worktrees/*) ;; *) ${wait} ;; esac\nexec cat\n`,
    );
    await chmod(scene.beside('smudge'), 0o755);
    return scene.beside('smudge');
  }

  /** A window dies while the git that is to move the target is at work; the next one opens, and lands nothing yet. */
  async function killWhileGitLands(): Promise<void> {
    const task: EngineTask = {
      ...scene.place,
      gates: GREEN,
      killAt: null,
      queue: { wanted: 'batch', parallel: 1, batch: 2 },
      changes: [
        { file: 'a.txt', text: 'two\n' },
        { file: 'b.bin', text: 'two\n' },
      ],
    };
    const killed = startScript(scene.script, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const over = new Promise((resolve) => killed.once('exit', resolve));
    await waitFor('git to be at it', () => held().length === 2);
    killed.kill('SIGKILL');
    await over;
    window.permission = 'unapproved';
    await window.open();
  }

  /** It is let go on, and has ended. */
  async function letGitGoOn(): Promise<void> {
    writeFileSync(scene.beside('go'), '');
    await waitFor('it to have ended', () => !held().some(isAlive));
  }

  it('[G13, MQ3, MQ14] what is frozen then does not land, your files are as they were, and it lands by the queue later', async () => {
    await scene.repository.git('config', 'filter.slow.smudge', await holdingFilter());
    await killWhileGitLands();
    const stories = window.engine.stories();
    for (const story of stories) await window.must(story, 'Freeze');
    await letGitGoOn();
    assert.equal(await scene.repository.git('log', '--format=%s', 'main'), 'Begin', 'nothing has moved the target');
    assert.equal(await scene.repository.git('status', '--porcelain'), '');
    window.permission = 'granted';
    for (const story of stories) await window.must(story, 'Unfreeze');
    for (const story of stories) assert.equal((await window.waitForStage(story, 'Done')).by, 'queue');
    assert.equal(await scene.repository.git('status', '--porcelain'), '');
  });
});
