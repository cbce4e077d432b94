import { Recent } from '../../base/recent';
import type { Oid } from '../../core/story/stage';
import { fullOid } from '../door/names';
import type { GitObject } from '../door/objectStream';
import { runBare, type Repository } from '../door/repository';

/** Who wrote a commit and when; `date` is git's own form, `<seconds since 1970> <zone>`. */
export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly oid: Oid;
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
}

/** Reads git's own form of a commit object. The header ends at the first empty line; the rest is the message. */
export function parseCommit(oid: Oid, raw: Buffer): Commit {
  const end = raw.indexOf('\n\n');
  const header = raw.subarray(0, end === -1 ? raw.length : end);
  const encoding = /^encoding (.+)$/m.exec(header.toString('latin1'))?.[1] ?? 'utf-8';
  const lines = decode(header, encoding).split('\n');
  const values = (name: string): string[] =>
    lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return {
    oid,
    tree: fullOid(values('tree')[0] ?? ''),
    parents: values('parent').map(fullOid),
    author: parseSignature(values('author')[0] ?? ''),
    committer: parseSignature(values('committer')[0] ?? ''),
    message: end === -1 ? '' : decode(raw.subarray(end + 2), encoding),
  };
}

function parseSignature(text: string): Signature {
  const found = /^(.*?) ?<([^>]*)> (-?\d+ [+-]\d+)$/.exec(text);
  return { name: found?.[1] ?? '', email: found?.[2] ?? '', date: found?.[3] ?? '0 +0000' };
}

/** A commit may name any encoding, also one that nobody knows; Latin-1 reads every byte. */
function decode(bytes: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(bytes);
  } catch {
    return bytes.toString('latin1');
  }
}

/** Reads objects by name, in order; null for one that is missing. Names may not hold NUL. */
export function readObjects(repository: Repository, names: readonly string[]): Promise<(GitObject | null)[]> {
  return repository.objects.read(names);
}

/** Reads commits in one go. One that is missing, or is no commit, is an error. */
export async function readCommits(repository: Repository, oids: readonly Oid[]): Promise<Commit[]> {
  const objects = await readObjects(repository, oids.map(fullOid));
  return objects.map((object, index) => {
    if (object?.type !== 'commit') throw new Error(`${oids[index] ?? ''} is not a commit of ${repository.commonDir}.`);
    return parseCommit(object.oid, object.data);
  });
}

export async function readCommit(repository: Repository, oid: Oid): Promise<Commit> {
  const [commit] = await readCommits(repository, [oid]);
  if (commit === undefined) throw new Error('One name gives one commit.');
  return commit;
}

/** Contents of files at commits that are kept, because they never change: a configuration is asked for again and again. */
const FILES_KEPT = 16;
const files = new WeakMap<Repository, Recent<string | null>>();

/** Contents of a file at a commit as UTF-8, null where there is none by that name. */
export async function readFileAt(repository: Repository, commit: Oid, path: string): Promise<string | null> {
  if (path.includes('\0')) return null;
  const name = `${fullOid(commit)}:${path}`;
  const kept = files.get(repository) ?? new Recent<string | null>(FILES_KEPT);
  files.set(repository, kept);
  return kept.get(name, async () => {
    const [object] = await readObjects(repository, [name]);
    return object?.type === 'blob' ? object.data.toString('utf8') : null;
  });
}

/** Commits of `to` that `from` lacks, the newest first, at most `limit`, with the first line of their messages. */
export async function commitsBetween(
  repository: Repository,
  from: Oid,
  to: Oid,
  limit: number,
): Promise<{ commit: Oid; subject: string }[]> {
  const args = [`--max-count=${limit}`, '--end-of-options', fullOid(to), `^${fullOid(from)}`];
  const oids = (await runBare(repository, 'rev-list', args)).text.split('\n').filter((line) => line !== '');
  const commits = await readCommits(repository, oids);
  return commits.map(({ oid, message }) => ({ commit: oid, subject: message.split('\n')[0] ?? '' }));
}
