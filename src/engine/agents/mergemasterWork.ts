import {
  attemptWords,
  mergemasterNudge,
  mergemasterPrompt,
  type MergemasterPromptFacts,
  type ToldStory,
} from '../../core/agents/mergemasterPrompt';
import { LOST } from '../../core/agents/outcome';
import { judgeMergemaster, type MergemasterOutcome } from '../../core/agents/mergemasterOutcome';
import type { AgentProfile } from '../../core/agents/profile';
import { outcomeOf } from '../../core/agents/runClock';
import type { SharedChange } from '../../core/gates/sharedChange';
import type { TargetFacts } from '../../core/pipeline/facts';
import type { AgentOutcome } from '../../core/agents/outcome';
import { AgentRetries } from './agentRetries';
import type { AgentEnd } from './run/agentStart';
import { openTranscript } from './agentTranscript';
import { mergeStrikes } from '../../core/story/advance';
import { agentOutputId, bodyId } from '../../core/story/contentIds';
import type { StoryEvent } from '../../core/story/events';
import { shortRef } from '../../core/story/names';
import type { Fix, StageOf } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { namesOf } from '../../core/words/durations';
import { keepOutput } from '../../gates/keepOutput';
import type { BeginMergeOutcome } from '../../ports/merging';
import { identityVariables, placeForAgent, runAgent, underWatch } from './run/agentRun';
import { lookAt, lookAtTarget, mergeEvidence } from '../look';
import { isDiskToBlame } from '../diskToBlame';
import type { EnginePorts } from '../ports';
import { RunLeft } from './run/runLeft';
import { RunAftermath } from './runAftermath';
import type { EarlierWork, Work } from './work';

type Target = Extract<TargetFacts, { kind: 'found' }>;
type Failure = StageOf<'MergeFailure'>;
/** How the worktree stands when the agent begins. */
type Begun = Extract<BeginMergeOutcome, { kind: 'conflicted' | 'merged' | 'upToDate' }>;

/** What is known of an attempt from its beginning. */
type BegunWork = Pick<Work, 'stash' | 'watchId' | 'watch' | 'beganAt' | 'earlier'>;

interface Job {
  readonly story: StoryRecord;
  readonly stage: Failure;
  readonly profile: AgentProfile;
  readonly branch: string;
  readonly worktree: string;
  readonly target: Target;
  readonly signal: AbortSignal;
}

/** One attempt of an agent at a failed merge, from the merge in the story's worktree to the event that its end means. */
export class MergemasterWork {
  readonly #aftermath: RunAftermath;
  readonly #retries: AgentRetries;
  /** Pairs of commits that merged without a conflict, by story: where a landing sees one all the same, an agent looks. */
  readonly #retried = new Map<string, string>();
  /** Numbers of the stories that an agent was told of here, by story. */
  readonly #told = new Map<string, ReadonlySet<number>>();

  constructor(private readonly ports: EnginePorts) {
    this.#aftermath = new RunAftermath(ports);
    this.#retries = new AgentRetries(ports);
  }

  async perform(
    story: StoryRecord,
    profile: AgentProfile,
    signal: AbortSignal,
    earlier: EarlierWork | null,
  ): Promise<StoryEvent | null> {
    const { git } = this.ports;
    const { branch, stage } = story;
    if (stage.name !== 'MergeFailure' || branch === null) return null;
    if (earlier !== null) return this.#goOn(story, stage, branch, earlier, signal);
    const target = await lookAtTarget(git, this.ports.settings().target);
    // A branch that moved on or a target that is gone is the scheduler's business.
    if (target.kind === 'missing' || (await git.tip(branch)) !== stage.tip) return null;
    const place = await placeForAgent(git, story, branch);
    if (place.kind === 'problem') return this.#block(story, place.why, 'openWorktree');
    const room = await this.#retries.room(story, profile);
    if (room.kind === 'waits') return null;
    if (room.kind === 'spent') return this.#block(story, room.why, 'showOutput');
    const job: Job = { story, stage, profile, branch, worktree: place.path, target, signal };
    const begun = await git.beginMerge({
      ...mergePlace(job),
      by: 'agent',
      before: stage.tip,
      target: target.tip,
      targetName: shortRef(target.ref),
      uncommitted: 'refuse',
    });
    switch (begun.kind) {
      case 'dirty':
        return this.#block(story, whyDirty(job, begun.paths), 'openWorktree');
      case 'refused':
        return this.#block(story, `Its merge with ${shortRef(target.ref)} could not begin. ${begun.why}`, 'openWorktree'); // prettier-ignore
      case 'conflicted':
      case 'merged':
      case 'upToDate':
        return (await this.#withoutConflict(job, begun)) ?? this.#solve(job, begun);
      default:
        return begun satisfies never;
    }
  }

  /** Goes on with an attempt that an earlier process began: the merge that it is in the middle of stands in the worktree. */
  async #goOn(
    story: StoryRecord,
    stage: Failure,
    branch: string,
    earlier: EarlierWork,
    signal: AbortSignal,
  ): Promise<StoryEvent | null> {
    const { profile, worktree, target } = earlier.memory;
    if (target === null) return null;
    const job = { story, stage, profile, branch, worktree, target: { kind: 'found', ...target }, signal } as const;
    return this.#judged(job, { ...earlier.memory, earlier, watch: earlier.watch }, null);
  }

