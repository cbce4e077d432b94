import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { GREEN, TestWindow } from '../integration/engine/harness';
import { bundleScript, startScript } from '../support/childProcess';
import { projectRoot } from '../support/projectRoot';
import { TemporaryFolder } from '../support/temporaryFolder';
import { TemporaryRepository } from '../support/temporaryRepository';
import { waitFor } from '../support/waitFor';
import type { EngineTask } from './engineProcess';

describe('a git that outlives the window that landed with it', () => {
  const scripts = new TemporaryFolder();
  let script: string;
  let repository: TemporaryRepository;
  let window: TestWindow;

  before(() => (script = bundleScript('crash/engineProcess', scripts.path)));
  after(() => scripts.remove());
  beforeEach(async () => {
    repository = await TemporaryRepository.create({ branch: 'main' });
    await repository.commit({ '.gitattributes': '*.bin filter=slow\n', 'a.txt': 'one\n' }, 'Begin');
    window = new TestWindow(repository);
  });
  afterEach(async () => {
    await window.close();
    await repository.dispose();
  });

  const beside = (name: string): string => path.join(repository.folder, name);
  const held = (): number[] => readFileSync(beside('held'), 'utf8').trim().split(' ').map(Number);

  /** In the person's checkout it notes who it is, and of which git, and waits for a file. */
  async function holdingFilter(): Promise<string> {
    const wait = `echo $$ $PPID > ${beside('held')}; while [ ! -e ${beside('go')} ]; do sleep 0.02; done`;
    await writeFile(beside('smudge'), `#!/bin/sh\ncase "$PWD" in *.worktrees/*) ;; *) ${wait} ;; esac\nexec cat\n`);
    await chmod(beside('smudge'), 0o755);
    return beside('smudge');
  }

  /** A window dies while the git that is to move the target is at work; the next one opens, and lands nothing yet. */
  async function killWhileGitLands(): Promise<void> {
    const task: EngineTask = {
      repository: repository.path,
      bundle: path.join(projectRoot, 'dist', 'engine.js'),
      wasmPath: path.join(projectRoot, 'dist', 'sql-wasm.wasm'),
      gates: GREEN,
      killAt: null,
      queue: { wanted: 'batch', parallel: 1, batch: 2 },
      changes: [
        { file: 'a.txt', text: 'two\n' },
        { file: 'b.bin', text: 'two\n' },
      ],
    };
    const killed = startScript(script, [JSON.stringify(task)], { stdio: ['ignore', 'ignore', 'inherit', 'ipc'] });
    const over = new Promise((resolve) => killed.once('exit', resolve));
    await waitFor('git to be at it', () => held().length === 2);
    killed.kill('SIGKILL');
    await over;
    window.permission = 'unapproved';
    await window.open();
  }

  /** It is let go on, and has ended. */
  async function letGitGoOn(): Promise<void> {
    writeFileSync(beside('go'), '');
    await waitFor('it to have ended', () => !held().some(isThere));
  }

  it('[G13, MQ3, MQ14] what is frozen then does not land, your files are as they were, and it lands by the queue later', async () => {
    await repository.git('config', 'filter.slow.smudge', await holdingFilter());
    await killWhileGitLands();
    const stories = window.engine.stories();
    for (const story of stories) await window.must(story, 'Freeze');
    await letGitGoOn();
    assert.equal(await repository.git('log', '--format=%s', 'main'), 'Begin', 'nothing has moved the target');
    assert.equal(await repository.git('status', '--porcelain'), '');
    window.permission = 'granted';
    for (const story of stories) await window.must(story, 'Unfreeze');
    for (const story of stories) assert.equal((await window.waitForStage(story, 'Done')).by, 'queue');
    assert.equal(await repository.git('status', '--porcelain'), '');
  });
});

function isThere(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
