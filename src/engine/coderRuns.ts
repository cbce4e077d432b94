import { coldPrompt } from '../core/agents/prompt';
import { judgeCoder } from '../core/agents/outcome';
import type { AgentProfile } from '../core/agents/profile';
import type { LiveRun, PipelineFacts } from '../core/pipeline/facts';
import { count, namesOf } from '../core/board/durations';
import type { RunResult } from '../core/ports';
import type { StoryEvent } from '../core/story/events';
import { shortRef } from '../core/story/names';
import type { Fix, Oid } from '../core/story/stage';
import type { StoryRecord } from '../core/story/story';
import { runCoder } from '../agents/commandLineRunner';
import { lookAt, lookAtTarget } from './look';
import type { EnginePorts } from './ports';
import type { StoryBook } from './storyBook';

interface CoderRun {
  readonly live: LiveRun;
  readonly abort: AbortController;
  ended: Promise<void>;
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
      if (event !== null) await this.book.apply(story.key, event, `agent ${profile.name}`);
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      this.ports.log.error(`[agent:${story.number}:${profile.name}] ${message}`);
      const event = await this.#block(story, `${profile.name} could not start: ${message}`, 'editAgents');
      await this.book.apply(story.key, event, `agent ${profile.name}`);
    } finally {
      this.#runs.delete(story.key);
      this.onChange();
    }
  }

  async #workOnce(story: StoryRecord, profile: AgentProfile, signal: AbortSignal): Promise<StoryEvent | null> {
    const { git, content, processes, folders, newId, log, onOutput } = this.ports;
    if (story.branch === null)
      return this.#block(story, 'It has no branch. Move it to the backlog and start it again.', null);
    const worktree = (await git.worktrees()).find((one) => one.branch === story.branch);
    if (worktree === undefined) {
      return this.#block(
        story,
        `The worktree of ${shortRef(story.branch)} is gone. Move the story to the backlog and start it again.`,
        null,
      );
    }
    const before = await git.tip(story.branch);
    const prompt = coldPrompt({
      story,
      body: (await content.read(`${story.key}:body`)) ?? '',
      branch: shortRef(story.branch),
      ...(await this.#feedback(story)),
    });
    log.info(
      `[agent:${story.number}:${profile.name}] spawn mode=cold session_id=none (a command-line agent starts afresh)`,
    );
    const output = content.openOutput(agentOutputId(story.key));
    const result = await runCoder({
      profile,
      story: { number: story.number, title: story.title, branch: shortRef(story.branch) },
      prompt,
      promptFolder: folders.prompts,
      worktree: worktree.path,
      processes,
      runId: newId(),
      signal,
      onOutput: (text) => {
        output.write(text);
        onOutput(story, text);
      },
    }).finally(() => output.close());
    return this.#eventOf(story, profile, { before, worktree: worktree.path, result });
  }

  /** What the run achieved, read from git: its commits, and what it left uncommitted. */
  async #eventOf(
    story: StoryRecord,
    profile: AgentProfile,
    seen: { before: Oid | null; worktree: string; result: RunResult },
  ): Promise<StoryEvent | null> {
    const { git, settings } = this.ports;
    const branch = story.branch ?? '';
    const feedback = story.stage.name === 'Coding' ? story.stage.feedback : null;
    const target = await lookAtTarget(git, settings().target);
    const tip = await git.tip(branch);
    const changes = await git.localChanges(seen.worktree);
    const ahead = tip === null || target.kind === 'missing' ? 0 : await git.commitsAhead(target.tip, tip);
    const end = judgeCoder({
      outcome: seen.result.outcome,
      commitsAhead: ahead,
      // Work that a run before left committed counts, unless it is just what came back for fixing.
      newCommits: tip !== seen.before || feedback === null,
      uncommitted: changes.map((change) => change.path),
    });
    switch (end.kind) {
      case 'readyForQa':
        return tip === null ? null : { name: 'GatesStarted', tip };
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
