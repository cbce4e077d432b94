import { randomBytes } from 'node:crypto';
import { copyFile, mkdtemp, readlink, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';
import { placeIn } from './byteNames';
import { DURABLE, idsOnDisk } from './conversions';
import type { RawFile } from './lookAtWork';
import { runInWorkTree, type WorkTree } from './workTree';

/** Who makes the commits of a rescue: nobody's settings are needed for it. */
const IDENTITY = {
  GIT_AUTHOR_NAME: 'Switchyard',
  GIT_AUTHOR_EMAIL: 'switchyard@localhost',
  GIT_COMMITTER_NAME: 'Switchyard',
  GIT_COMMITTER_EMAIL: 'switchyard@localhost',
};

export interface RescueCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

export async function writeCommit(repository: Repository, commit: RescueCommit): Promise<Oid> {
  const { tree, parents, message, at } = commit;
  const date = `@${Math.floor(at / 1000)} +0000`;
  const env = { ...IDENTITY, GIT_AUTHOR_DATE: date, GIT_COMMITTER_DATE: date };
  const args = ['--no-gpg-sign', ...parents.flatMap((parent) => ['-p', fullOid(parent)]), '-F', '-', fullOid(tree)];
  const written = await runBare(repository, 'commit-tree', args, { env, input: message, config: DURABLE });
  return fullOid(written.text.trim());
}

/** Writes files of a worktree as they stand on disk. Object ids by name. */
export async function writeRawFiles(
  tree: WorkTree & { readonly folder: string },
  files: readonly RawFile[],
): Promise<Map<string, string>> {
  const plain = files.filter(({ mode }) => mode !== '120000').map(({ name }) => name);
  const links = files.filter(({ mode }) => mode === '120000');
  const found = await idsOnDisk(tree, plain, 'written');
  const targets = await Promise.all(
    links.map(async ({ name }) => readlink(placeIn(tree.folder, name), { encoding: 'buffer' })),
  );
  const ids = await writeBlobs(tree, targets);
  for (const [at, { name }] of links.entries()) found.set(name, ids[at] ?? '');
  return found;
}

/** Writes blobs, all by one process; their object ids in the same order. */
export async function writeBlobs({ repository, gitDir }: WorkTree, contents: readonly Buffer[]): Promise<Oid[]> {
  if (contents.length === 0) return [];
  const folder = await mkdtemp(path.join(gitDir, 'switchyard-rescue-'));
  try {
    for (const [at, data] of contents.entries()) await writeFile(path.join(folder, String(at)), data);
    const here: WorkTree & { folder: string } = { repository, gitDir, folder };
    const names = contents.map((_, at) => String(at));
    const ids = await idsOnDisk(here, names, 'written');
    return names.map((name) => fullOid(ids.get(name) ?? ''));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a tree has otherwise than the index it begins from; `oid` null removes. */
export interface TreeChange {
  readonly name: string;
  readonly mode: string;
  readonly oid: Oid | null;
}

/** Makes trees one after the other from a copy of the worktree's index, or from an empty one; the index itself stays as it is. */
export async function withTreeMaker<T>(
  tree: WorkTree,
  from: 'index' | 'nothing',
  work: (make: (changes: readonly TreeChange[]) => Promise<Oid>) => Promise<T>,
): Promise<T> {
  const index = path.join(tree.gitDir, `switchyard-rescue-${randomBytes(6).toString('hex')}`);
  const env = { GIT_INDEX_FILE: index };
  const zero = '0'.repeat(tree.repository.objectFormat === 'sha1' ? 40 : 64);
  try {
    if (from === 'index') await copyFile(path.join(tree.gitDir, 'index'), index);
    return await work(async (changes) => {
      const lines = changes.map(({ name, mode, oid }) => `${oid === null ? '0' : mode} ${oid ?? zero}\t${name}\0`);
      const input = Buffer.from(lines.join(''), 'latin1');
      if (changes.length > 0) await runInWorkTree(tree, 'update-index', ['-z', '--index-info'], { env, input });
      const made = await runInWorkTree(tree, 'write-tree', ['--missing-ok'], { env, config: DURABLE });
      return fullOid(made.text.trim());
    });
  } finally {
    await rm(index, { force: true });
    await rm(`${index}.lock`, { force: true });
  }
}
