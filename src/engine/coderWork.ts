import { bodyId, agentOutputId } from '../core/story/contentIds';
import { coldPrompt, commitPrompt, type TargetConflict } from '../core/agents/prompt';
import { judgeCoder, type CoderOutcome } from '../core/agents/outcome';
import type { Lack } from '../core/setUp/offers';
import type { AgentProfile } from '../core/agents/profile';
import { count, namesOf } from '../core/words/durations';
import type { StoryEvent } from '../core/story/events';
import { shortRef } from '../core/story/names';
import type { Fix, Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import type { TargetFacts } from '../core/pipeline/facts';
import { nudge } from '../core/agents/nudge';
import { identityVariables, placeForAgent, runAgent, underWatch, type AgentStep } from './agentRun';
import { keepOutput } from '../gates/keepOutput';
import { lookAt, lookAtTarget } from './look';
import type { EnginePorts } from './ports';
import { RunAftermath, type Aftermath } from './runAftermath';
import type { EarlierWork, Work } from './work';

type Begun = { kind: 'ready'; worktree: string; before: Oid } | { kind: 'blocked'; event: StoryEvent };

/** What is known of stories, by key, that their agents are told. */
export interface WhatIsKnown {
  /** Files in which a story conflicts with the target; null where it does not, as far as is known. */
  readonly withTarget: (key: string) => readonly string[] | null;
  /** What its worktree lacks. */
  readonly lacksOf: (key: string) => readonly Lack[];
}

/** So many runs in a row may be lost before a person is asked. */
const LOSSES = 3;

/** What one agent does on one story, from its prompt to the event that its end means. Git says what was achieved. */
export class CoderWork {
  readonly #aftermath: RunAftermath;
  /** Runs in a row that were lost, by story. */
  readonly #losses = new Map<string, number>();

  constructor(
    private readonly ports: EnginePorts,
    private readonly known: WhatIsKnown,
  ) {
    this.#aftermath = new RunAftermath(ports);
  }

  async perform(
    story: StoryRecord,
    profile: AgentProfile,
    signal: AbortSignal,
    earlier: EarlierWork | null,
  ): Promise<StoryEvent | null> {
    if (earlier !== null) return this.#goOn(story, earlier, signal);
    const { git, newId, clock } = this.ports;
    const { branch } = story;
    if (branch === null)
      return this.#block(story, 'It has no branch. Move it to the backlog and start it again.', null);
    const begun = await this.#begin(story, branch);
    if (begun.kind === 'blocked') return begun.event;
    const { worktree, before } = begun;
    const target = await lookAtTarget(git, this.ports.settings().target);
    const stash = (await git.stashEntries()).map(({ commit }) => commit);
    const watchId = newId();
    const watch = await git.watchKept({
      id: watchId,
      folder: worktree,
      mayMove: [branch],
      target: target.kind === 'found' ? target.ref : null,
    });
    const begunHere = { earlier: null, beganAt: clock.now(), watchId, watch };
    return this.#perform({
      ...begunHere,
      kind: 'coder',
      story,
      profile,
      branch,
      worktree,
      before,
      target,
      stash,
      signal,
    });
  }

  /** Where an earlier process began: with what was so then. */
  async #goOn(story: StoryRecord, earlier: EarlierWork, signal: AbortSignal): Promise<StoryEvent | null> {
    const { target: known, ...memory } = earlier.memory;
    const gone = { kind: 'missing', message: 'There was no target when the agent began.' } as const;
    const target: TargetFacts = known === null ? gone : { kind: 'found', ...known };
    return this.#perform({ ...memory, story, target, earlier, watch: earlier.watch, signal });
  }

  async #perform(begun: Omit<Work, 'env' | 'output'>): Promise<StoryEvent | null> {
    const { git, content } = this.ports;
    const { story, watch, signal } = begun;
    const output = content.openOutput(agentOutputId(story.key));
    try {
      const work: Work = { ...begun, env: { ...(await identityVariables(git)), ...watch.env }, output };
      const { end, changes } = await underWatch(watch, () => this.#untilCommitted(work));
      return await this.#eventOf(work, await this.#aftermath.settle(work, end, changes));
    } finally {
      await keepOutput(output, { ...this.ports, signal });
    }
  }

  async #begin(story: StoryRecord, branch: string): Promise<Begun> {
    const { git } = this.ports;
    const blocked = async (reason: string): Promise<Begun> => ({
      kind: 'blocked',
      event: await this.#block(story, reason, null),
    });
    const place = await placeForAgent(git, story, branch);
    if (place.kind === 'problem') return blocked(place.why);
    const before = await git.tip(branch);
    return before === null ? blocked(`${shortRef(branch)} is gone.`) : { kind: 'ready', worktree: place.path, before };
  }

  async #untilCommitted(work: Work): Promise<CoderOutcome> {
    const { story, profile, branch } = work;
    const before = this.known.withTarget(story.key);
    let paths: readonly string[] = [];
    if (work.earlier?.memory.step !== 'commit') {
      const end = await this.#runOnce(work, {
        step: 'work',
        prompt: () => this.#coldPrompt(work),
        nudge: () => this.#nudge(work.story),
      });
      if (end.kind !== 'uncommitted') return end;
      paths = end.paths;
      this.ports.log.info(
        `[agent:${story.number}:${profile.name}] left uncommitted work; asked once more, only to commit it`,
      );
    }
    const targetConflict = () => began(before, this.#targetConflict(work));
    const prompt = () => commitPrompt({ story, branch: shortRef(branch), paths, targetConflict: targetConflict() });
    return this.#runOnce(work, { step: 'commit', prompt: () => Promise.resolve(prompt()) });
  }

  async #coldPrompt(work: Work): Promise<string> {
    const { story, branch, before, target } = work;
    const { git, content } = this.ports;
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    const outputId = feedback?.outputId ?? null;
    return coldPrompt({
      story,
      nonce: this.ports.newId(),
      body: (await content.read(bodyId(story.key))) ?? '',
      branch: shortRef(branch),
      target: target.kind === 'found' ? shortRef(target.ref) : '',
      feedback,
      targetConflict: feedback?.kind === 'merge' ? null : this.#targetConflict(work),
      lacks: this.known.lacksOf(story.key),
      earlierCommits:
        target.kind === 'missing' || target.tip === before ? 0 : await git.commitsAhead(target.tip, before),
      output: outputId === null ? null : await content.read(outputId),
    });
  }

  async #nudge(story: StoryRecord): Promise<string> {
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    const outputId = feedback?.outputId ?? null;
    const output = outputId === null ? null : await this.ports.content.read(outputId);
    return nudge({ story, nonce: this.ports.newId(), feedback, output });
  }

  /** That the target has come into the story's way, as the agent is told it with its next prompt. */
  #targetConflict({ story, target }: Work): TargetConflict | null {
    const files = this.known.withTarget(story.key);
    return files === null || target.kind === 'missing' ? null : { target: shortRef(target.ref), files };
  }

  /** One run of the agent, and what it achieved by git: its commits, and what it left uncommitted. */
  async #runOnce(work: Work, step: AgentStep): Promise<CoderOutcome> {
    const outcome = await runAgent(this.ports, work, step);
    if (outcome.kind === 'stopped' || (outcome.kind === 'lost' && this.#startsAgain(work))) return { kind: 'stopped' };
    this.#losses.delete(work.story.key);
    const strayed = await this.#aftermath.bringBack(work);
    if (strayed !== null) return { kind: 'strayed', detail: strayed };
    return judgeCoder({ outcome, ...(await this.#aftermath.achieved(work)) });
  }

  /** Whoever kept the run has died: that says nothing about the agent, which begins again, unless it happens each time. */
  #startsAgain({ story, profile }: Work): boolean {
    const losses = (this.#losses.get(story.key) ?? 0) + 1;
    this.#losses.set(story.key, losses);
    this.ports.log.warn(`[agent:${story.number}:${profile.name}] its run was lost, ${count(losses, 'time')} in a row`);
    return losses <= LOSSES;
  }

  async #eventOf(work: Work, { end, notes, hold }: Aftermath): Promise<StoryEvent | null> {
    const { story, profile } = work;
    const say = (reason: string) => [reason, ...notes].join(' ');
    // What an agent could not do on a full disk says nothing about the story: it works again once there is room.
    if (end.kind !== 'readyForQa' && end.kind !== 'stopped' && (await this.#isDiskToBlame(work))) return null;
    switch (end.kind) {
      case 'stopped':
        return null;
      case 'readyForQa': {
        if (hold !== null) return this.#block(story, say(hold), 'openWorktree', 'person');
        const tip = await this.ports.git.tip(work.branch);
        return tip === null ? null : { name: 'GatesStarted', tip };
      }
      case 'noWork': {
        const what = `${profile.name} ended without a new commit.`;
        if (end.commitsAhead === 0) return this.#block(story, say(what), 'showOutput');
        const earlier = `Its branch holds ${count(end.commitsAhead, 'commit')} from before. If that is all of the work, unblock #${story.number} and say Ready for QA.`;
        return this.#block(story, say(`${what} ${earlier}`), 'openWorktree', 'person');
      }
      case 'uncommitted': {
        const what = `${profile.name} left ${count(end.paths.length, 'uncommitted file')}: ${namesOf(end.paths)}.`;
        const kept = await this.#rescue(work);
        return this.#block(story, say(`${what}${kept}`), 'openWorktree', 'person');
      }
      case 'strayed':
        return this.#block(story, say(end.detail), 'openWorktree');
      case 'silent':
        return this.#block(story, say(`${profile.name}: ${end.detail}`), 'showOutput');
      case 'failed':
        return this.#block(story, say(`${profile.name}: ${end.detail}`), end.fix);
    }
  }

  async #isDiskToBlame({ story, profile }: Work): Promise<boolean> {
    const why = await this.ports.health.blame(null);
    if (why !== null) this.ports.log.warn(`[agent:${story.number}:${profile.name}] waits for the disk: ${why}`);
    return why !== null;
  }

  async #rescue({ story, worktree, branch }: Work): Promise<string> {
    const place = { folder: worktree, branch, story };
    const outcome = await this.ports.git.rescueWork({ ...place, reason: 'uncommitted', large: 'leaveOut' });
    return outcome.kind === 'saved' ? ` They are also kept as ${outcome.ref}.` : '';
  }

  async #block(story: StoryRecord, reason: string, fix: Fix | null, coder?: 'person'): Promise<StoryEvent> {
    const target = await lookAtTarget(this.ports.git, this.ports.settings().target);
    const look = await lookAt(this.ports.git, story, target);
    return { name: 'Block', reason, fix, outputId: agentOutputId(story.key), look, ...(coder && { coder }) };
  }
}

/** What an agent that was told of a conflict when it began is not told again. */
function began(before: readonly string[] | null, now: TargetConflict | null): TargetConflict | null {
  return now !== null && (before === null || now.files.some((file) => !before.includes(file))) ? now : null;
}
