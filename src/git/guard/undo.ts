import path from 'node:path';
import type { SharedChange } from '../../core/gates/sharedChange';
import type { Oid } from '../../core/story/stage';
import { fullOid, fullRef } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { readObjects } from '../read/commits';
import { listRefs } from '../read/refs';
import { listWorktrees } from '../read/worktrees';
import { changeRefs, moveRef } from './changeRefs';
import { rescueRef } from './keepLost';
import { compareSettings } from './settings';
import { putFileBack } from './sharedFiles';
import { readSharedRefs } from './sharedRefs';

const REFLOG = 'switchyard: undo';

/** Puts one thing back as it was; false where it is no longer as the change left it, or cannot be written now. */
export async function undoChange(repository: Repository, change: SharedChange): Promise<boolean> {
  switch (change.kind) {
    case 'file':
      return change.path.startsWith('config')
        ? undoSettings(repository, change)
        : putFileBack(repository.commonDir, change);
    case 'ref':
      return undoRef(repository, change);
    case 'stash':
      return change.what === 'taken' ? putOnStash(repository, change) : takeFromStash(repository, change.commit);
    default:
      return change satisfies never;
  }
}

type FileChange = Extract<SharedChange, { kind: 'file' }>;
type RefChange = Extract<SharedChange, { kind: 'ref' }>;
type StashChange = Extract<SharedChange, { kind: 'stash' }>;

/** Byte for byte as before, but for what people's tools write all the time: that is set again. */
async function undoSettings(repository: Repository, change: FileChange): Promise<boolean> {
  const [before, after] = [bytesOf(change.before), bytesOf(change.after)];
  if (!(await putFileBack(repository.commonDir, change))) return false;
  const { passing } = await compareSettings(repository, before, after);
  const file = path.join(repository.commonDir, change.path);
  for (const key of new Set((passing ?? []).map((one) => one.key)))
    await runBare(repository, 'config', ['--file', file, '--unset-all', key], { expect: [0, 1, 5, 255] });
  for (const { key, value } of passing ?? [])
    await runBare(repository, 'config', ['--file', file, '--add', key, value]);
  return true;
}

function bytesOf(file: FileChange['before']): Buffer {
  return Buffer.from(file?.kind === 'file' ? (file.data ?? '') : '', 'base64');
}

/**
 * One transaction: the ref goes back only from where the change left it, and what it held is kept by a rescue ref. A
 * branch that a worktree is on is not removed, for nothing would be checked out there then.
 */
async function undoRef(repository: Repository, { ref, before, after }: RefChange): Promise<boolean> {
  if (before === null && (await listWorktrees(repository)).some((one) => one.branch === ref)) return false;
  const zero = '0'.repeat((before ?? after ?? '').length);
  const [to, from] = [before ?? zero, after ?? zero];
  const commands = [`update ${fullRef(ref)}`, fullOid(to), fullOid(from)];
  if (after !== null) commands.push(`update ${rescueRef(after)}`, fullOid(after), '');
  return moveRef(repository, { ref, to: before }, REFLOG, commands);
}

/** An entry is put on top, which is where git's own `stash store` puts it: by its commit, with the log's line. */
async function putOnStash(repository: Repository, { commit, message }: StashChange): Promise<boolean> {
  const [object] = await readObjects(repository, [commit]);
  const { stash } = await readSharedRefs(repository);
  if (object?.type !== 'commit') return false;
  if (stash.some((one) => one.commit === commit)) return true;
  const args = ['--create-reflog', '-m', message, '--end-of-options', 'refs/stash', fullOid(commit)];
  await runBare(repository, 'update-ref', args);
  return changeRefs(repository, REFLOG, [`update ${rescueRef(commit)}`, fullOid(commit), '']);
}

async function takeFromStash(repository: Repository, commit: Oid): Promise<boolean> {
  const { stash } = await readSharedRefs(repository);
  const at = [...stash].reverse().findIndex((one) => one.commit === commit);
  if (at === -1) return false;
  await changeRefs(repository, REFLOG, [`update ${rescueRef(commit)}`, fullOid(commit), '']);
  const last = stash.length === 1;
  await runBare(repository, 'reflog delete', ['--updateref', '--rewrite', `refs/stash@{${at}}`]);
  if (!last) return true;
  const left = (await listRefs(repository, 'refs/stash')).get('refs/stash');
  return left === undefined || changeRefs(repository, REFLOG, ['delete refs/stash', left]);
}
