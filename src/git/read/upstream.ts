import type { Upstream } from '../../ports/remotes';
import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readObjects } from './commits';
import { settingsOf, type GitSettings } from './settings';

interface Known {
  readonly settings: GitSettings;
  readonly branch: string;
  readonly found: Omit<Upstream, 'tip'> | null;
}
const known = new WeakMap<Repository, Known>();

/** Where a branch is pushed to and what is known of it there. git is asked again only when its settings have changed. */
export async function upstreamOf(repository: Repository, branch: string): Promise<Upstream | null> {
  const settings = await settingsOf(repository).current();
  const before = known.get(repository);
  const found =
    before?.settings === settings && before.branch === branch
      ? before.found
      : await ask(repository, fullRef(branch), settings);
  known.set(repository, { settings, branch, found });
  if (found === null) return null;
  const [object] = await readObjects(repository, [found.tracking]);
  return { ...found, tip: object?.type === 'commit' ? object.oid : null };
}

async function ask(repository: Repository, branch: string, { values }: GitSettings): Promise<Known['found']> {
  const short = branch.replace(/^refs\/heads\//, '');
  const [remote, merge] = [values.get(`branch.${short}.remote`), values.get(`branch.${short}.merge`)];
  // A branch that follows another branch of this clone goes nowhere.
  if (remote == null || merge == null || remote === '.') return null;
  const format = ['--format=%(upstream)', '--', branch];
  const tracking = (await runBare(repository, 'for-each-ref', format)).text.trim();
  return tracking.startsWith('refs/') ? { remote, branch: fullRef(merge), tracking: fullRef(tracking) } : null;
}
