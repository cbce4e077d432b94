import type { GateFacts, JobFacts, LiveRun, Permission, PipelineFacts, TargetFacts } from '../core/pipeline/facts';
import type { StoryRecord } from '../core/story/story';
import { readCriteria } from '../core/story/criteria';
import type { EnginePorts } from './ports';
import { lookAtTarget } from './look';
import type { Commands } from '../gates/readCommands';

interface Observed {
  readonly commands: Commands;
  readonly permission: Permission;
  readonly runs: ReadonlyMap<string, LiveRun>;
  readonly jobs: readonly JobFacts[];
  readonly pending: PipelineFacts['pending'];
}

type Criteria = PipelineFacts['criteria'];

interface CountedCriteria {
  readonly updatedAt: string;
  readonly counts: { readonly done: number; readonly total: number };
}

/** Reads the world for one decision. What git says is read afresh each time; bodies only when a story changed. */
export class Observer {
  #criteria = new Map<string, CountedCriteria>();

  constructor(private readonly ports: EnginePorts) {}

  target(): Promise<TargetFacts> {
    return lookAtTarget(this.ports.git, this.ports.settings().target);
  }

  async facts(target: TargetFacts, observed: Observed): Promise<PipelineFacts> {
    const { git, store, health, clock, folders, settings } = this.ports;
    const stories = store.stories();
    const [tips, identity, criteria, storeProblem] = await Promise.all([
      git.branchTips(),
      git.identity(),
      this.#readCriteria(stories),
      health.problem(),
    ]);
    const { commands } = observed;
    return {
      now: clock.now(),
      mode: 'leading',
      repository: folders.repositoryName,
      target,
      permission: observed.permission,
      identity: identity.kind,
      gates: gateFacts(commands),
      coder: commands.coder?.name ?? null,
      agentProblem: commands.agentProblem,
      storeProblem,
      losses: health.losses(),
      maxCoders: settings().maxCoders,
      stories,
      tips: new Map(
        stories.map((story) => [story.key, story.branch === null ? null : (tips.get(story.branch) ?? null)]),
      ),
      runs: observed.runs,
      jobs: observed.jobs,
      pending: observed.pending,
      criteria,
    };
  }

  async #readCriteria(stories: readonly StoryRecord[]): Promise<Criteria> {
    const next = new Map<string, CountedCriteria>();
    for (const story of stories) {
      const known = this.#criteria.get(story.key);
      if (known?.updatedAt === story.updatedAt) {
        next.set(story.key, known);
        continue;
      }
      const criteria = readCriteria((await this.ports.content.read(`${story.key}:body`)) ?? '');
      const done = criteria.filter((one) => one.done).length;
      next.set(story.key, { updatedAt: story.updatedAt, counts: { done, total: criteria.length } });
    }
    this.#criteria = next;
    return new Map([...next].map(([key, { counts }]) => [key, counts]));
  }
}

function gateFacts(commands: Commands): GateFacts {
  const { gates } = commands;
  switch (gates.kind) {
    case 'gates':
      return { kind: 'configured', names: gates.gates.map((gate) => gate.name) };
    case 'noGates':
      return { kind: 'none' };
    case 'invalid':
      return { kind: 'invalid', message: gates.message };
  }
}
