import type { Oid } from '../../core/story/stage';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';

/** Local branches and all refs of Switchyard's. `to` names what a symbolic ref points to. One process. */
export async function allRefs(repository: Repository): Promise<Map<string, { oid: Oid; to: string | null }>> {
  const args = ['--format=%(objectname) %(refname) %(symref)', 'refs/heads', 'refs/switchyard'];
  const { text } = await runBare(repository, 'for-each-ref', args);
  const refs = new Map<string, { oid: Oid; to: string | null }>();
  for (const line of text.split('\n')) {
    const [oid = '', name = '', to = ''] = line.split(' ');
    if (name !== '') refs.set(name, { oid, to: to === '' ? null : to });
  }
  return refs;
}

/** Deletes a ref only while it holds this id. git refuses as a whole; the ref itself says why. */
export async function removeRef(repository: Repository, ref: string, oid: Oid): Promise<'removed' | 'moved'> {
  const args = ['-d', '--end-of-options', fullRef(ref), fullOid(oid)];
  const { code } = await runBare(repository, 'update-ref', args, { expect: [0, 1, 128] });
  return code === 0 ? 'removed' : 'moved';
}