  /** Takes away what an attempt left that was cut off. It is no strike. */
  async settle(story: StoryRecord): Promise<void> {
    const { git, log } = this.ports;
    if (story.branch === null) return;
    const place = await git.storyPlace(story.branch);
    if (place.kind !== 'there') return git.endMerge(story.branch);
    const undone = await git.undoMerge({ branch: story.branch, folder: place.path, story });
    if (undone.kind === 'undone') return;
    // A person has to see to the folder; what stands there is kept, and is the branch's business from now on.
    log.warn(`[merge:#${story.number}] ${undone.why}`);
    await git.endMerge(story.branch);
  }

  /** The target moved, and with it the conflict went: the queue can have it again, unless it saw one all the same. */
  async #withoutConflict(job: Job, begun: Begun): Promise<StoryEvent | null> {
    const { story, stage, target } = job;
    const pair = `${stage.tip} ${target.tip}`;
    if (stage.kind !== 'contentConflict' || begun.kind === 'conflicted' || this.#retried.get(story.key) === pair)
      return null;
    const evidence = await mergeEvidence(this.ports.git, story, target);
    if (evidence.kind === 'refused') return null;
    this.#retried.set(story.key, pair);
    await this.#undo(job);
    const { branch, tip, commitsAhead } = evidence;
    return { name: 'RetryMerge', branch, tip, commitsAhead };
  }

