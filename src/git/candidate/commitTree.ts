import type { Oid } from '../../core/story/stage';
import { STATED_IDENTITY } from '../read/identity';
import { parseCommit, readCommit, type Signature } from '../read/commits';
import { fullOid } from '../door/names';
import type { Repository } from '../door/repository';
import { readLoose } from './looseObjects';
import type { Scratch } from './scratch';

export interface NewCommit {
  readonly tree: Oid;
  readonly parents: readonly Oid[];
  readonly message: string;
  /** Null: the person. The committer is the person always. */
  readonly author: Pick<Signature, 'name' | 'email'> | Signature | null;
  readonly signed: boolean;
}

/**
 * Writes a commit object into the scratch and reads it back: what is gated and landed must be what was meant. No ref
 * moves, no hook runs; identity and signature come from the person's own settings.
 */
export async function commitTree(repository: Repository, scratch: Scratch, commit: NewCommit): Promise<Oid> {
  const parents = commit.parents.flatMap((parent) => ['-p', fullOid(parent)]);
  const args = [...(commit.signed ? ['-S'] : ['--no-gpg-sign']), ...parents, '-F', '-', fullOid(commit.tree)];
  const advice = commit.signed
    ? 'Check user.name, user.email and the signing key, or set commit.gpgsign to false.'
    : 'Set your name and address with: git config --global user.name … and user.email …';
  const { text } = await scratch.runWithSettings('commit-tree', args, {
    input: commit.message,
    env: commit.author === null ? {} : authorEnvironment(commit.author),
    config: [STATED_IDENTITY],
    advice,
  });
  const oid = fullOid(text.trim());
  await verifyCommit(repository, scratch, oid, commit);
  return oid;
}

/** git refuses an author without a name, yet such commits exist. `@` keeps small numbers from being read as dates. */
function authorEnvironment(author: NonNullable<NewCommit['author']>): Record<string, string> {
  const name = author.name === '' ? author.email || 'unknown' : author.name;
  const date: Record<string, string> = 'date' in author ? { GIT_AUTHOR_DATE: `@${author.date}` } : {};
  return { GIT_AUTHOR_NAME: name, GIT_AUTHOR_EMAIL: author.email, ...date };
}

async function verifyCommit(repository: Repository, scratch: Scratch, oid: Oid, meant: NewCommit): Promise<void> {
  const loose = await readLoose(scratch.objects, oid);
  // git writes no second object for a commit that is there already.
  const { tree, parents } = loose === null ? await readCommit(repository, oid) : parseCommit(oid, loose.data);
  if (tree === meant.tree && parents.join(' ') === meant.parents.join(' ')) return;
  throw new Error(`Commit ${oid} has tree ${tree} and parents ${parents.join(' ')}; ${meant.tree} was meant.`);
}
