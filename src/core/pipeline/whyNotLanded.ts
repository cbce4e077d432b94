import { filesInTheWay } from '../board/whyLine';
import { dependenciesOf, sayDependencies } from '../story/dependencies';
import { isLanded, type StageOf } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { asWritten, inEnglish, say, sayTold, together, type Said } from '../words/said';
import type { PipelineFacts } from './facts';
import { forecast } from './forecast';
import { lookedAt, sayJob, type LookedAt } from './lookedAt';
import { obstaclesTo, sayRule, wants, type RuleId } from './obstacles';
import type { Action } from './action';
import { isInLine, waitingInLine } from './landings';
import { schedule, waitsForReviewer } from './schedule';
import { stageWord } from '../story/stageWords';

/** Why a story has not landed: what was looked at, the rule that decided, and what would change it. */
export interface WhyNotLanded {
  readonly number: number;
  readonly title: string;
  readonly landed: 'yes' | 'no';
  readonly decision: readonly Said[];
  readonly rule: { readonly id: RuleId; readonly name: Said };
  readonly wouldChange: readonly Said[];
  readonly lookedAt: readonly LookedAt[];
  /** When it will land if everything stays green (ms since 1970); null where nobody can say. */
  readonly at: number | null;
}

/** A story, the facts, and what its card says, for what only the card knows. */
interface Asked {
  readonly story: StoryRecord;
  readonly facts: PipelineFacts;
  readonly said: readonly Said[] | null;
}

interface Verdict {
  readonly rule: RuleId;
  readonly decision: readonly Said[];
  readonly wouldChange: readonly Said[];
}

const BY_ITSELF = say('It goes on by itself.');

/** Pure: the scheduler itself is asked, with the facts as they are and with each thing that is in the way imagined away. */
export function whyNotLanded(
  story: StoryRecord,
  facts: PipelineFacts,
  said: readonly Said[] | null = null,
): WhyNotLanded {
  const asked = { story, facts, said };
  const { rule, decision, wouldChange } = aboutToMove(asked) ?? decide(asked);
  return {
    number: story.number,
    title: story.title,
    landed: isLanded(story.stage) ? 'yes' : 'no',
    decision,
    rule: { id: rule, name: sayRule(rule) },
    wouldChange,
    lookedAt: lookedAt(story, facts),
    at: forecast(facts).landings.find(({ key }) => key === story.key)?.at ?? null,
  };
}

function verdict(rule: RuleId, decision: Said | readonly Said[], ...wouldChange: Said[]): Verdict {
  return { rule, decision: 'text' in decision ? [asSentence(decision)] : decision, wouldChange };
}

/** What others wrote, and a part of a sentence, need not end as one. */
function asSentence(said: Said): Said {
  return /[.!?…]$/.test(inEnglish([said])) ? said : { text: '{0}.', values: [said] };
}

/** The scheduler is about to move its stage, mostly because its branch moved. */
function aboutToMove({ story: { key, stage }, facts }: Asked): Verdict | null {
  const event = schedule(facts).find((action) => action.kind === 'event' && action.key === key);
  if (event === undefined || stage.name === 'Done') return null;
  const tip = facts.tips.get(key) ?? null;
  const moved = tip !== null && 'tip' in stage && stage.tip !== tip;
  if (!moved) return verdict('ST2', say('Its stage is about to change.'), BY_ITSELF);
  return verdict('ST1', say('Its branch moved since it was proven or reviewed, so it is proven again.'), BY_ITSELF);
}

/** `reason`: what was tried before it was given up. */
function whyNotMerged(stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>): Verdict {
  const detail = asWritten(stage.detail);
  const decision = 'reason' in stage ? [detail, asSentence(asWritten(stage.reason))] : detail;
  const byHand = stage.kind === 'contentConflict' ? [say('Resolve Conflicts, and commit the merge.')] : [];
  const [fixUp, retry] = [say('Fix Up, and commit what it needs on its branch.'), say('Retry Merge, where the cause has gone.')]; // prettier-ignore
  return verdict('MQ6', decision, ...byHand, fixUp, retry);
}

