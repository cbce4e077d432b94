import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { systemClock } from '../../../src/base/systemClock';
import { overviewOf } from '../../../src/core/board/overview';
import { rowLine, windowText } from '../../../src/core/board/overviewText';
import {
  findRepositories,
  worktreesBeside,
  type FoundRepository,
} from '../../../src/core/repositories/findRepositories';
import type { StoryRecord } from '../../../src/core/story/story';
import { checkFolders } from '../../../src/session/services';
import { TemporaryRepository } from '../../support/temporaryRepository';
import { waitFor } from '../../support/waitFor';
import { TestWindow } from '../engine/harness';

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** `app` with the submodule `app/lib`, a worktree of it, and a nested repository in `app/vendor`. */
class Project {
  private constructor(readonly app: TemporaryRepository) {}

  static async create(): Promise<Project> {
    const app = await TemporaryRepository.create();
    const project = new Project(app);
    const lib = app.path.replace(/repository$/, 'lib-origin');
    const git = (folder: string, ...args: string[]) => execFileSync('git', args, { cwd: folder, stdio: 'pipe' });
    mkdirSync(lib);
    git(lib, 'init', '-q', '-b', 'main');
    for (const folder of [lib, app.path]) {
      writeFileSync(path.join(folder, 'a.txt'), 'one\n');
      git(folder, 'add', '-A');
      git(folder, '-c', 'user.name=S', '-c', 'user.email=s@example.com', 'commit', '-qm', 'Begin');
    }
    git(app.path, '-c', 'protocol.file.allow=always', 'submodule', '--quiet', 'add', lib, 'lib');
    git(app.path, 'commit', '-qm', 'Use lib');
    git(project.lib, 'config', 'user.name', 'Sam Sample');
    git(project.lib, 'config', 'user.email', 'sam@example.com');
    git(app.path, 'worktree', 'add', '-q', project.worktree);
    mkdirSync(project.nested);
    git(project.nested, 'init', '-q', '-b', 'main');
    git(
      project.nested,
      '-c',
      'user.name=S',
      '-c',
      'user.email=s@example.com',
      'commit',
      '-q',
      '--allow-empty',
      '-m',
      'x',
    );
    return project;
  }

  get lib(): string {
    return path.join(this.app.path, 'lib');
  }
  get worktree(): string {
    return path.join(this.app.folder, 'fix');
  }
  get nested(): string {
    return path.join(this.app.path, 'nested');
  }

  async find(...folders: string[]): Promise<FoundRepository[]> {
    const checks = await checkFolders({ gitBinary: 'git', spawner: null, clock: systemClock, log: quiet }, folders);
    return findRepositories(checks.flatMap((check) => (check.kind === 'ready' ? [check] : [])));
  }
}

describe('Several repositories in one window', function () {
  this.timeout(300_000);
  let project: Project;
  const windows: TestWindow[] = [];

  before(async () => {
    project = await Project.create();
  });
  afterEach(async () => {
    for (const window of windows.splice(0)) await window.close();
  });
  after(() => project.app.dispose());

  /** An engine on a repository, as the host starts it. */
  async function open({ topLevel, superprojects }: FoundRepository): Promise<TestWindow> {
    const window = new TestWindow(
      { path: topLevel },
      { worktreesFolder: (main) => worktreesBeside(main, superprojects) },
    );
    windows.push(window);
    await window.open();
    return window;
  }

  it('[U7] real folders are told apart: worktree, submodule and nested repository', async () => {
    const { app, lib, worktree, nested } = project;
    const plain = path.join(app.folder, 'plain');
    mkdirSync(plain);
    const found = await project.find(worktree, app.path, lib, nested, plain);
    assert.deepEqual(
      found.map(({ name, about, topLevel }) => [name, about, topLevel]),
      [
        ['repository', 'also open: its worktree fix', app.path],
        ['lib', 'submodule of repository', lib],
        ['nested', 'inside repository', nested],
      ],
    );
    assert.equal(new Set(found.map(({ commonDir }) => commonDir)).size, 3);
    const linked = path.join(app.folder, 'lib-fix');
    execFileSync('git', ['worktree', 'add', '-q', linked], { cwd: lib });
    const [alone] = await project.find(linked);
    // Its git directory does not lie in it, so where it is a submodule of is asked where it is checked out.
    assert.deepEqual([alone?.about, alone?.superprojects], ['submodule of repository', [app.path]]);
  });

  it('[U7, G4] a repository and its submodule each have an engine, a queue and numbers of their own, side by side', async () => {
    const found = await project.find(project.app.path, project.lib);
    const [app, lib] = await Promise.all(found.map(open));
    assert.ok(app && lib);
    const stories: StoryRecord[] = [];
    for (const [index, window] of [app, lib].entries()) {
      const story = await window.codedStory(`Story of ${index}`, { 'new.txt': `of ${index}\n` });
      stories.push(story);
      await window.must(story, 'GatesStarted');
    }
    assert.deepEqual(
      stories.map(({ number }) => number),
      [1, 1],
    );
    assert.notEqual(stories[0]?.key, stories[1]?.key);
    await Promise.all([app, lib].map((window, index) => window.waitForStage(stories[index]!, 'Done')));
    const landed = (folder: string) => execFileSync('git', ['show', 'main:new.txt'], { cwd: folder, encoding: 'utf8' });
    assert.deepEqual([landed(project.app.path), landed(project.lib)], ['of 0\n', 'of 1\n']);
    assert.ok(existsSync(path.join(`${project.app.path}-lib.worktrees`)), 'the worktrees of the submodule are outside');
    assert.ok(!existsSync(`${project.lib}.worktrees`));
  });

  it('[U7, B2] the overview and the text say of each what its own board says', async () => {
    const found = await project.find(project.app.path, project.nested);
    const opened = await Promise.all(found.map(open));
    const [, nested] = opened;
    const story = await nested!.newStory('Stands still');
    await nested!.must(story, 'Block', { text: 'waits for a key' });
    const repositories = () =>
      found.map(({ name, about }, index) => ({ name, about, board: opened[index]!.session.model(), problem: null }));
    await waitFor('the mark', () => overviewOf(repositories()).rows[1]?.marks.cold === 1);
    const { rows, counts } = overviewOf(repositories());
    assert.deepEqual(
      rows.map(({ name, marks, needsYou }) => [name, marks.cold, needsYou]),
      [
        ['repository', 0, 0],
        ['nested', 1, 1],
      ],
    );
    assert.equal(counts.needsYou, 1);
    const now = Date.now();
    const text = windowText(repositories(), now);
    for (const row of rows) assert.ok(text.includes(rowLine(row, now)), text);
    assert.match(text, /^🔴 #1 Stands still · Blocked/m);
  });
});
