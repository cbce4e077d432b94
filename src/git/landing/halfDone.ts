import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Repository } from '../door/repository';
import { isAsCheckedOut, onDisk, type OnDisk } from '../read/freshCheckout';
import type { StatusEntry } from '../read/status';
import type { IncomingChange } from './incoming';
import type { Restaged } from './restaged';

/** What the paths in the way of a landing turn out to be, once their bytes are looked at. */
export interface Standing {
  /** Changes of a person's; the landing waits for them. */
  readonly theirs: readonly string[];
  /** As git writes them in a fresh checkout, and shown as changed all the same. git itself refuses to go over them. */
  readonly refused: readonly string[];
  /** Lines for `update-index --index-info` that make the index say what the files are already. */
  readonly restage: readonly string[];
  /** Of those that are a person's own: that line, and the one that makes the index say again what it said before. */
  readonly own: readonly Restaged[];
  /** Some file holds just the bytes that the index names, and an attribute makes git say otherwise. */
  readonly unfiltered: boolean;
  /** Files that git was killed in the middle of writing; they hold a beginning of what lands and nothing else. */
  readonly partial: readonly Partial[];
}

interface Partial {
  readonly partial: string;
  readonly oid: string;
}

export interface Place {
  readonly top: string;
  /** Whether a git was cut off while it brought this very candidate here. */
  readonly left: 'cutOff' | 'nothing';
  /** What git shows as different there, by path. */
  readonly local: ReadonlyMap<string, StatusEntry>;
  readonly incoming: ReadonlyMap<string, IncomingChange>;
}

type Found = 'theirs' | 'refused' | 'unfiltered' | 'settled' | { restage: string; before?: string } | Partial;

const ABSENT = '000000';

/**
 * Looks at what is in the way of a landing. A git that was killed while it updated the checkout leaves files that equal
 * the old or the new commit byte for byte while the branch has not moved: nothing of a person's is in them, and the same
 * holds for a person's file that is already as the landing makes it. All else is theirs.
 */
export async function lookAtStanding(
  repository: Repository,
  place: Place,
  paths: readonly string[],
): Promise<Standing> {
  const [theirs, refused, restage]: [string[], string[], string[]] = [[], [], []];
  const own: Restaged[] = [];
  const partial: Partial[] = [];
  let unfiltered = false;
  for (const name of paths) {
    const found = await standingOf(repository, place, name);
    if (found === 'theirs') theirs.push(name);
    else if (found === 'refused') refused.push(name);
    else if (found === 'unfiltered') unfiltered = true;
    else if (found === 'settled') continue;
    else if ('partial' in found) partial.push(found);
    else {
      restage.push(found.restage);
      if (found.before !== undefined && place.left === 'nothing') own.push([found.restage, found.before]);
    }
  }
  return { theirs, refused, restage, own, unfiltered, partial };
}

async function standingOf(repository: Repository, place: Place, name: string): Promise<Found> {
  const [change, entry] = [place.incoming.get(name), place.local.get(name)];
  if (change === undefined || entry?.kind === 'unmerged') return 'theirs';
  const staged = stagedAs(change, entry);
  if (staged === 'other') return 'theirs';
  const found = await onDisk(place.top, name, repository.objectFormat);
  const filtered = found.kind === 'file' ? () => filteredId(repository, place.top, name) : () => Promise.resolve(null);
  if (await equals(found, change.newMode, change.newOid, filtered))
    return staged === 'new'
      ? 'settled'
      : { restage: line(change.newMode, change.newOid, name), before: line(change.oldMode, change.oldOid, name) };
  if (await equals(found, change.oldMode, change.oldOid, filtered)) {
    // git writes the index last, and of a file that left the index alone it never is the one who did that.
    if (staged === 'new')
      return place.left === 'cutOff' && change.newMode !== ABSENT
        ? { restage: line(change.oldMode, change.oldOid, name) }
        : 'theirs';
    const otherMode = entry !== undefined && entry.workMode !== change.oldMode;
    if (found.kind === 'file' && found.oid === change.oldOid) return otherMode ? 'theirs' : 'unfiltered';
  }
  if (staged === 'old' && place.left === 'cutOff') {
    // git takes the old file away before it writes the new one.
    if (found.kind === 'missing') return 'settled';
    if (found.kind === 'file' && (await isBeginning(repository, place.top, change, found.data)))
      return { partial: name, oid: found.oid };
  }
  return entry !== undefined && (await isAsCheckedOut(repository.git, place.top, entry)) ? 'refused' : 'theirs';
}

/**
 * What stands there where a git that was cut off left it, null for anything else: the new file or a beginning of it, or nothing
 * where there was one. `entry`: how git shows it against the index, which is the old one still.
 */
export async function isLeftBy(
  repository: Repository,
  top: string,
  { change, entry }: { readonly change: IncomingChange; readonly entry: StatusEntry },
): Promise<OnDisk | null> {
  if (entry.kind === 'unmerged' || stagedAs(change, entry) !== 'old') return null;
  const found = await onDisk(top, change.path, repository.objectFormat);
  const isNew = await equals(found, change.newMode, change.newOid, () => filteredId(repository, top, change.path));
  if (isNew || found.kind === 'missing') return found;
  const isPartial = found.kind === 'file' && (await isBeginning(repository, top, change, found.data));
  return isPartial ? found : null;
}

