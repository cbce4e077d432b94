import { sayDecision, undecidedMove } from '../agents/movedTarget';
import { heldStories, sayHeld } from '../recovery/storeLoss';
import { dependenciesOf, sayDependencies } from '../story/dependencies';
import type { StoryRecord } from '../story/story';
import { sayTurn } from '../sharing/queueLease';
import { shortRef } from '../story/names';
import { asWritten, say, sayTold, together, type Said, type SaidValue } from '../words/said';
import { sayRoom } from './diskRoom';
import type { JobFacts, PipelineFacts } from './facts';
import type { Action } from './action';
import { schedule } from './schedule';
import { sayRedSince } from './targetHealth';

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

export function sayRule(id: RuleId): Said {
  return say(RULE_NAMES[id]);
}

/** Something that keeps the scheduler from going on with a story. */
export interface Obstacle {
  readonly rule: RuleId;
  /** What is so. */
  readonly why: readonly Said[];
  /** What would change it, in a sentence. */
  readonly remedy: Said;
}

interface Hypothesis {
  readonly rule: RuleId;
  /** Null where it is not so. */
  readonly why: (facts: PipelineFacts, story: StoryRecord) => readonly Said[] | Said | null;
  readonly remedy: Said;
  readonly lift: (facts: PipelineFacts, story: StoryRecord) => PipelineFacts;
}

/**
 * What really keeps a story from this: all that is in the way is imagined away but one, and the scheduler is asked whether it
 * would go on now. In the order in which the scheduler looks. None where something else is in the way.
 */
