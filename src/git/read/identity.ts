import type { Identity } from '../../ports/refs';
import { runBare, type Repository } from '../door/repository';

/**
 * git would guess `root@build-7.internal` where nothing is configured, and such a name stays in the history for good.
 * So only a name and an address that somebody wrote down count.
 */
export const STATED_IDENTITY = 'user.useConfigOnly=true';

/** Who commits are made as. */
export async function readIdentity(repository: Repository): Promise<Identity> {
  const ask = (name: string): ReturnType<typeof runBare> =>
    runBare(repository, 'var', [name], { config: [STATED_IDENTITY], expect: [0, 128] });
  const [author, committer] = await Promise.all([ask('GIT_AUTHOR_IDENT'), ask('GIT_COMMITTER_IDENT')]);
  const found = /^(.*) <([^>]*)> -?\d+ [+-]\d+\s*$/.exec(author.text);
  if (author.code !== 0 || committer.code !== 0 || found?.[1] === undefined || found[2] === undefined)
    return { kind: 'missing' };
  return { kind: 'known', name: found[1], email: found[2] };
}

/** Whether the person wants commits signed; commit-tree, unlike commit, does not look by itself. */
export async function signsCommits(repository: Repository): Promise<boolean> {
  const args = ['--type=bool', '--get', 'commit.gpgsign'];
  const { code, text } = await runBare(repository, 'config', args, { expect: [0, 1] });
  return code === 0 && text.trim() === 'true';
}
