import type { LineCommit } from '../../core/landing/targetLine';
import type { Oid } from '../../core/story/stage';
import type { Refs } from '../../ports/refs';

/** How far back (commits of the target's own line) it is looked for what turned it red. */
const LINE_LENGTH = 64;

/** What the target's history says, asked once: what commits hold never changes. */
export class TargetHistory {
  readonly #trees = new Map<Oid, Promise<Oid>>();
  #line: { readonly tip: Oid; readonly commits: Promise<LineCommit[]> } | null = null;

  constructor(private readonly git: Pick<Refs, 'treeOf' | 'targetLine'>) {}

  treeOf(commit: Oid): Promise<Oid> {
    const known = this.#trees.get(commit) ?? this.git.treeOf(commit);
    known.catch(() => this.#trees.delete(commit));
    this.#trees.set(commit, known);
    for (const oldest of this.#trees.keys()) if (this.#trees.size > LINE_LENGTH) this.#trees.delete(oldest);
    return known;
  }

  /** The target's own line from its tip on, the newest first. */
  lineAt(tip: Oid): Promise<LineCommit[]> {
    if (this.#line?.tip !== tip) this.#line = { tip, commits: this.git.targetLine(tip, LINE_LENGTH) };
    const { commits } = this.#line;
    commits.catch(() => (this.#line = null));
    return commits;
  }
}
