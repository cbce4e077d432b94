import path from 'node:path';
import { outcomeOf } from '../../core/agents/runClock';
import { judgeCoder } from '../../core/agents/outcome';
import type { AgentProfile } from '../../core/agents/profile';
import { judgeReview, readVerdict, type ReviewVerdict } from '../../core/agents/review';
import { reviewPrompt } from '../../core/agents/reviewPrompt';
import type { TranscriptDeed } from '../../core/agents/transcript/transcriptRecord';
import { describeSharedChange, type SharedChange } from '../../core/gates/sharedChange';
import { reviewStrikes } from '../../core/story/advance';
import { agentOutputId, bodyId, qaOutputId } from '../../core/story/contentIds';
import type { StoryEvent } from '../../core/story/events';
import { shortRef } from '../../core/story/names';
import type { Fix, StageOf } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { namesOf } from '../../core/words/durations';
import { keepOutput } from '../../gates/keepOutput';
import { identityVariables, runAgent, underWatch } from './run/agentRun';
import { AgentRetries } from './agentRetries';
import type { AgentEnd } from './run/agentStart';
import { openTranscript } from './agentTranscript';
import { withLimits } from './coderWork';
import { lookAt, lookAtTarget, onFromQa } from '../look';
import { isDiskToBlame } from '../diskToBlame';
import type { EnginePorts } from '../ports';
import { isAccepted, textOf } from './pastRuns';
import { RunAftermath } from './runAftermath';
import { TextEnd } from './textEnd';
import { wordOf, type EarlierWork, type Work } from './work';

/** Behind the trees in which gates run. */
const FIRST_TREE = 101;

/** What a review is of. */
interface Reviewed {
  readonly story: StoryRecord;
  readonly stage: StageOf<'QA'>;
}

/** The last line of its output: what came of it, in words of nobody's protocol. */
const ENDS = {
  goesOn: 'reviewed it and accepts it.',
  sentBack: 'reviewed it and sends it back.',
  asks: 'reviewed it, and a person is asked.',
} as const;

type Held = Extract<StoryEvent, { name: 'HoldForReview' }>;
type Begun = Omit<Work, 'env' | 'output' | 'transcript' | 'verdict'>;

/**
 * One review of one commit: in a tree of its own, on no branch. What the agent says leads on, back to Coding, or to a person,
 * and nowhere else: gates, trust, approval and holds are decided without it.
 */
