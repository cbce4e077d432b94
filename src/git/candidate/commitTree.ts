import type { Oid } from '../../core/story/stage';
import { STATED_IDENTITY } from '../read/identity';
import { readCommit, type Signature } from '../read/commits';
import { fullOid } from '../door/names';
import { runBare, type Repository } from '../door/repository';

export interface NewCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  /** Null: the person. The committer is the person always. */
  readonly author: Pick<Signature, 'name' | 'email'> | Signature | null;
  readonly signed: boolean;
}

/** Writes a commit object. No ref moves, no hook runs; a signature comes from the person's own settings. */
export async function commitTree(repository: Repository, commit: NewCommit): Promise<Oid> {
  const parents = commit.parents.flatMap((parent) => ['-p', fullOid(parent)]);
  const args = [...(commit.signed ? ['-S'] : ['--no-gpg-sign']), ...parents, '-F', '-', fullOid(commit.tree)];
  const advice = commit.signed
    ? 'Check user.name, user.email and the signing key, or set commit.gpgsign to false.'
    : 'Set your name and address with: git config --global user.name … and user.email …';
  const { text } = await runBare(repository, 'commit-tree', args, {
    input: commit.message,
    env: commit.author === null ? {} : authorEnvironment(commit.author),
    config: [STATED_IDENTITY],
    advice,
  });
  return fullOid(text.trim());
}

/** git refuses an author without a name, yet such commits exist. `@` keeps small numbers from being read as dates. */
function authorEnvironment(author: NonNullable<NewCommit['author']>): Record<string, string> {
  const name = author.name === '' ? author.email || 'unknown' : author.name;
  const date: Record<string, string> = 'date' in author ? { GIT_AUTHOR_DATE: `@${author.date}` } : {};
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: author.email, ...date };
}

/** Reads a commit back: what is gated and landed must be what was meant. */
export async function verifyCommit(
  repository: Repository,
  oid: Oid,
  meant: Pick<NewCommit, 'tree' | 'parents'>,
): Promise<void> {
  const { tree, parents } = await readCommit(repository, oid);
  if (tree === meant.tree && parents.join(' ') === meant.parents.join(' ')) return;
  throw new Error(`Commit ${oid} has tree ${tree} and parents ${parents.join(' ')}; ${meant.tree} was meant.`);
}
