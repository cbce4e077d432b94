import { messageOf } from '../../base/messageOf';
import { criterionApprovalText } from '../../core/agents/approval';
import type { PipelineFacts } from '../../core/pipeline/facts';
import { isCheckedOn, readCriteria, type Criterion, type CriterionCheck } from '../../core/story/criteria';
import { bodyId } from '../../core/story/contentIds';
import type { Oid } from '../../core/story/stage';
import type { StoryRecord } from '../../core/story/story';
import { criterionGates, type CriterionGate } from '../../gates/criterionGates';
import type { Prover } from '../../gates/prover';
import { readCommands, type Commands } from '../../gates/readCommands';
import type { EnginePorts } from '../ports';
import type { StoryBook } from '../stories/storyBook';

/** A command that a criterion names and nobody has approved. `subject` is what an approval is bound to. */
export interface WaitingCommand {
  readonly key: string;
  readonly number: number;
  readonly text: string;
  readonly subject: string;
}

/**
 * Criteria that name a command are checked on the commit that landed: the command runs there, and the story's text says what
 * came of it on which commit. What comes from a story's text runs only if it is a gate's command or was approved by itself.
 */
export class CriteriaRuns {
  /** The landed commit that each story was looked at with, by story key. */
  readonly #looked = new Map<string, Oid>();
  readonly #waiting = new Map<string, readonly WaitingCommand[]>();
  #running: { readonly key: string; readonly abort: AbortController; readonly ended: Promise<void> } | null = null;

  constructor(
    private readonly ports: EnginePorts,
    private readonly book: StoryBook,
    private readonly prover: Prover,
    private readonly onEnd: () => void,
  ) {}

  get isAtWork(): boolean {
    return this.#running !== null;
  }

  /** Stories whose criteria are to be looked at, by key; none while one is. */
  due(stories: readonly StoryRecord[]): NonNullable<PipelineFacts['criteriaDue']> {
    if (this.#running !== null) return [];
    return stories.flatMap(({ key, stage, criteria }) => {
      if (stage.name !== 'Done' || stage.by !== 'queue' || criteria?.total === 0) return [];
      return this.#looked.get(key) === stage.mergeCommit && !this.#mayGoOn(key) ? [] : [key];
    });
  }

  /** Commands that wait for a person's word. */
  waiting(): readonly WaitingCommand[] {
    return [...this.#waiting.values()].flat();
  }

  start(story: StoryRecord): void {
    const { stage } = story;
    if (this.#running !== null || stage.name !== 'Done') return;
    const abort = new AbortController();
    const ended = this.#check(story, stage.mergeCommit, abort.signal);
    this.#running = { key: story.key, abort, ended };
  }

  async stop(key: string): Promise<void> {
    if (this.#running?.key !== key) return;
    this.#running.abort.abort();
    await this.#running.ended;
  }

  async stopAll(): Promise<void> {
    if (this.#running !== null) await this.stop(this.#running.key);
  }

  #mayGoOn(key: string): boolean {
    const waiting = this.#waiting.get(key);
    return waiting?.some(({ subject }) => this.ports.permission(subject) === 'granted') === true;
  }

  async #check(story: StoryRecord, commit: Oid, signal: AbortSignal): Promise<void> {
    await Promise.resolve();
    try {
      await this.#perform(story, commit, signal);
    } catch (error) {
      const isDisk = (await this.ports.health.blame(error)) !== null;
      this.ports.log[isDisk ? 'warn' : 'error'](`[criteria] #${story.number}: ${messageOf(error)}`);
      this.#looked.set(story.key, commit);
    } finally {
      this.#running = null;
      this.onEnd();
    }
  }

  async #perform(story: StoryRecord, commit: Oid, signal: AbortSignal): Promise<void> {
    const body = (await this.ports.content.read(bodyId(story.key))) ?? '';
    const open = readCriteria(body).filter((one) => one.command !== undefined && !isCheckedOn(one, commit));
    const commands = open.length === 0 ? null : await readCommands(this.ports, commit);
    if (commands === null || commands.gates.kind === 'invalid') {
      this.#waiting.delete(story.key);
      this.#looked.set(story.key, commit);
      return;
    }
    const { approved, waiting } = this.#divide(story, open, commands);
    if (waiting.length > 0) this.#waiting.set(story.key, waiting);
    else this.#waiting.delete(story.key);
    this.#looked.set(story.key, commit);
    const gates = await criterionGates(approved, commands.gates, (problem) =>
      this.ports.log.warn(`[criteria] #${story.number}: ${problem}`),
    );
    if (gates.length > 0) await this.#run(story, commit, { gates, commands, signal });
  }

  #divide(
    { key, number }: StoryRecord,
    criteria: readonly Criterion[],
    commands: Commands,
  ): { approved: Criterion[]; waiting: WaitingCommand[] } {
    const gates = commands.gates.kind === 'gates' ? commands.gates.gates.map((gate) => gate.command) : [];
    const gatesMayRun = this.ports.permission(commands.subject) === 'granted';
    const approved: Criterion[] = [];
    const waiting = new Map<string, WaitingCommand>();
    for (const criterion of criteria) {
      const { command = '' } = criterion;
      const text = criterionApprovalText(command);
      const subject = `${this.ports.folders.mainWorktree}\n${text}`;
      if ((gatesMayRun && gates.includes(command)) || this.ports.permission(subject) === 'granted')
        approved.push(criterion);
      else waiting.set(command, { key, number, text, subject });
    }
    return { approved, waiting: [...waiting.values()] };
  }

  async #run(
    story: StoryRecord,
    commit: Oid,
    { gates, commands, signal }: { gates: readonly CriterionGate[]; commands: Commands; signal: AbortSignal },
  ): Promise<void> {
    const outcome = await this.prover.proveCriteria(story, { commit, gates, commands }, signal);
    if (outcome.kind === 'unapproved' || outcome.kind === 'stopped' || signal.aborted) {
      // Nothing is known, so it is looked at again.
      if (outcome.kind === 'stopped') this.#looked.delete(story.key);
      return;
    }
    const verdicts = new Map<string, CriterionCheck['verdict']>();
    for (const { name, criterion } of gates) {
      const result = outcome.results.find(({ gate }) => gate === name);
      if (result?.verdict === 'passed' || result?.verdict === 'failed') verdicts.set(criterion, result.verdict);
      else if (result !== undefined) this.ports.log.warn(`[criteria] #${story.number}: ${result.detail}`);
    }
    if (verdicts.size > 0) await this.book.edits.markCriteria(story.key, { commit, verdicts }, 'Switchyard');
  }
}
