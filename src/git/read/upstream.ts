import path from 'node:path';
import { KnownByFiles } from '../../base/knownByFiles';
import { shortRef } from '../../core/story/names';
import type { Oid } from '../../core/story/stage';
import type { Upstream } from '../../ports/remotes';
import { fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
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
  return { ...found, tip: await tipOf(repository, found.tracking).current() };
}

async function ask(repository: Repository, branch: string, { values }: GitSettings): Promise<Known['found']> {
  const short = shortRef(branch);
  const [remote, merge] = [values.get(`branch.${short}.remote`), values.get(`branch.${short}.merge`)];
  // A branch that follows another branch of this clone goes nowhere.
  if (remote == null || merge == null || remote === '.') return null;
  const format = ['--format=%(upstream)', '--', branch];
  const tracking = (await runBare(repository, 'for-each-ref', format)).text.trim();
  return tracking.startsWith('refs/') ? { remote, branch: fullRef(merge), tracking: fullRef(tracking) } : null;
}

const tips = new WeakMap<Repository, Map<string, KnownByFiles<Oid | null>>>();

/** The tip of a ref that a remote is known by, read again when a file shows that it changed. */
function tipOf(repository: Repository, ref: string): KnownByFiles<Oid | null> {
  const all = tips.get(repository) ?? new Map<string, KnownByFiles<Oid | null>>();
  tips.set(repository, all);
  const files = [ref, 'packed-refs', path.join('reftable', 'tables.list')].map((name) =>
    path.join(repository.commonDir, ...name.split('/')),
  );
  const found =
    all.get(ref) ??
    new KnownByFiles<Oid | null>({
      now: () => repository.clock.now(),
      read: async () => {
        const { text } = await runBare(repository, 'for-each-ref', ['--format=%(objectname)', ref]);
        return { value: text.trim() === '' ? null : text.trim(), files };
      },
    });
  all.set(ref, found);
  return found;
}