/** Whether these bytes are a beginning of what lands, as git stores it or as it checks it out. */
async function isBeginning({ git }: Repository, top: string, change: IncomingChange, data: Buffer): Promise<boolean> {
  if (!change.newMode.startsWith('100')) return false;
  if (data.length === 0) return true;
  for (const how of [['blob'], ['--filters', `--path=${change.path}`]]) {
    const whole = await git.run('cat-file', [...how, change.newOid], { cwd: top, expect: [0, 1, 128] });
    if (whole.code === 0 && whole.stdout.subarray(0, data.length).equals(data)) return true;
  }
  return false;
}

/** Which side of the landing the index is on. What git does not show as different is as the old commit has it. */
function stagedAs(change: IncomingChange, entry: StatusEntry | undefined): 'old' | 'new' | 'other' {
  const untracked = entry === undefined || entry.kind !== 'tracked';
  const [mode, oid] = untracked ? [ABSENT, ''] : [entry.indexMode, entry.indexOid];
  const is = (wantedMode: string, wantedOid: string): boolean =>
    mode === ABSENT ? wantedMode === ABSENT : mode === wantedMode && oid === wantedOid;
  if (is(change.oldMode, change.oldOid)) return 'old';
  return is(change.newMode, change.newOid) ? 'new' : 'other';
}

/** Bytes as they are, else what git makes of them by its filters. The mode of a file is left to git. */
async function equals(
  found: OnDisk,
  mode: string,
  oid: string,
  filtered: () => Promise<string | null>,
): Promise<boolean> {
  switch (found.kind) {
    case 'missing':
      return mode === ABSENT;
    case 'link':
      return mode === '120000' && found.oid === oid;
    case 'file':
      return mode.startsWith('100') && (found.oid === oid || (await filtered()) === oid);
    case 'other':
      return false;
  }
}

/** Name of the blob that git would make of a file by its filters; null where a filter fails. */
export async function filteredId({ git }: Repository, top: string, name: string): Promise<string | null> {
  const { code, text } = await git.run('hash-object', ['--', name], { cwd: top, expect: [0, 128] });
  return code === 0 ? text.trim() : null;
}

function line(mode: string, oid: string, name: string): string {
  return mode === ABSENT ? `0 ${'0'.repeat(oid.length)}\t${name}\0` : `${mode} ${oid}\t${name}\0`;
}

/**
 * Makes the index say what the files are already, so that git goes on where it was killed. No file is touched but those
 * that git was writing just then: they are taken away if they still are as they were looked at, and git writes them anew.
 */
export async function finishHalfDone(
  repository: Repository,
  checkout: { readonly path: string; readonly gitDir: string },
  { restage, unfiltered, partial }: Standing,
  env: Readonly<Record<string, string>>,
): Promise<void> {
  for (const { partial: name, oid } of partial) {
    const now = await onDisk(checkout.path, name, repository.objectFormat);
    if (now.kind === 'file' && now.oid === oid) await rm(path.join(checkout.path, ...name.split('/')), { force: true });
  }
  // What leaves comes first: a link must be gone from the index before a folder takes its name.
  const lines = [...restage].sort((one, other) => Number(other.startsWith('0 ')) - Number(one.startsWith('0 ')));
  if (lines.length > 0) {
    const args = ['-z', '--index-info'];
    await repository.git.run('update-index', args, { cwd: checkout.path, input: lines.join(''), env });
    repository.log.info(`${checkout.path}: ${lines.length} files were already as a landing makes them`);
  }
  if (unfiltered) await refreshUnfiltered(repository, checkout);
}

/**
 * Lets git compare files with the index without any filter, in a git dir of its own that switches attributes off, and
 * note that they are equal. Only the index's notes on files change. git then no longer takes them for a change.
 */
async function refreshUnfiltered(
  { git, commonDir, objectFormat }: Repository,
  checkout: { readonly path: string; readonly gitDir: string },
): Promise<void> {
  const parent = path.join(commonDir, 'switchyard', 'scratch');
  await mkdir(parent, { recursive: true });
  const folder = await mkdtemp(path.join(parent, 'merge-'));
  try {
    await chmod(folder, 0o700);
    for (const name of ['refs', 'objects', 'info']) await mkdir(path.join(folder, name));
    await writeFile(path.join(folder, 'HEAD'), 'ref: refs/heads/nothing\n');
    await writeFile(path.join(folder, 'info', 'attributes'), '* -text -eol -filter -ident -working-tree-encoding\n');
    const format = objectFormat === 'sha256' ? '1\n[extensions]\n\tobjectformat = sha256\n' : '0\n';
    await writeFile(path.join(folder, 'config'), `[core]\n\trepositoryformatversion = ${format}`);
    const env = {
      GIT_DIR: folder,
      GIT_WORK_TREE: checkout.path,
      GIT_INDEX_FILE: path.join(checkout.gitDir, 'index'),
      GIT_OBJECT_DIRECTORY: path.join(commonDir, 'objects'),
    };
    await git.run('update-index', ['-q', '--refresh'], { cwd: checkout.path, env, expect: [0, 1, 128] });
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 3 });
  }
}
