import { join } from 'node:path';
import { messageOf } from '../../base/messageOf';
import { lacksOf, type Lack } from '../../core/setUp/offers';
import type { LiveRun } from '../../core/pipeline/facts';
import { setUpOutputId } from '../../core/story/contentIds';
import type { StoryEvent } from '../../core/story/events';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { shortRef, storyFolder } from '../../core/story/names';
import { namesOf } from '../../core/words/durations';
import { firstLine } from '../../core/words/firstLine';
import type { WorktreeRules } from '../../gates/chooseWorktree';
import { keepOutput } from '../../gates/keepOutput';
import { readCommands } from '../../gates/readCommands';
import { runSetUp, type SetUpOutcome } from '../../gates/runSetUp';
import type { AddWorktreeOutcome } from '../../ports/worktrees';
import { lookAt, lookAtTarget } from '../look';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';
import { StoryRuns } from '../storyRuns';

interface HowToSetUp {
  readonly rules: WorktreeRules;
  readonly targetTip: Oid;
  readonly signal: AbortSignal;
}

/** As `SetUpRuns.makeWorktree`: by the full name of the story's branch, which begins at `start` where it is new. */
export type MakeWorktree = (
  story: StoryRecord,
  branch: string,
  start: Oid,
  signal?: AbortSignal,
) => Promise<AddWorktreeOutcome>;

/**
 * Makes fresh worktrees of stories ready. What copies files is done at once; commands run after it, before any agent, and
 * only once. One that fails says nothing of the story: it is blocked with what helps, and tried again when a person says so.
 */
