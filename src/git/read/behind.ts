import path from 'node:path';
import { KnownByFiles } from '../../base/knownByFiles';
import type { Oid } from '../../core/story/stage';
import type { Behind } from '../../ports/refs';
import { runBare, type Repository } from '../door/repository';
import { commitsAhead } from './refs';
import { settingsOf } from './settings';

const upstreams = new WeakMap<Repository, Map<string, KnownByFiles<Oid | null>>>();

/** Null where a branch (short name) follows none, or is not behind. Nothing is fetched. */
export async function behindUpstream(repository: Repository, branch: string, tip: Oid): Promise<Behind | null> {
  const { values } = await settingsOf(repository).current();
  const of = (key: string): string | null => values.get(`branch.${branch}.${key}`.toLowerCase()) ?? null;
  const [remote, merge] = [of('remote'), of('merge')];
  if (remote === null || remote === '.' || merge?.startsWith('refs/heads/') !== true) return null;
  const upstream = `${remote}/${merge.slice('refs/heads/'.length)}`;
  const there = await known(repository, `refs/remotes/${upstream}`).current();
  if (there === null || there === tip) return null;
  const commits = await commitsAhead(repository, tip, there);
  return commits === 0 ? null : { upstream, commits, ahead: await commitsAhead(repository, there, tip) };
}

/** Its tip, read again when a file shows that it changed. */
function known(repository: Repository, ref: string): KnownByFiles<Oid | null> {
  const all = upstreams.get(repository) ?? new Map<string, KnownByFiles<Oid | null>>();
  upstreams.set(repository, all);
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
