import { agentName } from './agentName';
import type { JobFacts, PipelineFacts } from './facts';
import { shownStep, STEP_WORDS } from '../landing/stepWords';
import { REVIEW_REJECTIONS } from '../agents/review';
import { reviewStrikes } from '../story/advance';
import { dependenciesOf, type NamedDependency } from '../story/dependencies';
import { shortRef } from '../story/names';
import { underlyingStage, type Stage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { asWritten, say, together, type Said, sayTold } from '../words/said';
import { sayPolicy } from './policyWords';
import { inLandingOrder, inQueueOrder, orderingConflicts } from './queueOrder';
import { stageWord } from '../story/stageWords';

/** One fact that was looked at. `since` in ms since 1970, for a fact that has an age. */
export interface LookedAt {
  readonly what: Said;
  readonly is: Said;
  readonly since?: number;
}

/** What a decision about a story looks at, as a person reads it. */
export function lookedAt(story: StoryRecord, facts: PipelineFacts): LookedAt[] {
  const { stage } = story;
  const found: LookedAt[] = [{ what: say('Stage'), is: sayStage(stage), since: Date.parse(story.stageAt) }];
  const add = (what: Said, is: Said | null, since?: number): void => {
    if (is !== null) found.push({ what, is, ...(since === undefined ? {} : { since }) });
  };
  add(say('Branch'), sayBranch(story, facts));
  add(say('Depends on'), sayDepends(dependenciesOf(facts.stories, facts.elsewhere).of(story)));
  const queuedAt = story.queuedAt === null ? undefined : Date.parse(story.queuedAt);
  add(say('Place in its queue'), sayPlace(story, facts), queuedAt);
  for (const { job, ...one } of facts.jobs) {
    const what = job.storyKey === story.key ? say('Its landing') : say('Landing of #{0}', job.number);
    add(what, one.wait === null ? sayJob({ job, ...one }) : together(sayTold(one.wait.why)), Date.parse(job.stepAt));
  }
  for (const [key, run] of facts.runs) {
    const number = facts.stories.find((one) => one.key === key)?.number ?? '';
    const what = key === story.key ? say('Its run') : say('Run of #{0}', number);
    add(what, asWritten(run.progress?.gate ?? run.name), run.startedAt);
  }
  add(say('Review'), sayReview(story, facts));
  const { queue, target } = facts;
  add(say('Queue'), queue === undefined ? null : say('{0}, because {1}', sayPolicy(queue), queue.why));
  add(say('Target'), target.kind === 'found' ? sayAt(target.ref, target.tip) : together(sayTold(target)));
  add(say('Gates'), sayGates(facts));
  add(say('Commands'), sayPermission(facts));
  add(say('Git identity'), facts.identity === 'known' ? say('known') : say('missing'));
  add(say('Agents'), sayAgents(facts));
  add(say('Disk'), facts.storeProblem === null ? null : together(sayTold(facts.storeProblem)));
  return found;
}

function sayStage(stage: Stage): Said {
  const [now, under] = [say(stageWord(stage.name)), underlyingStage(stage)];
  return under.name === stage.name ? now : say('{0} (was in {1})', now, say(stageWord(under.name)));
}

function sayAt(ref: string, tip: string): Said {
  return say('{0} at {1}', shortRef(ref), tip.slice(0, 8));
}

function sayBranch({ key, branch, stage }: StoryRecord, { tips }: PipelineFacts): Said | null {
  if (branch === null) return null;
  const tip = tips.get(key) ?? null;
  if (tip === null) return say('{0}, which is gone', shortRef(branch));
  const under = underlyingStage(stage);
  const proven = 'tip' in under ? under.tip : null;
  const at = sayAt(branch, tip);
  return proven === null || proven === tip
    ? at
    : say('{0}, and {1} is what this stage is about', at, proven.slice(0, 8));
}

/** What became of a story that another depends on, where that is no stage. */
const STATES: Readonly<Record<string, string>> = {
  completed: 'completed',
  abandoned: 'abandoned',
  supersededBy: 'superseded',
  reverted: 'reverted',
  deleted: 'deleted',
  missing: 'missing',
};

function sayDepends(depends: readonly NamedDependency[]): Said | null {
  const names = depends.map(({ number, state }) =>
    say('{0} ({1})', number === null ? say('a story') : `#${number}`, say(STATES[state] ?? stageWord(state))),
  );
  return names.length === 0 ? null : say('{0}', { names });
}

function sayPlace(story: StoryRecord, facts: PipelineFacts): Said | null {
  const { stories, now, elsewhere } = facts;
  if (!isQueued(story)) return null;
  const all = stories.filter(({ stage }) => stage.name === story.stage.name);
  const order = story.stage.name === 'Merge' ? inLandingOrder(all, now, dependenciesOf(stories, elsewhere), orderingConflicts(facts)) : inQueueOrder(all, now); // prettier-ignore
  const place = order.findIndex(({ key }) => key === story.key);
  const names = order.slice(0, place).map(({ number }) => `#${number}`);
  const [queued, { priority }] = [order.length, story];
  if (names.length > 0) return say('behind {0} of {1} stories, priority {2}', { names }, queued, priority);
  return queued === 1
    ? say('the first of 1 story, priority {0}', priority)
    : say('the first of {0} stories, priority {1}', queued, priority);
}

/** Who reviews it, what came of that, and how often it was sent back of the times that it may be. */
function sayReview(story: StoryRecord, facts: PipelineFacts): Said | null {
  const { reviewer, runs } = facts;
  const { key, stage } = story;
  const run = runs.get(key);
  const name = agentName('reviewer', facts, story) ?? say('an agent that cannot be read');
  const stands = ((): Said | null => {
    if (stage.name === 'ReviewHold')
      return stage.reviewer === undefined ? null : say('{0} has not accepted it', stage.reviewer);
    if (reviewer == null || (stage.name !== 'QA' && stage.name !== 'Coding')) return null;
    if (run?.kind === 'reviewer') return say('{0} reviews it', run.name);
    return stage.name === 'QA' && stage.review !== undefined ? say('waits for {0}', name) : say('by {0}, once its gates are green', name); // prettier-ignore
  })();
  const back = reviewStrikes(story).length;
  return stands === null || back === 0
    ? stands
    : say('{0}, sent back {1} of {2} times', stands, back, REVIEW_REJECTIONS);
}

/** What a landing does just now. */
export function sayJob(one: JobFacts): Said {
  const { progress } = one;
  return progress === null
    ? say(STEP_WORDS[shownStep(one)])
    : say('gate {0}, {1} of {2}', progress.gate, progress.index + 1, progress.total);
}

function isQueued({ stage }: StoryRecord): boolean {
  return stage.name === 'Merge' || stage.name === 'QA';
}

function sayGates({ gates }: PipelineFacts): Said {
  switch (gates.kind) {
    case 'configured':
      return say('{0}', { names: gates.names });
    case 'none':
      return say('none configured');
    case 'invalid':
      return together(sayTold(gates));
  }
}

function sayPermission({ permission }: PipelineFacts): Said {
  switch (permission) {
    case 'granted':
      return say('approved');
    case 'unapproved':
      return say('not approved yet');
    case 'untrusted':
      return say('workspace not trusted');
  }
}

function sayAgents({ agentProblem, coder, runs, maxCoders }: PipelineFacts): Said {
  if (agentProblem !== null) return asWritten(agentProblem);
  const busy = [...runs.values()].filter(({ kind }) => kind === 'coder').length;
  if (maxCoders === 0) return say('{0}, paused, {1} at work', coder ?? say('none'), busy);
  return say('{0}, {1} of {2} at work', coder ?? say('none'), busy, maxCoders);
}
