import { CHOSEN_AS } from '../core/pipeline/roles';
import { messageOf } from '../base/messageOf';
import { describeAction } from '../core/pipeline/actionWords';
import type { PipelineFacts } from '../core/pipeline/facts';
import { beginsWork, type Action } from '../core/pipeline/action';
import { agentOf, type Commands } from '../gates/readCommands';
import type { EngineParts } from './engineParts';
import { becameDone } from './landing/landedBefore';
import type { EnginePorts } from './ports';

const STARTS = { startCoder: 'coder', startReviewer: 'reviewer', startMergemaster: 'mergemaster' } as const;

/** Does what a round has decided, through the parts. */
export class EngineActions {
  constructor(
    private readonly ports: EnginePorts,
    private readonly parts: EngineParts,
    private readonly isOver: () => boolean,
  ) {}

  /** What one action meets with keeps no other story from being served; the round then says what it was. */
  async doAll(actions: readonly Action[], facts: PipelineFacts, commands: Commands): Promise<void> {
    const failures: Error[] = [];
    const coming = new Map(
      actions.map((one) => [one, one.kind === 'dispatchMerge' ? this.parts.merges.expectOne() : null]),
    );
    for (const action of actions) {
      if (this.isOver()) return;
      try {
        await this.#do(action, facts, commands);
      } catch (error) {
        const number = this.ports.store.get(action.key)?.number ?? 0;
        const what = `${describeAction(action)} of #${number} failed`;
        failures.push(new Error(`${what}: ${messageOf(error)}`, { cause: error }));
      } finally {
        coming.get(action)?.dispose();
      }
    }
    const [first, ...others] = failures;
    for (const other of others) this.ports.log.warn(`[engine] ${other.message}`);
    if (first !== undefined) throw first;
  }

  async #do(action: Action, facts: PipelineFacts, commands: Commands): Promise<void> {
    if (this.parts.isLeaving(action.key)) return;
    const story = this.ports.store.get(action.key);
    if (story !== undefined && beginsWork(action) && (await becameDone(this.ports, this.parts.book, story))) return;
    switch (action.kind) {
      case 'stopRun':
        // What it is in the middle of may not end for long; its end brings the next round.
        void this.parts.stopRuns(action.key, action.why).catch((error: unknown) => {
          this.ports.log.error(`[engine] ${describeAction(action)} failed: ${messageOf(error)}`);
        });
        return;
      case 'event': {
        const outcome = await this.parts.book.apply(action.key, action.event, action.by);
        if (outcome.kind === 'refused') this.ports.log.warn(`[engine] ${outcome.message}`);
        return;
      }
      case 'checkCriteria':
        if (story !== undefined) this.parts.criteria.start(story);
        return;
      case 'startSetUp':
        if (story !== undefined && commands.gates.kind !== 'invalid' && facts.target.kind === 'found')
          this.parts.setUps.start(story, commands.gates.worktree, facts.target.tip);
        return;
      case 'startCoder':
      case 'startReviewer':
      case 'startMergemaster': {
        const role = STARTS[action.kind];
        const agent = story === undefined ? null : agentOf(role, commands, story);
        if (story === undefined || agent === null) return;
        const { [CHOSEN_AS[role]]: chosen = agent.name } = story;
        if (chosen !== agent.name)
          this.ports.log.warn(`[agent:${story.number}:${agent.name}] starts, because ${chosen} is not configured`);
        this.parts.agentRuns[role].start(story, agent, facts);
        return;
      }
      case 'settleMerge':
        if (story !== undefined) this.parts.mergemasters.settle(story);
        return;
      case 'startGates':
        if (story !== undefined) this.parts.gates.start(story, action.tip, facts);
        return;
      case 'dispatchMerge':
        if (facts.target.kind === 'found') await this.parts.merges.dispatch(action.key, facts.target.ref, action.jobId);
        return;
      case 'restack':
        if (story !== undefined) this.parts.restacks.begin(story, action, facts.target);
        return;
      case 'withdrawMerge':
        return this.parts.merges.takeBack(action.key, action.why);
      case 'stepRace':
        return this.parts.races.step(action);
      default:
        return action satisfies never;
    }
  }
}