  async #solve(job: Job, begun: Begun): Promise<StoryEvent | null> {
    const { git, newId, clock } = this.ports;
    const { branch, worktree, target } = job;
    const stash = (await git.stashEntries()).map(({ commit }) => commit);
    const watchId = newId();
    const watch = await git.watchKept({ id: watchId, folder: worktree, mayMove: [branch], target: target.ref });
    return this.#judged(job, { stash, watchId, watch, beganAt: clock.now(), earlier: null }, begun);
  }

  async #judged(job: Job, begun: BegunWork, merge: Begun | null): Promise<StoryEvent | null> {
    const { git, content } = this.ports;
    const { story, stage, signal } = job;
    const { watch } = begun;
    const output = content.openOutput(agentOutputId(story.key));
    const transcript = openTranscript(this.ports, story.key, job.profile.name);
    try {
      const env = { ...(await identityVariables(git)), ...watch.env };
      const work: Work = { ...begun, ...job, kind: 'mergemaster', before: stage.tip, env, output, transcript };
      const known = this.#told.get(story.key) ?? new Set<number>();
      const told = new Set(known);
      const facts = async () => {
        const found = await this.#facts(job, merge);
        for (const { number } of found.others) told.add(number);
        return found;
      };
      const cold = async () => mergemasterPrompt(await facts());
      const warm = async () => mergemasterNudge(await facts(), known);
      const { end, changes } = await underWatch(watch, () => runAgent(this.ports, work, { step: 'merge', cold, warm }));
      this.#told.set(story.key, told);
      return await this.#eventOf(work, job, end, changes);
    } catch (error) {
      // What could not even start leaves nothing behind.
      if (!(error instanceof RunLeft)) await this.#undo(job);
      throw error;
    } finally {
      await keepOutput(output, { ...this.ports, signal });
      await transcript.close();
    }
  }

  /** What an attempt that an earlier process began left in the worktree. */
  async #standing({ branch }: Job): Promise<Begun> {
    const standing = await this.ports.git.standingMerge(branch);
    if (standing === null) return { kind: 'upToDate', kept: null };
    const files = [...standing.open];
    return files.length > 0 ? { kind: 'conflicted', files, kept: null } : { kind: 'merged', kept: null };
  }

  async #facts(job: Job, merge: Begun | null): Promise<MergemasterPromptFacts> {
    const { content } = this.ports;
    const { story, stage, branch, target } = job;
    const begun = merge ?? (await this.#standing(job));
    const { kind } = begun;
    return {
      nonce: this.ports.newId(),
      story: { number: story.number, title: story.title, body: await this.#bodyOf(story.key) },
      others: await this.#others(job, kind === 'conflicted' ? begun.files : stage.files),
      branch: shortRef(branch),
      target: shortRef(target.ref),
      targetTip: target.tip,
      state: kind === 'conflicted' ? { kind, files: begun.files } : { kind },
      failure: stage.detail,
      output: stage.outputId === null ? null : await content.read(stage.outputId),
      earlier: mergeStrikes(story).map(({ cause }) => attemptWords(cause)),
    };
  }

  /** The stories with which alone it is red; else those that landed meanwhile and changed the same files. */
  async #others({ story, stage, target }: Job, files: readonly string[]): Promise<ToldStory[]> {
    const { git, store } = this.ports;
    const known = new Map(store.stories().map((one) => [one.number, one]));
    const named = (stage.together ?? []).flatMap((number) => known.get(number) ?? []);
    if (named.length > 0)
      return Promise.all(
        named.map(async ({ key, number, title }) => ({ number, title, body: await this.#bodyOf(key) })),
      );
    const landed = await git.landedSince({ tip: stage.tip, target: target.tip, paths: files });
    const told: ToldStory[] = [];
    for (const { number, storyKey, subject } of landed) {
      if (number === null || storyKey === story.key || told.some((one) => one.number === number)) continue;
      const found = storyKey === null ? null : await store.find(storyKey);
      told.push({ number, title: found?.title ?? subject, body: found === null ? '' : await this.#bodyOf(found.key) });
    }
    return told;
  }

  async #bodyOf(key: string): Promise<string> {
    return (await this.ports.content.read(bodyId(key))) ?? '';
  }

  async #eventOf(work: Work, job: Job, run: AgentEnd, changes: readonly SharedChange[]): Promise<StoryEvent | null> {
    const outcome = outcomeOf(run.outcome, run.over);
    const strayed = outcome.kind === 'stopped' ? null : await this.#aftermath.bringBack(work);
    const { notes, hold } = await this.#aftermath.settle(work, { kind: 'readyForQa' }, changes);
    const end = await this.#judge(job, outcome, strayed ?? hold);
    if (end.kind !== 'merged' && end.kind !== 'stopped' && (await this.#isDiskToBlame(job))) {
      await this.#undo(job);
      return null;
    }
    if (end.kind === 'merged') {
      await this.#retries.wentWell(work);
      const tip = await this.ports.git.tip(job.branch);
      await this.ports.git.endMerge(job.branch);
      return tip === null ? null : { name: 'ReQueuedForQa', tip, solvedBy: 'mergemaster' };
    }
    const kept = await this.#undo(job);
    const { limit } = run.report;
    // What its service did not let it do is no attempt of the agent's.
    if (end.kind === 'failed' && limit !== null) {
      await this.#retries.waitFor(work, { limit: limit.kind, until: limit.until }, run);
      return null;
    }
    switch (end.kind) {
      case 'stopped': {
        if (outcome.kind !== 'lost') return null;
        const again = await this.#retries.again(work, `${LOST}.`, run);
        return again.kind === 'again'
          ? null
          : this.#block(job.story, `${job.profile.name}: ${again.evidence}`, 'showOutput');
      }
      case 'cannotRun':
        return this.#block(job.story, [`${job.profile.name}: ${end.why}`, ...notes].join(' '), 'editAgents');
      case 'failed': {
        const where = kept === null ? '' : `What it did is kept as ${kept}.`;
        return { name: 'MergemasterAttempted', cause: end.cause, evidence: [where, ...notes].join(' ').trim() };
      }
      default:
        return end satisfies never;
    }
  }

  async #judge(
    { branch, worktree, stage, target }: Job,
    outcome: AgentOutcome,
    problem: string | null,
  ): Promise<MergemasterOutcome> {
    const { git } = this.ports;
    const isOver = outcome.kind === 'exited' && outcome.code === 0 && problem === null;
    const before = stage.tip;
    const look = isOver ? await git.lookAtMerge({ branch, folder: worktree, before, target: target.tip }) : null;
    return judgeMergemaster({ outcome, problem, look });
  }

  #isDiskToBlame({ story, profile }: Job): Promise<boolean> {
    return isDiskToBlame(this.ports, `[agent:${story.number}:${profile.name}]`);
  }

  /** The rescue ref of what was there. */
  async #undo(job: Job): Promise<string | null> {
    const undone = await this.ports.git.undoMerge(mergePlace(job));
    if (undone.kind === 'undone') return undone.kept;
    this.ports.log.warn(`[merge:#${job.story.number}] ${undone.why}`);
    return null;
  }

  async #block(story: StoryRecord, reason: string, fix: Fix): Promise<StoryEvent> {
    const target = await lookAtTarget(this.ports.git, this.ports.settings().target);
    const look = await lookAt(this.ports.git, story, target);
    return { name: 'Block', reason, fix, outputId: null, look };
  }
}

function mergePlace({ story, branch, worktree }: Pick<Job, 'story' | 'branch' | 'worktree'>): {
  branch: string;
  folder: string;
  story: { number: number; key: string; title: string };
} {
  const { number, key, title } = story;
  return { branch, folder: worktree, story: { number, key, title } };
}

function whyDirty({ story, worktree }: Job, paths: readonly string[]): string {
  return `Its worktree ${worktree} has uncommitted work: ${namesOf(paths)}. No agent touches that. Commit it or take it out, then unblock #${story.number}.`;
}
