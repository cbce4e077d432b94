import { storyOfWork, type FoundWork, type WorkChoice } from '../../core/story/adoption';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { Refs } from '../../ports/refs';
import type { CreateOutcome, StoryStore } from '../../ports/store';
import type { Worktrees } from '../../ports/worktrees';
import type { StoryBook } from './storyBook';
import { takenBranches } from './takenBranches';
import { refuse, inEnglish, say } from '../../core/words/said';

/** First lines of commits that a new story's text shows. */
const COMMITS_SHOWN = 20;

interface AdoptionPorts {
  readonly git: Refs & Worktrees & { commitsBetween(from: string, to: string, limit: number): Promise<readonly { subject: string }[]> }; // prettier-ignore
  readonly store: Pick<StoryStore, 'stories' | 'archived'>;
  readonly book: StoryBook;
  readonly target: () => Promise<TargetFacts>;
}

/** Makes stories of branches and worktrees that other tools, or people, made. */
export class Adoption {
  constructor(private readonly ports: AdoptionPorts) {}

  /** What could be adopted, the newest first. Only looks. */
  async find(): Promise<readonly FoundWork[]> {
    return this.ports.git.findWork(await this.ports.target(), await takenBranches(this.ports.store));
  }

  /** The story is in Coding, by a person: no agent starts on it by itself. Nothing of the work moves. */
  async adopt(choice: WorkChoice, by: string): Promise<CreateOutcome> {
    const { git, book } = this.ports;
    const target = await this.ports.target();
    const work = await git.lookAtWork(target, await takenBranches(this.ports.store), choice);
    const name = choice.branch ?? choice.folder ?? '';
    const why = say('{0} is no work without a story any more. Look at the list again.', name);
    if (work === null) return refuse(why);
    const commits =
      target.kind === 'found' && work.commitsAhead > 0
        ? await git.commitsBetween(target.tip, work.head, COMMITS_SHOWN)
        : [];
    const wanted = storyOfWork(work, commits.map(({ subject }) => subject)); // prettier-ignore
    return book.adopt(wanted, by, async (branches) => {
      // Another window may have asked for the same work, and its story was made while this one waited for its turn.
      const isTaken = choice.branch !== null && (await takenBranches(this.ports.store)).has(choice.branch);
      return isTaken ? { kind: 'refused', why: inEnglish([why]) } : git.adoptWork(choice, branches);
    });
  }
}
