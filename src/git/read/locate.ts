import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RepositoryCheck } from '../../ports/refs';
import { GitError, GitMissingError } from '../door/gitError';
import type { Place } from '../door/repository';
import type { Git } from '../door/run';

/** merge-tree --write-tree came with 2.38. Everything else that is used is older. */
const NEEDED = [2, 38] as const;

/** Looks at the folder and says whether Switchyard can work there. Never throws for what a person can have. */
export async function checkFolder(git: Git, folder: string): Promise<RepositoryCheck> {
  try {
    const version = await readVersion(git, folder);
    if (version.older) return { kind: 'gitTooOld', found: version.text };
    const inside = await git.run('rev-parse', ['--is-bare-repository'], { cwd: folder, expect: [0, 128] });
    if (inside.code === 128) return await withoutRepository(folder, inside.stderr);
    if (inside.text.trim() === 'true') return { kind: 'bare' };
    const place = await locate(git, folder);
    if (!(await hasCommits(git, place))) return { kind: 'noCommits' };
    const { topLevel, commonDir, mainTopLevel } = place;
    const worktree = mainTopLevel === topLevel ? 'main' : 'linked';
    return {
      kind: 'ready',
      topLevel,
      commonDir,
      worktree,
      superprojects: await superprojectsOf(git, mainTopLevel ?? topLevel),
    };
  } catch (error) {
    if (error instanceof GitMissingError) return { kind: 'gitMissing' };
    throw error;
  }
}

/** `git version 2.39.5 (Apple Git-154)` → `2.39.5`. */
async function readVersion(git: Git, folder: string): Promise<{ text: string; older: boolean }> {
  const { text } = await git.run('version', [], { cwd: folder });
  const found = /(\d+)\.(\d+)(?:\.\d+)*/.exec(text);
  const [major, minor] = [Number(found?.[1] ?? 0), Number(found?.[2] ?? 0)];
  return { text: found?.[0] ?? text.trim(), older: major < NEEDED[0] || (major === NEEDED[0] && minor < NEEDED[1]) };
}

/**
 * git refuses with the same exit code where nothing is and where something is that it will not touch, such as a
 * repository of another user. Only a look at the disk tells them apart.
 */
async function withoutRepository(folder: string, stderr: string): Promise<RepositoryCheck> {
  for (let at = path.resolve(folder); ; at = path.dirname(at)) {
    const found = await stat(path.join(at, '.git')).catch(() => null);
    if (found !== null)
      throw new GitError({
        command: 'git rev-parse',
        cwd: folder,
        exitCode: 128,
        stderr,
        advice: `There is a repository at ${at}, and git does not open it. Its words above say why and what helps.`,
      });
    if (at === path.dirname(at)) return { kind: 'notARepository' };
  }
}

/** Where the repository of a folder lies. The folder may be any below its top. */
export async function locate(git: Git, folder: string): Promise<Place> {
  const asked = ['--path-format=absolute', '--show-toplevel', '--git-common-dir', '--git-dir', '--show-object-format'];
  const { text } = await git.run('rev-parse', asked, { cwd: folder });
  const [topLevel = '', common = '', gitDir = '', objectFormat = ''] = text.replace(/\r?\n$/, '').split(/\r?\n/);
  if (objectFormat !== 'sha1' && objectFormat !== 'sha256')
    throw new Error(`This repository's object format, ${objectFormat}, is not known. Update Switchyard.`);
  const [top, commonDir] = [path.normalize(topLevel), path.normalize(common)];
  const mainTopLevel = gitDir === common ? top : await configuredTop(git, top, commonDir);
  return { topLevel: top, mainTopLevel, commonDir, objectFormat };
}

/** Where the main worktree is, for a linked one of a submodule, whose git directory does not lie in it; else null. */
async function configuredTop(git: Git, topLevel: string, commonDir: string): Promise<string | null> {
  if (path.basename(commonDir) === '.git') return null;
  const { text } = await git.run('config', ['--get', 'core.worktree'], { cwd: topLevel, expect: [0, 1] });
  const configured = text.replace(/\r?\n$/, '');
  return configured === '' ? null : path.resolve(commonDir, configured);
}

async function superprojectsOf(git: Git, topLevel: string): Promise<string[]> {
  const found: string[] = [];
  for (let at = topLevel; ; at = found.at(-1) ?? at) {
    const asked = await git.run('rev-parse', ['--show-superproject-working-tree'], { cwd: at, expect: [0, 128] });
    const above = asked.text.replace(/\r?\n$/, '');
    if (asked.code !== 0 || above === '') return found;
    found.push(path.normalize(above));
  }
}

/** An unborn HEAD beside branches with commits is a repository with commits. */
async function hasCommits(git: Git, place: Place): Promise<boolean> {
  const head = await git.run('rev-parse', ['--verify', '--quiet', 'HEAD^{commit}'], {
    cwd: place.topLevel,
    expect: [0, 1, 128],
  });
  if (head.code === 0) return true;
  const refs = await git.run('for-each-ref', ['--count=1', 'refs/heads'], { cwd: place.topLevel });
  return refs.text !== '';
}
