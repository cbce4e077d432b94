import { messageOf } from '../base/messageOf';
import { coldPrompt, commitPrompt } from '../core/agents/prompt';
import { judgeCoder, type CoderOutcome } from '../core/agents/outcome';
import type { AgentProfile } from '../core/agents/profile';
import type { LiveRun, PipelineFacts } from '../core/pipeline/facts';
import { count, namesOf } from '../core/words/durations';
import type { OutputSink } from '../ports/store';
import type { StoryEvent } from '../core/story/events';
import { shortRef } from '../core/story/names';
import { describePlaceProblem } from '../core/story/workPlace';
import type { Fix, Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { runCoder } from '../agents/commandLine/runCoder';
import { lookAt, lookAtTarget } from './look';
import { firstLine } from '../core/words/firstLine';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';

interface CoderRun {
  readonly live: LiveRun;
  readonly abort: AbortController;
  ended: Promise<void>;
}

/** One agent on one story; `before` is the branch's tip when it began, `branch` a short name. */
interface Work {
  readonly story: StoryRecord;
  readonly profile: AgentProfile;
  readonly branch: string;
  readonly worktree: string;
  readonly before: Oid | null;
  readonly output: OutputSink;
  readonly signal: AbortSignal;
}

/** The agents at work on stories in Coding. What a run achieved is read from git, not from what the agent says. */
export class CoderRuns {
  readonly #runs = new Map<string, CoderRun>();

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly onChange: () => void,
  ) {}

  live(): [string, LiveRun][] {
    return [...this.#runs].map(([key, run]) => [key, run.live]);
  }

  start(story: StoryRecord, profile: AgentProfile, facts: PipelineFacts): void {
    if (this.#runs.has(story.key)) return;
    const abort = new AbortController();
    const startedAt = facts.now;
    const live: LiveRun = {
      kind: 'coder',
      name: profile.name,
      role: profile.role,
      startedAt,
      tip: null,
      progress: null,
    };
    this.#runs.set(story.key, { live, abort, ended: this.#work(story, profile, abort.signal) });
  }

  async stop(key: string, why: string): Promise<void> {
    const run = this.#runs.get(key);
    if (run === undefined) return;
    this.ports.log.info(`[agent] stopping ${run.live.name}: ${why}`);
    run.abort.abort();
    await run.ended;
  }

  async stopAll(): Promise<void> {
    await Promise.all([...this.#runs.keys()].map((key) => this.stop(key, 'the window closes')));
  }

  async #work(story: StoryRecord, profile: AgentProfile, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    try {
      const event = await this.#workOnce(story, profile, signal);
      if (event !== null) await this.#deliver(story, profile, event, signal);
    } catch (error) {
      const message = messageOf(error);
      this.ports.log.error(`[agent:${story.number}:${profile.name}] ${message}`);
      const reason = `${profile.name} could not work: ${firstLine(message)}`;
      const look = { tip: null, target: null };
      await this.#deliver(story, profile, { name: 'Block', reason, fix: 'editAgents', outputId: null, look }, signal);
    } finally {
      this.#runs.delete(story.key);
      this.onChange();
    }
  }

  /** What an agent's end means is told only to a story that is still being coded. */
  #deliver(story: StoryRecord, profile: AgentProfile, event: StoryEvent, signal: AbortSignal): Promise<void> {
    const onlyIf = ({ stage }: StoryRecord) => stage.name === 'Coding';
    return this.book.deliver(story.key, event, `agent ${profile.name}`, { signal, onlyIf });
  }

  async #workOnce(story: StoryRecord, profile: AgentProfile, signal: AbortSignal): Promise<StoryEvent | null> {
    const { git, content, log } = this.ports;
    if (story.branch === null)
      return this.#block(story, 'It has no branch. Move it to the backlog and start it again.', null);
    const place = await git.storyPlace(story.branch);
    if (place.kind !== 'there' || place.branch !== story.branch) {
      const problem = place.kind === 'there' ? { ...place, kind: 'switched' as const } : place;
      const { number, branch } = { ...story, branch: story.branch };
      return this.#block(story, describePlaceProblem({ number, branch }, problem), null);
    }
    const before = await git.tip(story.branch);
    const output = content.openOutput(agentOutputId(story.key));
    const work = { story, profile, branch: shortRef(story.branch), worktree: place.path, before, output, signal };
    try {
      const end = await this.#runOnce(work, await this.#coldPrompt(story, work.branch));
      if (end.kind !== 'uncommitted') return await this.#eventOf(work, end);
      log.info(`[agent:${story.number}:${profile.name}] left uncommitted work; asked once more, only to commit it`);
      const prompt = commitPrompt({ story, branch: work.branch, paths: end.paths });
      return await this.#eventOf(work, await this.#runOnce(work, prompt));
    } finally {
      await output.close();
    }
  }

  async #coldPrompt(story: StoryRecord, branch: string): Promise<string> {
    const { git, content, settings } = this.ports;
    const target = await lookAtTarget(git, settings().target);
    return coldPrompt({
      story,
      body: (await content.read(`${story.key}:body`)) ?? '',
      branch,
      target: target.kind === 'found' ? shortRef(target.ref) : '',
      ...(await this.#feedback(story)),
    });
  }

  /** One run of the agent, and what it achieved by git: its commits, and what it left uncommitted. */
  async #runOnce(work: Work, prompt: string): Promise<CoderOutcome> {
    const { git, processes, folders, newId, log, onOutput, settings } = this.ports;
    const { story, profile, branch, worktree, output, signal } = work;
    log.info(`[agent:${story.number}:${profile.name}] spawn mode=cold session_id=none (a command line starts afresh)`);
    const { outcome } = await runCoder({
      profile,
      story: { number: story.number, title: story.title, branch },
      prompt,
      promptFolder: folders.prompts,
      worktree,
      processes,
      runId: newId(),
      signal,
      onOutput: (text) => {
        output.write(text);
        onOutput(story, text);
      },
    });
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    const target = await lookAtTarget(git, settings().target);
    const tip = await git.tip(`refs/heads/${branch}`);
    const changes = await git.localChanges(worktree);
    return judgeCoder({
      outcome,
      commitsAhead: tip === null || target.kind === 'missing' ? 0 : await git.commitsAhead(target.tip, tip),
      // Work that a run before left committed counts, unless it is just what came back for fixing.
      newCommits: tip !== work.before || feedback === null,
      uncommitted: changes.map((change) => change.path),
    });
  }

  async #eventOf({ story, profile, branch }: Work, end: CoderOutcome): Promise<StoryEvent | null> {
    switch (end.kind) {
      case 'readyForQa': {
        const tip = await this.ports.git.tip(`refs/heads/${branch}`);
        return tip === null ? null : { name: 'GatesStarted', tip };
      }
      case 'stopped':
        return null;
      case 'noWork':
        return this.#block(story, `${profile.name} ended without a new commit.`, 'showOutput');
      case 'uncommitted': {
        const what = `${profile.name} left ${count(end.paths.length, 'uncommitted file')}: ${namesOf(end.paths)}.`;
        return this.#block(story, what, 'openWorktree');
      }
      case 'silent':
        return this.#block(story, `${profile.name}: ${end.detail}`, 'showOutput');
      case 'failed':
        return this.#block(story, `${profile.name}: ${end.detail}`, end.fix);
    }
  }

  async #block(story: StoryRecord, reason: string, fix: Fix | null): Promise<StoryEvent> {
    const target = await lookAtTarget(this.ports.git, this.ports.settings().target);
    const look = await lookAt(this.ports.git, story, target);
    return { name: 'Block', reason, fix, outputId: agentOutputId(story.key), look };
  }

  async #feedback(story: StoryRecord) {
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    if (feedback === null) return { feedback: null, output: null };
    const output = feedback.outputId === null ? null : await this.ports.content.read(feedback.outputId);
    return { feedback, output };
  }
}

/** Name of the output of a story's agent in the content store. */
export function agentOutputId(storyKey: string): string {
  return `${storyKey}:agent_output`;
}
