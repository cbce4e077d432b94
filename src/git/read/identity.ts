import type { Identity } from '../../ports/refs';
import { runBare, type Repository } from '../door/repository';
import { isTrue, settingsOf, type GitSettings } from './settings';

/**
 * git would guess `root@build-7.internal` where nothing is configured, and such a name stays in the history for good.
 * So only a name and an address that somebody wrote down count.
 */
export const STATED_IDENTITY = 'user.useConfigOnly=true';

/** Without an identity, what no file could tell is asked again after this long (ms). */
const ASK_AGAIN_MS = 60_000;

interface Known {
  readonly settings: GitSettings;
  readonly identity: Identity;
  readonly askedAt: number;
}

const known = new WeakMap<Repository, Known>();

/** Who commits are made as. git is asked again only when its settings have changed. */
export async function readIdentity(repository: Repository): Promise<Identity> {
  const settings = await settingsOf(repository).current();
  const before = known.get(repository);
  const age = before === undefined ? 0 : repository.clock.now() - before.askedAt;
  if (before?.settings === settings && (before.identity.kind === 'known' || age < ASK_AGAIN_MS)) return before.identity;
  const askedAt = repository.clock.now();
  const identity = await askIdentity(repository);
  known.set(repository, { settings, identity, askedAt });
  return identity;
}

async function askIdentity(repository: Repository): Promise<Identity> {
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
  return isTrue(await settingsOf(repository).current(), 'commit.gpgSign');
}
