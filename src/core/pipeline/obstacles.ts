import { undecidedMove, waitsForDecision } from '../agents/movedTarget';
import { heldReason, heldStories } from '../recovery/storeLoss';
import { dependenciesOf, describeDependencies } from '../story/dependencies';
import type { StoryRecord } from '../story/story';
import { waitsForTurn } from '../sharing/queueLease';
import { shortRef } from '../story/names';
import { namesOf } from '../words/durations';
import type { PipelineFacts } from './facts';
import { schedule, type Action } from './schedule';
import { waitsForRed } from './targetHealth';

/** What the rules are called that can keep a story from going on, by their ids in the description of behaviour. */
export const RULE_NAMES = {
  ST1: 'A stage carries its evidence',
  ST2: 'One table decides',
  ST4: 'Setting a story aside',
  S10: 'Dependencies',
  MQ1: 'One proven landing at a time',
  MQ2: 'Strategies and commits',
  MQ6: 'Kinds of failure',
  MQ10: 'Gates',
  MQ12: 'How the queue lands',
  MQ16: 'Order',
  MQ26: 'A landing that waits',
  A1: 'Agents and people',
  A2: 'Who starts when',
  A11: 'Trust and approval',
  A12: 'What else a run touched',
  P1: 'The log',
  P6: 'A disk that fails',
  Y1: 'Stories that a team shares',
  Y4: 'Who lands',
} as const;
export type RuleId = keyof typeof RULE_NAMES;

/** Something that keeps the scheduler from going on with a story. */
export interface Obstacle {
  readonly rule: RuleId;
  /** What is so, in a sentence. */
  readonly why: string;
  /** What would change it, in a sentence. */
  readonly remedy: string;
}

interface Hypothesis {
  readonly rule: RuleId;
  /** Null where it is not so. */
  readonly why: (facts: PipelineFacts, story: StoryRecord) => string | null;
  readonly remedy: string;
  readonly lift: (facts: PipelineFacts, story: StoryRecord) => PipelineFacts;
}

/**
 * What really keeps a story from this: all that is in the way is imagined away but one, and the scheduler is asked whether it
 * would go on now. In the order in which the scheduler looks. None where something else is in the way.
 */
export function obstaclesTo(wanted: Action['kind'], story: StoryRecord, facts: PipelineFacts): Obstacle[] {
  const held = HYPOTHESES.flatMap((one) => {
    const why = one.why(facts, story);
    return why === null ? [] : [{ ...one, why }];
  });
  const lifted = held.reduce((known, one) => one.lift(known, story), facts);
  if (!wants(wanted, story, lifted)) return [];
  return held.flatMap(({ rule, why, remedy, lift }) => {
    const others = held.filter((one) => one.lift !== lift);
    const free = others.reduce((known, one) => one.lift(known, story), facts);
    return wants(wanted, story, free) ? [] : [{ rule, why, remedy }];
  });
}

/** Whether the scheduler would do this with the story now. */
export function wants(wanted: Action['kind'], { key }: StoryRecord, facts: PipelineFacts): boolean {
  return schedule(facts).some((action) => action.kind === wanted && action.key === key);
}

