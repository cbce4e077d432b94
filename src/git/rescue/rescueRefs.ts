import { readRescueMessage } from '../../core/rescue/rescueNote';
import type { Oid } from '../../core/story/stage';
import type { Rescue } from '../../ports/rescue';
import { parseCommit, readObjects } from '../read/commits';
import { fullOid, fullRef, splitFields } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { changeRefs } from '../guard/changeRefs';

const RESCUES = 'refs/switchyard/rescue';

/** Every rescue ref that leads to a commit, the newest first. */
export async function listRescues(repository: Repository): Promise<Rescue[]> {
  const { text } = await runBare(repository, 'for-each-ref', ['--format=%(objectname) %(refname)', RESCUES]);
  const refs = text.split('\n').flatMap((line) => {
    const [oid = '', ref = ''] = line.split(' ');
    return ref === '' ? [] : [{ oid, ref }];
  });
  const objects = await readObjects(
    repository,
    refs.map(({ oid }) => oid),
  );
  const found = refs.flatMap(({ ref }, at): Rescue[] => {
    const object = objects[at];
    if (object?.type !== 'commit') return [];
    const { message, author } = parseCommit(object.oid, object.data);
    const note = readRescueMessage(message);
    const seconds = Number(author.date.split(' ')[0]);
    const when = note?.at ?? new Date(Number.isFinite(seconds) ? seconds * 1000 : 0).toISOString();
    return [{ ref, commit: object.oid, subject: message.split('\n')[0] ?? '', at: when, note }];
  });
  return found.sort((a, b) => Date.parse(b.at) - Date.parse(a.at) || (a.ref < b.ref ? -1 : 1));
}

/** The rescue by this ref. An error where there is none. */
export async function findRescue(repository: Repository, ref: string): Promise<Rescue> {
  const found = (await listRescues(repository)).find((one) => one.ref === ref);
  if (found === undefined) throw new Error(`There is no ${ref} any more. Somebody may have forgotten it meanwhile.`);
  return found;
}

export async function forgetRescue(repository: Repository, ref: string, commit: Oid): Promise<'forgotten' | 'changed'> {
  if (!ref.startsWith(`${RESCUES}/`)) throw new Error(`${ref} is no rescue ref.`);
  const isDone = await changeRefs(repository, 'switchyard: forget', [`delete ${fullRef(ref)}`, fullOid(commit)]);
  return isDone ? 'forgotten' : 'changed';
}

/** Names of files that stand in no commit of the branch, and the two commits whose difference they are. */
export async function filesOfRescue(
  repository: Repository,
  ref: string,
): Promise<{ from: Oid | null; to: Oid; files: string[] }> {
  const { commit, note } = await findRescue(repository, ref);
  const [object] = await readObjects(repository, [commit]);
  const parents = object?.type === 'commit' ? parseCommit(commit, object.data).parents : [];
  const from = note === null ? (parents[0] ?? null) : (note.chain.head ?? note.chain.tip);
  if (from === null) {
    const { text } = await runBare(repository, 'ls-tree', ['-r', '-z', '--name-only', '--full-tree', commit]);
    return { from, to: commit, files: splitFields(text) };
  }
  const args = ['-r', '-z', '--no-renames', '--name-only', '--end-of-options', from, commit];
  return { from, to: commit, files: splitFields((await runBare(repository, 'diff-tree', args)).text) };
}
