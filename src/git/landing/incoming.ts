import type { Oid } from '../../core/story/stage';
import { fullOid, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** One path that differs between two commits. A mode of `000000` means: not there. */
export interface IncomingChange {
  readonly path: string;
  readonly oldMode: string;
  readonly newMode: string;
  readonly oldOid: string;
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
  for (let at = 0; at + 1 < fields.length; at += 2)
    changes.push(parseRawChange(fields[at] ?? '', fields[at + 1] ?? ''));
  return changes;
}

/** `:<old mode> <new mode> <old id> <new id> <status>`, see git-diff-tree(1). */
export function parseRawChange(record: string, path: string): IncomingChange {
  const [oldMode = '', newMode = '', oldOid = '', newOid = '', status = ''] = record.slice(1).split(' ');
  return { path, oldMode, newMode, oldOid, newOid, status };
}

/** Candidates kept in mind: those of a long queue. */
const KEPT = 32;

/** What the last candidates change, so that their landing need not ask again. Two commits never differ otherwise later. */
const remembered = new WeakMap<Repository, Map<string, readonly IncomingChange[]>>();

export function rememberChanges(repository: Repository, from: Oid, to: Oid, changes: readonly IncomingChange[]): void {
  const kept = remembered.get(repository) ?? new Map<string, readonly IncomingChange[]>();
  remembered.set(repository, kept.set(`${from} ${to}`, changes));
  const [oldest] = kept.keys();
  if (kept.size > KEPT && oldest !== undefined) kept.delete(oldest);
}

/** All changes from one commit to another, remembered or asked for. */
export async function knownChanges(repository: Repository, from: Oid, to: Oid): Promise<readonly IncomingChange[]> {
  return remembered.get(repository)?.get(`${from} ${to}`) ?? changesBetween(repository, from, to);
}