const HYPOTHESES: readonly Hypothesis[] = [
  {
    rule: 'P6',
    why: ({ storeProblem }) => storeProblem?.message ?? null,
    remedy: 'Once changes can be written to disk again, everything goes on by itself.',
    lift: (facts) => ({ ...facts, storeProblem: null }),
  },
  {
    rule: 'MQ1',
    why: ({ target }) => (target.kind === 'missing' ? target.message : null),
    remedy: 'Choose Target Branch, or make the branch.',
    lift: (facts, story) => ({
      ...facts,
      target: { kind: 'found', ref: 'refs/heads/target', tip: facts.tips.get(story.key) ?? '' },
    }),
  },
  {
    rule: 'A11',
    why: ({ permission }) =>
      ({
        granted: null,
        unapproved: 'The configured commands wait for your approval, and nothing is started before.',
        untrusted: 'This workspace is not trusted, so no agent and no gate runs in it.',
      })[permission],
    remedy: 'Review and Approve Commands, or Manage Workspace Trust.',
    lift: (facts) => ({ ...facts, permission: 'granted' }),
  },
  {
    rule: 'P1',
    why: ({ losses }, { key, number }) => (heldStories(losses).has(key) ? heldReason(number) : null),
    remedy: 'Acknowledge Lost Records.',
    lift: (facts) => ({ ...facts, losses: [] }),
  },
  {
    rule: 'A12',
    why: ({ findings, target }) => {
      const move = undecidedMove(findings, target);
      return move === null ? null : waitsForDecision(move);
    },
    remedy: 'Review What Agents Changed Outside.',
    lift: (facts) => ({ ...facts, findings: [] }),
  },
  {
    rule: 'S10',
    why: ({ stories, elsewhere }, story) => describeDependencies(dependenciesOf(stories, elsewhere).state(story)),
    remedy: 'It goes on by itself once these have landed; Depends On changes what it waits for.',
    lift: (facts, { key }) => changeStories(facts, (one) => (one.key === key ? { ...one, dependsOn: [] } : one)),
  },
  {
    rule: 'MQ10',
    why: ({ gates }) => (gates.kind === 'invalid' ? gates.message : null),
    remedy: 'Edit Gates, so that they can be read.',
    lift: (facts) => ({ ...facts, gates: { kind: 'none' } }),
  },
  {
    rule: 'MQ2',
    why: ({ identity }) => (identity === 'missing' ? 'Git does not know your name and email.' : null),
    remedy: 'Set Git Identity.',
    lift: (facts) => ({ ...facts, identity: 'known' }),
  },
  {
    rule: 'MQ6',
    why: ({ target, redTarget = null }, story) =>
      target.kind === 'found' ? waitsForRed(redTarget, target.ref, story) : null,
    remedy: 'What to Do about a Red Target, or a commit of yours that makes it green.',
    lift: (facts) => ({ ...facts, redTarget: null }),
  },
  {
    rule: 'Y1',
    why: (_, { worksAt }) =>
      worksAt === undefined ? null : `It is ${worksAt.name}’s, whose machine proves and lands it.`,
    remedy: 'It goes on there by itself. Where that machine is gone, Take Over Story… goes on with it here.',
    lift: (facts, { key }) => changeStories(facts, (one) => (one.key === key ? atHome(one) : one)),
  },
  {
    rule: 'Y4',
    why: ({ target, landingTurn }) =>
      target.kind === 'found' ? waitsForTurn(landingTurn, shortRef(target.ref)) : null,
    remedy: 'Its turn comes by itself. Where it does not, Share Stories… lets this machine land all the same.',
    lift: (facts) => ({ ...facts, landingTurn: undefined }),
  },
  {
    rule: 'A1',
    why: ({ coder, agentProblem }) => agentProblem ?? (coder === null ? 'No agent that codes is set up.' : null),
    remedy: 'Set Up Agent, or do the work in its worktree and say Ready for QA.',
    lift: (facts) => ({ ...facts, coder: facts.coder ?? 'agent', agentProblem: null }),
  },
  {
    rule: 'A2',
    why: ({ runs }, { key }) => {
      const busy = [...runs].filter(([other]) => other !== key).length;
      return busy === 0 ? null : `${busy === 1 ? 'One other run is' : `${busy} other runs are`} at work.`;
    },
    remedy: 'It starts by itself once one of the other runs has ended.',
    lift: (facts, { key }) => ({ ...facts, runs: new Map([...facts.runs].filter(([other]) => other === key)) }),
  },
  {
    rule: 'MQ26',
    why: ({ jobs }, { key }) => {
      const waiting = jobs.filter(({ job, wait }) => wait !== null && job.storyKey !== key);
      return waiting.length === 0
        ? null
        : `${namesOf(waiting.map(({ job }) => `#${job.number}`))} waits itself: ${waiting[0]?.wait?.why.message ?? ''}`;
    },
    remedy: 'Once what that landing waits for is out of the way, both go on by themselves.',
    lift: (facts, { key }) => ({
      ...facts,
      jobs: facts.jobs.filter(({ job, wait }) => wait === null || job.storyKey === key),
    }),
  },
  {
    rule: 'MQ12',
    why: ({ jobs, queue }, { key }) => {
      const others = jobs.filter(({ job, wait }) => wait === null && job.storyKey !== key);
      if (others.length === 0) return null;
      const names = namesOf(others.map(({ job }) => `#${job.number}`));
      const how =
        queue === undefined || queue.policy.kind === 'one'
          ? 'stories land one at a time'
          : `a ${queue.policy.kind} has room for ${queue.policy.size}`;
      return `${names} ${others.length === 1 ? 'is' : 'are'} landing, and ${how}.`;
    },
    remedy: 'Its turn comes by itself once those have landed or dropped out.',
    lift: (facts, { key }) => ({
      ...facts,
      jobs: facts.jobs.filter(({ job, wait }) => wait !== null || job.storyKey === key),
    }),
  },
  {
    rule: 'MQ16',
    why: ({ stories }, { key, stage }) => {
      const others = stories.filter((one) => one.key !== key && one.stage.name === stage.name);
      return others.length === 0 ? null : 'Others of its stage come before it, by priority and age.';
    },
    remedy: 'Its turn comes by itself; Set Priority or freezing another one brings it forward.',
    lift: (facts, story) => ({
      ...facts,
      stories: facts.stories.filter(({ key, stage }) => key === story.key || stage.name !== story.stage.name),
    }),
  },
];

function changeStories(facts: PipelineFacts, change: (story: StoryRecord) => StoryRecord): PipelineFacts {
  return { ...facts, stories: facts.stories.map(change) };
}

/** As if it were this machine's to work on. */
function atHome(story: StoryRecord): StoryRecord {
  const own = { ...story };
  delete own.worksAt;
  return own;
}
