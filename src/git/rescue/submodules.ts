import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { exists } from '../../base/exists';
import type { Repository } from '../door/repository';

/**
 * Submodules of a worktree that hold commits which no remote of theirs has. Their repositories lie in the worktree's
 * private git dir and go with it. Names with `/`.
 */
export async function submodulesWithOwnCommits({ git }: Repository, gitDir: string): Promise<string[]> {
  const modules = path.join(gitDir, 'modules');
  const found: string[] = [];
  for (const name of await repositoriesBelow(modules)) {
    const place = path.join(modules, ...name.split('/'));
    const args = ['--max-count=1', '--all', '--not', '--remotes'];
    const { code, text } = await git.run('rev-list', args, { cwd: place, env: { GIT_DIR: place }, expect: [0, 128] });
    if (code !== 0 || text.trim() !== '') found.push(name);
  }
  return found;
}

async function repositoriesBelow(folder: string, under = ''): Promise<string[]> {
  const found: string[] = [];
  const entries = await readdir(path.join(folder, under), { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    if (!entry.isDirectory()) continue;
    const name = under === '' ? entry.name : `${under}/${entry.name}`;
    if (await exists(path.join(folder, name, 'HEAD'))) {
      found.push(name, ...(await repositoriesBelow(folder, `${name}/modules`)));
    } else found.push(...(await repositoriesBelow(folder, name)));
  }
  return found;
}
