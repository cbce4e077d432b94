import type { CoderFacts, CoderOutcome } from '../../core/agents/outcome';
import { describeFinding, type RunFinding } from '../../core/agents/finding';
import { isOfNobodysConcern, workElsewhere } from '../../core/agents/strayWork';
import { describeSharedChange, type SharedChange } from '../../core/gates/sharedChange';
import { count, namesOf } from '../../core/words/durations';
import { shortRef } from '../../core/story/names';
import { describePlaceProblem } from '../../core/story/workPlace';
import type { Oid } from '../../core/story/stage';
import { untilKept } from '../../gates/keepOutput';
import type { EnginePorts } from '../ports';
import type { Work } from './work';

/** What came of a run once everything that it touched was looked at. */
export interface Aftermath {
  readonly end: CoderOutcome;
  /** What it did beside its story and what was done about it, as sentences. */
  readonly notes: readonly string[];
  /** Why its commits must be looked at by a person before they go on; null where they need not. */
  readonly hold: string | null;
}

/** Commits that are named of those by which a run moved the target. */
const COMMITS_SHOWN = 5;

/**
 * Looks at what a run left in the wrong place: its own work is brought to where it belongs, what it took from a person is
 * put back, and what only a person can decide is kept for them.
 */
export class RunAftermath {
  constructor(private readonly ports: EnginePorts) {}

  /** Takes over work on another branch or a detached HEAD. Returns why it could not, null where all is in its place. */
  async bringBack({ story, profile, branch, worktree, output }: Work): Promise<string | null> {
    const { git } = this.ports;
    const place = await git.storyPlace(branch);
    const which = { number: story.number, branch };
    if (place.kind !== 'there') {
      const problem = place.kind === 'none' ? { kind: 'gone' as const, path: worktree } : place;
      return `${profile.name} has ended. ${describePlaceProblem(which, problem)}`;
    }
    if (place.branch === branch) return null;
    const problem = describePlaceProblem(which, { ...place, kind: 'switched' });
    if (place.head === null) return problem;
    const from = place.branch === null ? 'a detached HEAD' : shortRef(place.branch);
    const taken = await git.takeOver({ branch, folder: place.path, head: place.head });
    if (taken.kind === 'refused') return `${profile.name} worked on ${from}. ${taken.why} ${problem}`;
    this.#note(story.number, profile.name, output, tookOver(profile.name, from, taken.commits, branch));
    return null;
  }

  /** What git holds of the story's work now. */
  async achieved({ branch, before, target, worktree }: Work): Promise<Omit<CoderFacts, 'outcome'>> {
    const { git } = this.ports;
    const tip = await git.tip(branch);
    const changes = await git.localChanges(worktree);
    return {
      commitsAhead: tip === null || target.kind === 'missing' ? 0 : await git.commitsAhead(target.tip, tip),
      newCommits: tip !== before,
      uncommitted: changes.map((change) => change.path),
    };
  }

  async settle(work: Work, first: CoderOutcome, changes: readonly SharedChange[]): Promise<Aftermath> {
    const { story, profile, output } = work;
    const target = work.target.kind === 'found' ? work.target.ref : null;
    const end = first.kind === 'noWork' ? await this.#takeOverElsewhere(work, first, changes, target) : first;
    const notes = [...(await this.#putStashBack(work, changes)), ...(await this.#report(work, changes, target))];
    for (const note of notes) this.#note(story.number, profile.name, output, note);
    const hold = end.kind === 'readyForQa' ? await this.#holdsStash(work) : null;
    return { end, notes, hold };
  }

  /** The agent committed on a branch of its own and came back to the story's: that is the work. */
  async #takeOverElsewhere(
    work: Work,
    end: CoderOutcome,
    changes: readonly SharedChange[],
    target: string | null,
  ): Promise<CoderOutcome> {
    const { story, profile, branch, worktree, output } = work;
    const [found, ...others] = workElsewhere(changes, [branch, ...(target === null ? [] : [target])]);
    if (found === undefined || others.length > 0) return end;
    const taken = await this.ports.git.takeOver({ branch, folder: worktree, head: found.tip });
    if (taken.kind === 'refused' || taken.commits === 0) return end;
    this.#note(story.number, profile.name, output, tookOver(profile.name, shortRef(found.ref), taken.commits, branch));
    return { kind: 'readyForQa' };
  }

  async #putStashBack({ profile }: Work, changes: readonly SharedChange[]): Promise<string[]> {
    const taken = changes.filter((change) => change.kind === 'stash' && change.what === 'taken');
    if (taken.length === 0) return [];
    const left = await this.ports.git.undoShared(taken);
    return taken.map((change) => {
      const what = `${profile.name} ${describeSharedChange(change)}.`;
      return left.includes(change) ? `${what} It could not be put back.` : `${what} It is back there.`;
    });
  }

  /** Keeps what a person has to decide about, and says it. */
  async #report(work: Work, changes: readonly SharedChange[], target: string | null): Promise<string[]> {
    const { git, findings, newId, clock } = this.ports;
    const { story, profile, branch } = work;
    const tip = await git.tip(branch);
    const ofRun = {
      at: new Date(clock.now()).toISOString(),
      agent: profile.name,
      storyKey: story.key,
      number: story.number,
    };
    const found: RunFinding[] = [];
    const others: SharedChange[] = [];
    for (const change of changes) {
      if (change.kind === 'ref' && change.ref === target && change.before !== null && change.after !== null) {
        const { ref, before: from, after: to } = change;
        found.push({ ...ofRun, id: newId(), kind: 'targetMoved', ref, from, to, ...(await this.#commits(from, to)) });
      } else if (!isOfNobodysConcern(change, tip)) others.push(change);
    }
    if (others.length > 0) found.push({ ...ofRun, id: newId(), kind: 'sharedChanged', changes: others });
    for (const finding of found) {
      await untilKept('What an agent changed', () => findings.add(finding), { ...this.ports, signal: work.signal });
    }
    return found.map(describeFinding);
  }

  async #commits(from: Oid, to: Oid): Promise<{ commits: string[]; commitCount: number }> {
    const { git } = this.ports;
    const commits = await git.commitsBetween(from, to, COMMITS_SHOWN);
    return {
      commits: commits.map(({ commit, subject }) => `${commit.slice(0, 8)} ${subject}`),
      commitCount: await git.commitsAhead(from, to),
    };
  }

  /** A person's stash is not the story's work: what its commits hold of it is looked at before it goes on. */
  async #holdsStash({ story, profile, branch, before, stash }: Work): Promise<string | null> {
    const { git } = this.ports;
    const tip = await git.tip(branch);
    const found = tip === null ? [] : await git.stashedWork({ before, tip, stash });
    if (found.length === 0) return null;
    const paths = [...new Set(found.flatMap((one) => one.paths))];
    const entries = found.map(({ message }) => `"${message}"`).join(', ');
    return `The commits of ${profile.name} hold what is in your stash ${entries}: ${namesOf(paths)}. Take it out of ${shortRef(branch)}, or, if it belongs there, unblock #${story.number} and say Ready for QA.`;
  }

  #note(number: number, agent: string, output: Work['output'], text: string): void {
    this.ports.log.warn(`[agent:${number}:${agent}] ${text}`);
    output.write(`\n${text}\n`);
  }
}

function tookOver(agent: string, from: string, commits: number, branch: string): string {
  const what = commits === 0 ? 'The worktree' : `Its ${count(commits, 'commit')}`;
  const verb = commits > 1 ? 'are' : 'is';
  return `${agent} worked on ${from}. ${what} ${verb} on ${shortRef(branch)} now.`;
}