function decide(asked: Asked): Verdict {
  const { stage } = asked.story;
  switch (stage.name) {
    case 'Done':
      return verdict('ST2', say('It has landed, as {0}.', stage.mergeCommit.slice(0, 8)));
    case 'Archived':
      return isLanded(stage)
        ? verdict('ST2', say('It has landed and is archived.'))
        : verdict('ST2', say('It was archived without landing.'), say('Reopen.'));
    case 'Backlog':
      return whyBacklog(asked);
    case 'Coding':
      return whyCoding(asked, stage);
    case 'QA':
      return whyInQa(asked);
    case 'ReviewHold':
      return verdict('MQ10', [say('It waits for your review.'), ...stage.reasons.map(asWritten)], say('Approve, or Reject with what should change.')); // prettier-ignore
    case 'Frozen':
      return verdict('ST4', say('It is frozen, in {0}.', say(stageWord(stage.resumeTo.name))), say('Unfreeze.'));
    case 'Blocked':
      return verdict('ST4', say('It is blocked: {0}', asWritten(stage.reason)), say('Mend that, then Unblock.'));
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return whyNotMerged(stage);
    case 'Merge':
      return whyQueued(asked);
  }
}

function whyBacklog({ story, facts: { stories, elsewhere } }: Asked): Verdict {
  const unmet = sayDependencies(dependenciesOf(stories, elsewhere).state(story));
  return unmet === null
    ? verdict('ST2', say('Nobody has started it.'), say('Start.'))
    : verdict('S10', unmet, say('Once these have landed, Start.'));
}

function whyCoding(asked: Asked, { coder }: StageOf<'Coding'>): Verdict {
  const run = asked.facts.runs.get(asked.story.key);
  if (run !== undefined)
    return verdict('A2', say('{0} works on it.', run.name), say('It goes on by itself once the agent has ended.'));
  if (coder === 'person') {
    const byPerson = say('Do the work in its worktree, then say Ready for QA.');
    return verdict('A1', say('It is yours to work on, and no agent starts on it.'), byPerson);
  }
  return byScheduler('startCoder', asked, verdict('A2', say('An agent is about to start on it.'), BY_ITSELF));
}

function whyInQa(asked: Asked): Verdict {
  const { story, facts } = asked;
  const run = facts.runs.get(story.key);
  if (run?.kind === 'reviewer')
    return verdict('A1', say('{0} reviews it.', run.name), say('It goes on by itself once the agent has ended.'));
  if (run !== undefined) return verdict('MQ10', say('Its gates run.'), BY_ITSELF);
  return waitsForReviewer(story, facts)
    ? byScheduler('startReviewer', asked, verdict('A1', say('An agent is about to review it.'), BY_ITSELF))
    : byScheduler('startGates', asked, verdict('MQ10', say('Its gates are about to run.'), BY_ITSELF));
}

function whyQueued(asked: Asked): Verdict {
  const own = asked.facts.jobs.find(({ job, state }) => job.storyKey === asked.story.key && state === 'active');
  if (own === undefined) return byScheduler('dispatchMerge', asked, verdict('MQ16', say('Its landing is about to begin.'), BY_ITSELF)); // prettier-ignore
  const { jobs } = asked.facts;
  const before = isInLine(own) ? waitingInLine(jobs.slice(0, jobs.indexOf(own))) : undefined;
  if (before?.wait != null) {
    const waits = say('{0} waits itself: {1}', `#${before.job.number}`, together(sayTold(before.wait.why)));
    return verdict('MQ26', [say('It is landing now: {0}.', sayJob(own)), asSentence(waits)], say('Once what that landing waits for is out of the way, both go on by themselves.')); // prettier-ignore
  }
  if (own.wait === null) return verdict('MQ1', say('It is landing now: {0}.', sayJob(own)), BY_ITSELF);
  const { why, files } = own.wait;
  const first = files.length === 0 ? [] : [filesInTheWay(files)];
  return verdict('MQ26', [...first, ...sayTold(why).map(asSentence)], say('It lands by itself once that is out of the way.')); // prettier-ignore
}

/** What keeps the scheduler from it, or `otherwise` where nothing does. */
function byScheduler(wanted: Action['kind'], { story, facts, said }: Asked, otherwise: Verdict): Verdict {
  if (wants(wanted, story, facts)) return otherwise;
  const found = obstaclesTo(wanted, story, facts);
  const [first] = found;
  if (first === undefined) return { ...otherwise, decision: said ?? otherwise.decision };
  const decision = found.map(({ why }) => asSentence(together(why)));
  return { rule: first.rule, decision, wouldChange: found.map(({ remedy }) => remedy) };
}
