import { bodyId, agentOutputId } from '../../core/story/contentIds';
import { coldPrompt, commitPrompt, markersPrompt, type TargetConflict } from '../../core/agents/prompt';
import { oneLine } from '../../core/agents/output/tools';
import { warmPrompt } from '../../core/agents/warmPrompt';
import { judgeCoder, type CoderOutcome } from '../../core/agents/outcome';
import { outcomeOf } from '../../core/agents/runClock';
import { attemptsOf } from '../../core/agents/sessions/standing';
import type { Lack } from '../../core/setUp/offers';
import type { AgentProfile } from '../../core/agents/profile';
import { count, namesOf } from '../../core/words/durations';
import { firstLine } from '../../core/words/firstLine';
import type { StoryEvent } from '../../core/story/events';
import { shortRef } from '../../core/story/names';
import type { Fix, Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import type { TargetFacts } from '../../core/pipeline/facts';
import { identityVariables, placeForAgent, runAgent, underWatch, type AgentStep } from './run/agentRun';
import { keepOutput } from '../../gates/keepOutput';
import { lookAt, lookAtTarget } from '../look';
import { AgentRetries } from './agentRetries';
import type { AgentEnd } from './run/agentStart';
import { openTranscript } from './agentTranscript';
import { isDiskToBlame } from '../diskToBlame';
import type { EnginePorts } from '../ports';
import { RunAftermath, type Aftermath } from './runAftermath';
import type { EarlierWork, Work } from './work';

type Begun = { kind: 'ready'; worktree: string; before: Oid } | { kind: 'blocked'; event: StoryEvent };

/** What came of a run for its story, and how it went. */
interface Judged {
  readonly end: CoderOutcome;
  readonly run: AgentEnd;
}

/** Commits that an agent which begins anew is told of. */
const COMMITS_TOLD = 30;

/** What is known of stories, by key, that their agents are told. */
export interface WhatIsKnown {
  /** Files in which a story conflicts with the target; null where it does not, as far as is known. */
  readonly withTarget: (key: string) => readonly string[] | null;
  /** What its worktree lacks. */
  readonly lacksOf: (key: string) => readonly Lack[];
}

/** What one agent does on one story, from its prompt to the event that its end means. Git says what was achieved. */
export class CoderWork {
  readonly #aftermath: RunAftermath;
  readonly #retries: AgentRetries;

  constructor(
    private readonly ports: EnginePorts,
    private readonly known: WhatIsKnown,
  ) {
    this.#aftermath = new RunAftermath(ports);
    this.#retries = new AgentRetries(ports);
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
    const room = await this.#retries.room(story, profile);
    if (room.kind === 'waits') return null;
    if (room.kind === 'spent') return this.#block(story, room.why, 'showOutput');
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

  async #perform(begun: Omit<Work, 'env' | 'output' | 'transcript'>): Promise<StoryEvent | null> {
    const { git, content } = this.ports;
    const { story, watch, signal } = begun;
    const output = content.openOutput(agentOutputId(story.key));
    const transcript = openTranscript(this.ports, story.key, begun.profile.name);
    try {
      const work: Work = { ...begun, env: { ...(await identityVariables(git)), ...watch.env }, output, transcript };
      const { end: judged, changes } = await underWatch(watch, () => this.#untilCommitted(work));
      const aftermath = await this.#aftermath.settle(work, judged.end, changes);
      const event = await this.#eventOf(work, aftermath, judged.run);
      if (event?.name === 'GatesStarted') await this.#retries.wentWell(work);
      return event;
    } finally {
      await keepOutput(output, { ...this.ports, signal });
      await transcript.close();
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

  async #untilCommitted(work: Work): Promise<Judged> {
    const first = work.earlier?.memory.step ?? 'work';
    const before = this.known.withTarget(work.story.key);
    let judged: Judged | null = null;
    if (first === 'work')
      judged = await this.#runOnce(work, {
        step: 'work',
        cold: () => this.#coldPrompt(work),
        warm: () => this.#warmPrompt(work),
      });
    if (judged === null ? first === 'commit' : judged.end.kind === 'uncommitted')
      judged = await this.#commitOnly(work, before);
    const mayHoldMarkers = judged === null || judged.end.kind === 'readyForQa';
    return mayHoldMarkers ? this.#withoutMarkers(work, judged) : (judged as Judged);
  }

  async #commitOnly(work: Work, before: readonly string[] | null): Promise<Judged> {
    const { story, profile, branch, worktree } = work;
    this.ports.log.info(
      `[agent:${story.number}:${profile.name}] left uncommitted work; asked once more, only to commit it`,
    );
    const prompt = async () => {
      const paths = (await this.ports.git.localChanges(worktree)).map(({ path }) => path);
      const targetConflict = began(before, this.#targetConflict(work));
      return commitPrompt({ story, branch: shortRef(branch), paths, targetConflict });
    };
    return this.#runOnce(work, { step: 'commit', cold: prompt, warm: prompt });
  }

  /** An agent may commit a conflict as it stands and say that it is done: it is asked once more. */
  async #withoutMarkers(work: Work, judged: Judged | null): Promise<Judged> {
    const { story, profile, branch } = work;
    const files = await this.#filesWithMarkers(work);
    if (files.length === 0 && judged !== null) return judged;
    if (judged !== null)
      this.ports.log.info(
        `[agent:${story.number}:${profile.name}] committed conflict markers; asked once more, only to resolve them`,
      );
    const prompt = () => Promise.resolve(markersPrompt({ story, branch: shortRef(branch), files }));
    return this.#runOnce(work, { step: 'markers', cold: prompt, warm: prompt });
  }

  async #filesWithMarkers({ branch, target }: Work): Promise<readonly string[]> {
    const { git } = this.ports;
    const tip = await git.tip(branch);
    if (tip === null || target.kind === 'missing') return [];
    const wanted = { base: target.tip, tip, reviewPaths: [], maxFileMB: Number.MAX_SAFE_INTEGER };
    return (await git.reviewFacts(wanted)).conflictMarkers;
  }

  async #warmPrompt(work: Work): Promise<string> {
    const { story, branch, target } = work;
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    const outputId = feedback?.outputId ?? null;
    return warmPrompt({
      story,
      nonce: this.ports.newId(),
      branch: shortRef(branch),
      target: target.kind === 'found' ? shortRef(target.ref) : '',
      feedback,
      output: outputId === null ? null : await this.ports.content.read(outputId),
      targetConflict: feedback?.kind === 'merge' ? null : this.#targetConflict(work),
      brokeOff: attemptsOf(this.ports.sessions.standings(), story).at(-1)?.cause ?? null,
    });
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
      already: {
        commits: target.kind === 'missing' ? [] : await this.#subjects(target.tip, before),
        uncommitted: (await git.localChanges(work.worktree)).map(({ path }) => path),
      },
    });
  }

  async #subjects(from: Oid, to: Oid): Promise<string[]> {
    if (from === to) return [];
    const commits = await this.ports.git.commitsBetween(from, to, COMMITS_TOLD);
    return commits.map(({ commit, subject }) => `${commit.slice(0, 8)} ${subject}`);
  }

  /** That the target has come into the story's way, as the agent is told it with its next prompt. */
  #targetConflict({ story, target }: Work): TargetConflict | null {
    const files = this.known.withTarget(story.key);
    return files === null || target.kind === 'missing' ? null : { target: shortRef(target.ref), files };
  }

  /** One run of the agent, and what it achieved by git: its commits, and what it left uncommitted. */
  async #runOnce(work: Work, step: AgentStep): Promise<Judged> {
    const run = await runAgent(this.ports, work, step);
    const outcome = outcomeOf(run.outcome, run.over);
    if (outcome.kind === 'stopped') return { end: { kind: 'stopped' }, run };
    const strayed = await this.#aftermath.bringBack(work);
    if (strayed !== null) return { end: { kind: 'strayed', detail: strayed }, run };
    const end = judgeCoder({ outcome, ...(await this.#aftermath.achieved(work)) });
    return { end: withLimits(end, run), run };
  }

  async #eventOf(work: Work, { end, notes, hold }: Aftermath, run: AgentEnd): Promise<StoryEvent | null> {
    const { story, profile } = work;
    const say = (reason: string) => [reason, ...notes].join(' ');
    // What an agent could not do on a full disk says nothing about the story: it works again once there is room.
    if (end.kind !== 'readyForQa' && end.kind !== 'stopped' && (await this.#isDiskToBlame(work))) return null;
    if (end.kind === 'limited') {
      await this.#retries.waitFor(work, end, run);
      return null;
    }
    if ((end.kind === 'failed' && end.fix !== 'editAgents') || end.kind === 'silent') {
      const again = await this.#retries.again(work, end.detail, run);
      if (again.kind === 'again') return null;
      return this.#block(story, say(`${profile.name}: ${again.evidence}`), 'showOutput');
    }
    switch (end.kind) {
      case 'stopped':
        return null;
      case 'readyForQa': {
        if (hold !== null) return this.#block(story, say(hold), 'openWorktree', 'person');
        const tip = await this.ports.git.tip(work.branch);
        if (tip === null) return null;
        const onTarget = notes.length === 0 ? null : await this.#onTarget(tip);
        if (onTarget === null) return { name: 'GatesStarted', tip };
        const next = `Once that is restored, unblock #${story.number} and say Ready for QA.`;
        return this.#block(story, `${say(`${profile.name} put its work on ${onTarget} itself.`)} ${next}`, 'openWorktree', 'person'); // prettier-ignore
      }
      case 'noWork': {
        const what = `${profile.name} ended without a new commit.`;
        if (end.commitsAhead === 0) return this.#block(story, say(what), 'showOutput');
        const sentBack = whatSentBack(story);
        if (sentBack !== null) {
          const next = `Mend that in its worktree, then unblock #${story.number} and say Ready for QA.`;
          return this.#block(
            story,
            say(`${what} It had come back with: ${sentBack}. ${next}`),
            'openWorktree',
            'person',
          );
        }
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
      case 'failed':
        return this.#block(story, say(`${profile.name}: ${end.detail}`), end.fix);
    }
  }

  /** Short name of the target where that holds the commit already; null where it does not. */
  async #onTarget(tip: Oid): Promise<string | null> {
    const { git, settings } = this.ports;
    const target = await lookAtTarget(git, settings().target);
    return target.kind === 'found' && (await git.commitsAhead(target.tip, tip)) === 0 ? shortRef(target.ref) : null;
  }

  #isDiskToBlame({ story, profile }: Work): Promise<boolean> {
    return isDiskToBlame(this.ports, `[agent:${story.number}:${profile.name}]`);
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

/** Why the work is to be done again, in one line without its full stop; null where this is the first time. */
function whatSentBack({ stage }: StoryRecord): string | null {
  const feedback = stage.name === 'Coding' ? stage.feedback : null;
  if (feedback === null || feedback.kind === 'reopened' || feedback.kind === 'landed') return null;
  const words = firstLine(feedback.summary).replace(/\.$/, '');
  return words === '' ? null : words;
}

/** What an agent that was told of a conflict when it began is not told again. */
function began(before: readonly string[] | null, now: TargetConflict | null): TargetConflict | null {
  return now !== null && (before === null || now.files.some((file) => !before.includes(file))) ? now : null;
}

/** A run that broke off because its service let it do no more has not failed. What it was limited by is its own to say. */
export function withLimits(end: CoderOutcome, { report, over }: AgentEnd): CoderOutcome {
  const brokeOff = end.kind === 'failed' || end.kind === 'silent' || end.kind === 'noWork';
  if (brokeOff && report.limit !== null)
    return { kind: 'limited', limit: report.limit.kind, until: report.limit.until };
  if (end.kind !== 'failed' && end.kind !== 'silent') return end;
  if (over !== null) return { kind: 'failed', detail: `${over.detail} and was ended.`, fix: 'showOutput' };
  return report.error === null || end.kind === 'silent'
    ? end
    : { ...end, detail: `${end.detail} ${oneLine(report.error)}` };
}
