/** Every git command that may run anywhere. None of them throws away what a person has in a work tree. */
const VERBS = [
  'version',
  'rev-parse',
  'rev-list',
  'var',
  'config',
  'for-each-ref',
  'symbolic-ref',
  'merge-base',
  'cat-file',
  'diff-tree',
  'ls-tree',
  'ls-files',
  'grep',
  'status',
  'worktree list',
  'worktree add',
  'merge-tree',
  'commit-tree',
  'check-attr',
  'check-ignore',
  'hash-object',
  'checkout-index',
  'update-index',
  'update-ref',
  // Writes objects and one ref of Switchyard's own, from a text that Switchyard makes.
  'fast-import',
  'reflog delete',
  // Without -u it changes an index alone; so do these with an index of their own.
  'read-tree',
  'add',
  'write-tree',
  'merge',
  // Only with a folder of this machine in the place of each address.
  'submodule update',
] as const;
export type Verb = (typeof VERBS)[number];

/** Commands that change or throw away a tree's files or state: for Switchyard's own trees only. */
const OWN_TREE_VERBS = ['checkout', 'clean', 'symbolic-ref', 'ls-files', 'status', 'cat-file'] as const;
export type OwnTreeVerb = (typeof OWN_TREE_VERBS)[number];

/** Commands that change nothing that counts, however often they run. */
const READS: readonly string[] = [
  'version',
  'rev-parse',
  'rev-list',
  'var',
  'for-each-ref',
  'merge-base',
  'cat-file',
  'diff-tree',
  'ls-tree',
  'grep',
  'status',
  'ls-files',
  'worktree list',
  'merge-tree',
  'check-attr',
  'check-ignore',
];

/** Whether a command may simply run again after nobody could say how it ended. */
export function onlyReads(verb: string): boolean {
  return READS.includes(verb);
}

/** Throws for a verb outside the list: a bug, also where a cast got past the compiler. */
export function assertVerb(verb: string): asserts verb is Verb {
  if (!(VERBS as readonly string[]).includes(verb)) throw new Error(`git ${verb} is not among the allowed commands.`);
}

/** As `assertVerb`, for commands inside one of Switchyard's own trees. */
export function assertOwnTreeVerb(verb: string): asserts verb is OwnTreeVerb {
  const allowed = (OWN_TREE_VERBS as readonly string[]).includes(verb);
  if (!allowed) throw new Error(`git ${verb} is not among the commands allowed in Switchyard's own trees.`);
}