export class ReviewerWork {
  readonly #aftermath: RunAftermath;
  readonly #retries: AgentRetries;
  /** Folders in which agents review now. */
  readonly #taken = new Set<string>();

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
    const { branch, stage } = story;
    if (stage.name !== 'QA' || branch === null) return null;
    const worktree = earlier?.memory.worktree ?? this.#freeTree();
    this.#taken.add(worktree);
    try {
      const about = { story, stage };
      if (earlier === null) return await this.#begin(about, profile, { branch, worktree, signal });
      const { target: known, ...memory } = earlier.memory;
      if (known === null) return null;
      const target = { kind: 'found', ...known } as const;
      return await this.#review(about, { ...memory, story, target, earlier, watch: earlier.watch, signal });
    } catch (error) {
      // Its folder was still being made.
      if (error === signal.reason) return null;
      throw error;
    } finally {
      this.#taken.delete(worktree);
    }
  }

  #freeTree(): string {
    for (let number = FIRST_TREE; ; number += 1) {
      const folder = path.join(this.ports.folders.worktrees(), `agents-gate-${number}`);
      if (!this.#taken.has(folder)) return folder;
    }
  }

  async #begin(
    about: Reviewed,
    profile: AgentProfile,
    { branch, worktree, signal }: Pick<Work, 'branch' | 'worktree' | 'signal'>,
  ): Promise<StoryEvent | null> {
    const { git, newId, clock, settings } = this.ports;
    const { story, stage } = about;
    // As after a race: what it said of this very commit counts, whosever it was.
    if (await isAccepted(this.ports, story, profile)) {
      this.ports.log.info(`[agent:${story.number}:${profile.name}] has accepted just this before`);
      return this.#goesOn(about);
    }
    const room = await this.#retries.room(story, profile);
    if (room.kind === 'waits') return null;
    if (room.kind === 'spent') return this.#ask(about, profile, [room.why]);
    const target = await lookAtTarget(git, settings().target);
    // A target that is gone is the scheduler's business.
    if (target.kind === 'missing') return null;
    await git.prepareGateTree({ folder: worktree, commit: stage.tip, signal });
    const stash = (await git.stashEntries()).map(({ commit }) => commit);
    const watchId = newId();
    const watch = await git.watchKept({ id: watchId, folder: worktree, mayMove: [], target: target.ref });
    return this.#review(about, {
      kind: 'reviewer',
      story,
      profile,
      branch,
      worktree,
      before: stage.tip,
      target,
      stash,
      watchId,
      word: newId(),
      text: await textOf(this.ports.content, story, profile),
      watch,
      beganAt: clock.now(),
      earlier: null,
      signal,
    });
  }

  async #review(about: Reviewed, begun: Begun): Promise<StoryEvent | null> {
    const { git, content } = this.ports;
    const { story, profile, watch, signal } = begun;
    const output = content.openOutput(agentOutputId(story.key));
    const transcript = openTranscript(this.ports, story.key, profile.name);
    const said = new TextEnd();
    const told: ReviewVerdict[] = [];
    try {
      const env = { ...(await identityVariables(git)), ...watch.env };
      const note = (deed: TranscriptDeed): void => {
        said.add(wordsOf(deed));
        transcript.note(deed);
      };
      const verdict = (one: ReviewVerdict): void => void told.push(one);
      const work: Work = { ...begun, env, output, transcript: { ...transcript, note }, verdict };
      const prompt = (): Promise<string> => this.#prompt(work);
      const { end, changes } = await underWatch(watch, () =>
        runAgent(this.ports, work, { step: 'review', cold: prompt, warm: prompt }),
      );
      const meddled = await this.#putBack(work, changes);
      return await this.#eventOf(about, work, {
        end,
        meddled,
        verdict: verdictOf([readVerdict(said.toString(), wordOf(work)), ...told]),
      });
    } finally {
      await keepOutput(output, { ...this.ports, signal });
      await transcript.close();
    }
  }

  async #prompt(work: Work): Promise<string> {
    const { story, before, target } = work;
    const { git, content, newId } = this.ports;
    const left = target.kind === 'missing' ? null : target.tip;
    const base = (left === null ? null : await git.mergeBase(story.childOf?.at ?? left, before)) ?? left ?? before;
    return reviewPrompt({
      story,
      nonce: newId(),
      id: wordOf(work),
      body: (await content.read(bodyId(story.key))) ?? '',
      target: target.kind === 'found' ? shortRef(target.ref) : '',
      change: { base, tip: before, patch: await git.patch(base, before) },
      output: await content.read(qaOutputId(story.key)),
      earlier: reviewStrikes(story).map(({ evidence }) => evidence),
    });
  }

  /** What it did to the story's branch, in a sentence, once that is undone; null where it did nothing to it. */
  async #putBack(work: Work, changes: readonly SharedChange[]): Promise<string | null> {
    const { git } = this.ports;
    const { branch, profile, worktree, before } = work;
    const tree = await git.lookAtGateTree({ folder: worktree, commit: before, files: 'all' });
    const edited = tree.kind === 'asCommit' ? [] : [...tree.tracked, ...tree.meddled];
    if (edited.length > 0) this.#note(work, `What it changed in its folder counts for nothing: ${namesOf(edited)}.`);
    const own = changes.filter((one) => one.kind === 'ref' && one.ref === branch);
    const others = changes.filter((one) => !own.includes(one));
    await this.#aftermath.settle(work, { kind: 'readyForQa' }, others);
    const [moved] = own;
    if (moved?.kind !== 'ref') return null;
    const { ref, before: to, after: from } = moved;
    const isBack =
      to !== null && from !== null
        ? (await git.putBranchBack({ ref, from, to })).kind === 'putBack'
        : (await git.undoShared(own)).length === 0;
    const how = isBack ? 'That was put back.' : 'That could not be put back.';
    const what = `${profile.name} was to review it and ${describeSharedChange(moved)}. ${how}`;
    this.#note(work, what);
    return what;
  }

  async #eventOf(
    about: Reviewed,
    work: Work,
    came: { readonly end: AgentEnd; readonly verdict: ReviewVerdict | null; readonly meddled: string | null },
  ): Promise<StoryEvent | null> {
    const { git } = this.ports;
    const { story, stage } = about;
    const { profile, branch } = work;
    const ended = outcomeOf(came.end.outcome, came.end.over);
    const end = withLimits(
      judgeCoder({ outcome: ended, commitsAhead: 0, newCommits: false, uncommitted: [] }),
      came.end,
    );
    if (end.kind === 'stopped') return null;
    if (end.kind !== 'noWork' && (await this.#isDiskToBlame(work))) return null;
    if (end.kind === 'limited') {
      await this.#retries.waitFor(work, end, came.end);
      return null;
    }
    if (end.kind === 'failed' && end.fix === 'editAgents') return this.#block(story, `${profile.name}: ${end.detail}`, end.fix); // prettier-ignore
    if (end.kind === 'failed' || end.kind === 'silent') {
      const again = await this.#retries.again(work, end.detail, came.end);
      return again.kind === 'again'
        ? null
        : this.#ask(about, profile, [`${profile.name} could not review it: ${again.evidence}`]);
    }
    await this.#retries.wentWell(work);
    // What it says of a commit that is not the branch's any more is of no use.
    if (came.meddled === null && (await git.tip(branch)) !== stage.tip) return null;
    const judged = judgeReview({ agent: profile.name, story, ...came });
    work.output.write(`\n${profile.name} ${ENDS[judged.kind]}\n`);
    switch (judged.kind) {
      case 'goesOn':
        return this.#goesOn(about);
      case 'sentBack':
        return { name: 'ReviewerRejected', tip: stage.tip, feedback: { kind: 'review', summary: judged.said, files: [], outputId: null } }; // prettier-ignore
      case 'asks':
        return { ...this.#ask(about, profile, judged.reasons), came: judged.came };
    }
  }

  #held({ stage }: Reviewed): string[] {
    return [...(stage.review?.reasons ?? [])];
  }

  async #goesOn(about: Reviewed): Promise<StoryEvent> {
    const { git, settings } = this.ports;
    const target = await lookAtTarget(git, settings().target);
    return onFromQa(git, about.story, target, { tip: about.stage.tip, reasons: this.#held(about) });
  }

  #ask(about: Reviewed, { name }: AgentProfile, reasons: readonly string[]): Held {
    const { tip } = about.stage;
    return { name: 'HoldForReview', tip, reasons: [...reasons, ...this.#held(about)], reviewer: name };
  }

  async #block(story: StoryRecord, reason: string, fix: Fix): Promise<StoryEvent> {
    const target = await lookAtTarget(this.ports.git, this.ports.settings().target);
    const look = await lookAt(this.ports.git, story, target);
    return { name: 'Block', reason, fix, outputId: agentOutputId(story.key), look };
  }

  #isDiskToBlame({ story, profile }: Work): Promise<boolean> {
    return isDiskToBlame(this.ports, `[agent:${story.number}:${profile.name}]`);
  }

  #note({ story, profile, output }: Work, text: string): void {
    this.ports.log.warn(`[agent:${story.number}:${profile.name}] ${text}`);
    output.write(`\n${text}\n`);
  }
}

/** Code of the story that it runs can speak in its place, so what was not accepted once stays so. */
function verdictOf(said: readonly (ReviewVerdict | null)[]): ReviewVerdict | null {
  return said.findLast((one) => one?.verdict === 'reject') ?? said.findLast((one) => one !== null) ?? null;
}

/** What the agent itself says. */
function wordsOf(deed: TranscriptDeed): string {
  switch (deed.kind) {
    case 'said':
      return `\n${deed.text}\n`;
    case 'saidPart':
    case 'plain':
      return deed.text;
    default:
      return '\n';
  }
}
