import type { JobFacts, PipelineFacts } from './facts';
import { shownStep, STEP_WORDS } from '../landing/stepWords';
import { dependenciesOf } from '../story/dependencies';
import { shortRef } from '../story/names';
import { underlyingStage, type Stage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { count, namesOf } from '../words/durations';
import { inEnglish } from '../words/said';
import { describePolicy } from './policyWords';
import { inLandingOrder, inQueueOrder, orderingConflicts } from './queueOrder';
import { stageWord } from '../story/stageWords';

/** One fact that was looked at. `since` in ms since 1970, for a fact that has an age. */
export interface LookedAt {
  readonly what: string;
  readonly is: string;
  readonly since?: number;
}

/** What a decision about a story looks at, as a person reads it. */
export function lookedAt(story: StoryRecord, facts: PipelineFacts): LookedAt[] {
  const { stage } = story;
  const found: LookedAt[] = [{ what: 'Stage', is: stageText(stage), since: Date.parse(story.stageAt) }];
  const add = (what: string, is: string | null, since?: number): void => {
    if (is !== null) found.push({ what, is, ...(since === undefined ? {} : { since }) });
  };
  add('Branch', branchText(story, facts));
  const depends = dependenciesOf(facts.stories, facts.elsewhere).of(story);
  add('Depends on', depends.length === 0 ? null : namesOf(depends.map(({ number, state }) => `${number === null ? 'a story' : `#${number}`} (${state})`))); // prettier-ignore
  add('Place in its queue', placeText(story, facts), story.queuedAt === null ? undefined : Date.parse(story.queuedAt));
  for (const { job, ...one } of facts.jobs) {
    add(job.storyKey === story.key ? 'Its landing' : `Landing of #${job.number}`, one.wait?.why.message ?? jobText({ job, ...one }), Date.parse(job.stepAt)); // prettier-ignore
  }
  for (const [key, run] of facts.runs) {
    const number = facts.stories.find((one) => one.key === key)?.number;
    add(key === story.key ? 'Its run' : `Run of #${number ?? ''}`, run.progress?.gate ?? run.name, run.startedAt);
  }
  add(
    'Queue',
    facts.queue === undefined ? null : `${describePolicy(facts.queue)}, because ${inEnglish([facts.queue.why])}`,
  );
  const { target } = facts;
  add('Target', target.kind === 'found' ? `${shortRef(target.ref)} at ${target.tip.slice(0, 8)}` : target.message);
  add('Gates', gatesText(facts));
  add(
    'Commands',
    { granted: 'approved', unapproved: 'not approved yet', untrusted: 'workspace not trusted' }[facts.permission],
  );
  add('Git identity', facts.identity);
  add('Agents', facts.agentProblem ?? `${facts.coder ?? 'none'}, ${[...facts.runs.values()].filter(({ kind }) => kind === 'coder').length} of ${facts.maxCoders} at work`); // prettier-ignore
  add('Disk', facts.storeProblem?.message ?? null);
  return found;
}

function stageText(stage: Stage): string {
  const under = underlyingStage(stage);
  return under.name === stage.name
    ? stageWord(stage.name)
    : `${stageWord(stage.name)} (was in ${stageWord(under.name)})`;
}

function branchText({ key, branch, stage }: StoryRecord, { tips }: PipelineFacts): string | null {
  if (branch === null) return null;
  const tip = tips.get(key) ?? null;
  if (tip === null) return `${shortRef(branch)}, which is gone`;
  const under = underlyingStage(stage);
  const proven = 'tip' in under ? under.tip : null;
  const meant = proven === null || proven === tip ? '' : `, and ${proven.slice(0, 8)} is what this stage is about`;
  return `${shortRef(branch)} at ${tip.slice(0, 8)}${meant}`;
}

function placeText(story: StoryRecord, facts: PipelineFacts): string | null {
  const { stories, now, elsewhere } = facts;
  if (!isQueued(story)) return null;
  const all = stories.filter(({ stage }) => stage.name === story.stage.name);
  const order = story.stage.name === 'Merge' ? inLandingOrder(all, now, dependenciesOf(stories, elsewhere), orderingConflicts(facts)) : inQueueOrder(all, now); // prettier-ignore
  const place = order.findIndex(({ key }) => key === story.key);
  const ahead = order.slice(0, place).map(({ number }) => `#${number}`);
  const behind = ahead.length === 0 ? 'the first' : `behind ${namesOf(ahead)}`;
  return `${behind} of ${count(order.length, 'story', 'stories')}, priority ${story.priority}`;
}

/** What a landing does just now. */
export function jobText(one: JobFacts): string {
  const { progress } = one;
  return progress === null
    ? STEP_WORDS[shownStep(one)]
    : `gate ${progress.gate}, ${progress.index + 1} of ${progress.total}`;
}

function isQueued({ stage }: StoryRecord): boolean {
  return stage.name === 'Merge' || stage.name === 'QA';
}

function gatesText({ gates }: PipelineFacts): string {
  switch (gates.kind) {
    case 'configured':
      return namesOf(gates.names);
    case 'none':
      return 'none configured';
    case 'invalid':
      return gates.message;
  }
}