export class SetUpRuns {
  readonly runs: StoryRuns;
  /** Branches of worktrees that are not set up yet. */
  readonly #due = new Set<string>();
  readonly #lacks = new Map<string, readonly Lack[]>();

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly on: { readonly progress: () => void; readonly end: () => void },
  ) {
    this.runs = new StoryRuns({ log: ports.log, stopping: () => '[set-up] stopping', onEnd: on.end });
  }

  /** Takes up what an earlier engine left. */
  async begin(): Promise<void> {
    const { git, store, log } = this.ports;
    for (const branch of await git.setUpsDue()) this.#due.add(branch);
    for (const story of store.stories()) {
      if (story.stage.name !== 'Coding' || story.branch === null) continue;
      await this.look(story, story.branch).catch((error: unknown) => log.debug(`[set-up] ${messageOf(error)}`));
    }
  }

  /** Stories that wait for their set-up, by key. */
  due(stories: readonly StoryRecord[]): ReadonlySet<string> {
    const waiting = stories.filter(({ branch }) => branch !== null && this.#due.has(branch));
    return new Set(waiting.map(({ key }) => key));
  }

  lacks(): ReadonlyMap<string, readonly Lack[]> {
    return this.#lacks;
  }

  lacksOf(key: string): readonly Lack[] {
    return this.#lacks.get(key) ?? [];
  }

  /** Makes a story's worktree and puts in what it is to begin with. What exists is kept. */
  async makeWorktree(
    story: StoryRecord,
    branch: string,
    start: Oid,
    signal?: AbortSignal,
  ): Promise<AddWorktreeOutcome> {
    const folder = join(this.ports.folders.worktrees(), storyFolder(story.number, story.title));
    const made = await this.ports.git.addStoryWorktree({ branch, folder, start, signal });
    if (made.kind !== 'ready') return made;
    const { gates } = await readCommands(this.ports, start);
    if (gates.kind !== 'invalid') await this.furnish(story, branch, { rules: gates.worktree, targetTip: start });
    return made;
  }

  /**
   * A worktree was made, or is there again: copies what it is to have, fills submodules, and looks at what it lacks. It never
   * fails, because the worktree is there all the same.
   */
  async furnish(story: StoryRecord, branch: string, { rules, targetTip }: Omit<HowToSetUp, 'signal'>): Promise<void> {
    const { git, log } = this.ports;
    try {
      const place = await git.storyPlace(branch);
      if (place.kind === 'there' && (await git.setUpsDue()).includes(branch)) {
        await git.fillSubmodules(place.path);
        await this.#copy(story, place.path, { rules, targetTip });
        if (rules.setUp.length === 0) await git.endSetUp(place.path);
        else this.#due.add(branch);
      }
      await this.look(story, branch);
    } catch (error) {
      log.warn(`[set-up] #${story.number}: ${messageOf(error)}`);
    }
  }

  /** What its worktree lacks, as far as that shows at its top. */
  async look(story: StoryRecord, branch: string): Promise<void> {
    const { git, folders } = this.ports;
    const place = await git.storyPlace(branch);
    if (place.kind !== 'there') return;
    this.#lacks.set(story.key, lacksOf(await git.lookAtTop({ folder: place.path, main: folders.mainWorktree })));
    this.on.progress();
  }

  start(story: StoryRecord, rules: WorktreeRules, targetTip: Oid): void {
    const { branch } = story;
    if (branch === null) return;
    const startedAt = this.ports.clock.now();
    const live: LiveRun = { kind: 'setUp', name: 'set-up', role: null, startedAt, tip: null, progress: null };
    this.runs.begin(story.key, live, (signal) => this.#run(story, branch, { rules, targetTip, signal }));
  }

  async #run(story: StoryRecord, branch: string, how: HowToSetUp): Promise<void> {
    try {
      const outcome = await this.#perform(story, branch, how);
      if (outcome.kind === 'failed') await this.#block(story, `Its set-up failed: ${outcome.detail}`, how.signal);
      if (outcome.kind === 'done') this.#due.delete(branch);
    } catch (error) {
      if ((await this.ports.health.blame(error)) !== null) return;
      this.ports.log.error(`[set-up] #${story.number}: ${messageOf(error)}`);
      await this.#block(story, `Its worktree could not be set up: ${firstLine(messageOf(error))}`, how.signal);
    }
  }

  async #perform(story: StoryRecord, branch: string, { rules, targetTip, signal }: HowToSetUp): Promise<SetUpOutcome> {
    const { git, processes, content, log, newId, onOutput } = this.ports;
    const place = await git.storyPlace(branch);
    if (place.kind !== 'there') return { kind: 'failed', detail: 'its worktree is not there.' };
    await this.#copy(story, place.path, { rules, targetTip });
    if (rules.setUp.length > 0) {
      const output = content.openOutput(setUpOutputId(story.key));
      const write = (text: string): void => {
        output.write(text);
        onOutput(story, text);
      };
      try {
        const outcome = await runSetUp({
          commands: rules.setUp,
          folder: place.path,
          env: { SWITCHYARD_STORY: String(story.number), SWITCHYARD_BRANCH: shortRef(branch) },
          processes,
          watchShared: (id, folder) => git.watchShared({ id, folder, mayMove: [branch], target: null }),
          write,
          log,
          label: `set-up of #${story.number}`,
          newRunId: newId,
          signal,
        });
        if (outcome.kind !== 'done') return outcome;
      } finally {
        await keepOutput(output, { ...this.ports, signal });
      }
    }
    await git.endSetUp(place.path);
    await this.look(story, branch);
    return { kind: 'done' };
  }

  /** Files that git ignores, by the configured patterns, `.worktreeinclude` and VS Code's own setting. */
  async #copy(
    story: StoryRecord,
    folder: string,
    { rules, targetTip }: Pick<HowToSetUp, 'rules' | 'targetTip'>,
  ): Promise<void> {
    const { git, folders, settings, log } = this.ports;
    const included = await git.readFileAt(targetTip, '.worktreeinclude');
    const patterns = [...rules.copy, ...(settings().worktreeIncludeFiles ?? []), ...linesOf(included ?? '')];
    if (patterns.length === 0) return;
    const { copied, left } = await git.copyIgnored({ from: folders.mainWorktree, to: folder, patterns });
    if (copied.length > 0)
      log.info(`[set-up] #${story.number}: copied ${namesOf(copied)} from ${folders.mainWorktree}`);
    for (const { name, why } of left.slice(0, 20))
      log.warn(`[set-up] #${story.number}: ${name} was not copied: ${why}.`);
  }

  /** What a set-up could not do is told only to a story that still waits for it. */
  async #block(story: StoryRecord, reason: string, signal: AbortSignal): Promise<void> {
    const target = await lookAtTarget(this.ports.git, this.ports.settings().target);
    const look = await lookAt(this.ports.git, story, target);
    const event: StoryEvent = { name: 'Block', reason, fix: 'editGates', outputId: setUpOutputId(story.key), look };
    await this.book.deliver(story.key, event, 'set-up', { signal, onlyIf: ({ stage }) => stage.name === 'Coding' });
  }
}

/** Patterns of a file as git reads such files. */
function linesOf(text: string): string[] {
  return text
    .split(/\r?\n/)
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
}
