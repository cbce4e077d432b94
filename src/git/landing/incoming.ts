import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** One path that differs between two commits. A mode of `000000` means: not there. */
export interface IncomingChange {
  readonly path: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly newOid: string;
  /** `A`dded, `D`eleted, `M`odified or `T`ype changed; renames are not looked for. */
  readonly status: string;
}

/** What changes from one commit to another, path by path; `pathspecs` narrow it. */
export async function changesBetween(
  repository: Repository,
  from: Oid,
  to: Oid,
  pathspecs: readonly string[] = [],
): Promise<IncomingChange[]> {
  const args = ['-r', '-z', '--no-renames', '--no-ext-diff', '--no-textconv', '--end-of-options'];
  const range = [fullOid(from), fullOid(to), '--', ...pathspecs];
  const fields = splitFields((await runBare(repository, 'diff-tree', [...args, ...range])).text);
  const changes: IncomingChange[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [oldMode = '', newMode = '', , newOid = '', status = ''] = (fields[at] ?? '').slice(1).split(' ');
    changes.push({ path: fields[at + 1] ?? '', oldMode, newMode, newOid, status });
  }
  return changes;
}