export function obstaclesTo(wanted: Action['kind'], story: StoryRecord, facts: PipelineFacts): Obstacle[] {
  const held = HYPOTHESES.flatMap((one) => {
    const why = one.why(facts, story);
    return why === null ? [] : [{ ...one, why: 'text' in why ? [why] : why }];
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
    why: ({ storeProblem }) => (storeProblem === null ? null : sayTold(storeProblem)),
    remedy: say('Once changes can be written to disk again, everything goes on by itself.'),
    lift: (facts) => ({ ...facts, storeProblem: null }),
  },
  {
    rule: 'MQ1',
    why: ({ target }) => (target.kind === 'missing' ? sayTold(target) : null),
    remedy: say('Choose Target Branch, or make the branch.'),
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
        unapproved: say('The configured commands wait for your approval, and nothing is started before.'),
        untrusted: say('This workspace is not trusted, so no agent and no gate runs in it.'),
      })[permission],
    remedy: say('Review Commands, or Manage Workspace Trust.'),
    lift: (facts) => ({ ...facts, permission: 'granted' }),
  },
  {
    rule: 'P1',
    why: ({ losses }, { key, number }) => (heldStories(losses).has(key) ? sayHeld(number) : null),
    remedy: say('Acknowledge Lost Records.'),
    lift: (facts) => ({ ...facts, losses: [] }),
  },
  {
    rule: 'A12',
    why: ({ findings, target }) => {
      const move = undecidedMove(findings, target);
      return move === null ? null : sayDecision(move);
    },
    remedy: say('Review What Agents Changed Outside.'),
    lift: (facts) => ({ ...facts, findings: [] }),
  },
  {
    rule: 'S10',
    why: ({ stories, elsewhere }, story) => sayDependencies(dependenciesOf(stories, elsewhere).state(story)),
    remedy: say(
      'It goes on by itself once these have landed, what is abandoned or deleted once it is reopened or restored; Depends On changes what it waits for.',
    ),
    lift: (facts, { key }) => changeStories(facts, (one) => (one.key === key ? { ...one, dependsOn: [] } : one)),
  },
  {
    rule: 'MQ10',
    why: ({ gates }) => (gates.kind === 'invalid' ? sayTold(gates) : null),
    remedy: say('Edit Gates, so that they can be read.'),
    lift: (facts) => ({ ...facts, gates: { kind: 'none' } }),
  },
  {
    rule: 'MQ2',
    why: ({ identity }) => (identity === 'missing' ? say('Git does not know your name and email.') : null),
    remedy: say('Set Git Identity.'),
    lift: (facts) => ({ ...facts, identity: 'known' }),
  },
  {
    rule: 'MQ6',
    why: ({ target, redTarget = null }, story) =>
      target.kind === 'found' ? sayRedSince(redTarget, target.ref, story) : null,
    remedy: say('Run “What to Do about a Red Target”, or make it green by a commit of yours.'),
    lift: (facts) => ({ ...facts, redTarget: null }),
  },
  {
    rule: 'Y1',
    why: (_, { worksAt }) =>
      worksAt === undefined ? null : say('It is {0}’s, whose machine proves and lands it.', worksAt.name),
    remedy: say('It goes on there by itself. Where that machine is gone, Take Over Story… goes on with it here.'),
    lift: (facts, { key }) => changeStories(facts, (one) => (one.key === key ? atHome(one) : one)),
  },
  {
    rule: 'Y4',
    why: ({ target, landingTurn }) => (target.kind === 'found' ? sayTurn(landingTurn, shortRef(target.ref)) : null),
    remedy: say('Its turn comes by itself. Where it does not, Share Stories… lets this machine land all the same.'),
    lift: (facts) => ({ ...facts, landingTurn: undefined }),
  },
  {
    rule: 'A1',
    why: ({ coder, agentProblem }) => {
      if (agentProblem !== null) return asWritten(agentProblem);
      return coder === null ? say('No agent that codes is set up.') : null;
    },
    remedy: say('Set Up Agent, or do the work in its worktree and say Ready for QA.'),
    lift: (facts) => ({ ...facts, coder: facts.coder ?? 'agent', agentProblem: null }),
  },
  {
    rule: 'A2',
    why: ({ diskRoom = null }) => (diskRoom === null ? null : sayRoom(diskRoom)),
    remedy: say('It starts by itself once there is room. Remove Worktrees of Landed Stories makes some.'),
    lift: (facts) => ({ ...facts, diskRoom: null }),
  },
  {
    rule: 'A2',
    why: ({ runs }, { key }) => {
      const busy = [...runs].filter(([other]) => other !== key).length;
      if (busy === 0) return null;
      return busy === 1 ? say('One other run is at work.') : say('{0} other runs are at work.', busy);
    },
    remedy: say('It starts by itself once one of the other runs has ended.'),
    lift: (facts, { key }) => ({ ...facts, runs: new Map([...facts.runs].filter(([other]) => other === key)) }),
  },
  {
    rule: 'MQ26',
    why: ({ jobs }, { key }) => {
      const waiting = jobs.filter(({ job, wait }) => wait !== null && job.storyKey !== key);
      const why = waiting[0]?.wait?.why;
      if (why === undefined) return null;
      return say('{0} waits itself: {1}', numbersOf(waiting), together(sayTold(why)));
    },
    remedy: say('Once what that landing waits for is out of the way, both go on by themselves.'),
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
      const [names, one] = [numbersOf(others), others.length === 1];
      if (queue === undefined || queue.policy.kind === 'one')
        return one
          ? say('{0} is landing, and stories land one at a time.', names)
          : say('{0} are landing, and stories land one at a time.', names);
      const { kind, size } = queue.policy;
      const how = kind === 'train' ? say('a train has room for {0}', size) : say('a batch has room for {0}', size);
      return one ? say('{0} is landing, and {1}.', names, how) : say('{0} are landing, and {1}.', names, how);
    },
    remedy: say('Its turn comes by itself once those have landed or dropped out.'),
    lift: (facts, { key }) => ({
      ...facts,
      jobs: facts.jobs.filter(({ job, wait }) => wait !== null || job.storyKey === key),
    }),
  },
  {
    rule: 'MQ16',
    why: ({ stories }, { key, stage }) => {
      const others = stories.filter((one) => one.key !== key && one.stage.name === stage.name);
      return others.length === 0 ? null : say('Others of its stage come before it, by priority and age.');
    },
    remedy: say('Its turn comes by itself; Set Priority or freezing another one brings it forward.'),
    lift: (facts, story) => ({
      ...facts,
      stories: facts.stories.filter(({ key, stage }) => key === story.key || stage.name !== story.stage.name),
    }),
  },
];

function numbersOf(jobs: readonly JobFacts[]): SaidValue {
  return { names: jobs.map(({ job }) => `#${job.number}`) };
}

function changeStories(facts: PipelineFacts, change: (story: StoryRecord) => StoryRecord): PipelineFacts {
  return { ...facts, stories: facts.stories.map(change) };
}

/** As if it were this machine's to work on. */
function atHome(story: StoryRecord): StoryRecord {
  const own = { ...story };
  delete own.worksAt;
  return own;
}
