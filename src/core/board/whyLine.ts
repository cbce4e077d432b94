import type { StuckMark } from '../pipeline/markWords';
import { MERGE_ATTEMPTS } from '../landing/mergemaster';
import { sayHeld } from '../recovery/storeLoss';
import { mergeStrikes } from '../story/advance';
import type { Feedback, StageOf } from '../story/stage';
import { sayDependencies } from '../story/dependencies';
import { localClock, localMoment } from '../words/localMoment';
import { asWritten, inEnglish, say, type Said, sayTold } from '../words/said';
import type { AgentQuestion } from '../agents/question';
import type { AgentRoom } from '../pipeline/agentRoom';
import type { GitWait } from '../pipeline/facts';
import type { CardInputs } from './cardInputs';

/** Why a story does not move, in sentences for one line; null for a story that moves or has nothing to wait for. */
export function whyLine(inputs: CardInputs, mark: StuckMark | null): readonly Said[] | null {
  const { story } = inputs;
  if (inputs.heldByLoss) return [sayHeld(story.number)];
  const { stage } = story;
  if (inputs.gitWait !== null) return whyGitWaits(inputs.gitWait);
  if (inputs.run?.question !== undefined) return whyAsking(inputs.run.name, inputs.run.question);
  switch (stage.name) {
    case 'Blocked':
      return withMark([asWritten(asSentence(stage.reason))], mark);
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return whyNotMerged(stage, inputs, mark);
    case 'ReviewHold':
      return [say('Waits for your review.'), ...stage.reasons.map(asWritten), ...whyAhead(inputs)];
    case 'Coding':
      return inputs.run === null ? whyNotCoding(stage, inputs) : null;
    case 'QA':
      return inputs.run === null ? whyNotProven(stage, inputs) : null;
    case 'Merge':
      return whyNotLanding(inputs);
    case 'Backlog':
      return sayDependencies(inputs.dependencies);
    case 'Frozen':
    case 'Done':
    case 'Archived':
      return null;
  }
}

/** What gates that run ahead say of its merge. */
function whyAhead({ ahead, target }: CardInputs): Said[] {
  switch (ahead?.kind) {
    case undefined:
      return [];
    case 'running':
      return [say('Meanwhile gates run on its merge with {0}.', target)];
    case 'passed':
      return [
        say('Its merge with {0} has passed the gates: approved now, it lands without running them again.', target),
      ];
    case 'red':
      return [say('Gates are red on its merge with {0}:', target), asWritten(ahead.why)];
  }
}

/** A moment, not an age: the line must not become another one each second. */
function whyGitWaits({ verb, program, cwd, since }: GitWait): Said[] {
  const when = localClock(since);
  if (program.startsWith('git ')) return [say('Waits for {0}, which has been at work since {1}.', program, when)];
  return [
    say('Waits for {0}, since {1}.', program, when),
    say('Try it in a terminal in {0}: it may be asking for something.', cwd),
    say('Stop Waiting ends git {0}.', verb),
  ];
}

/** A moment, not an age: the line must not become another one each second. */
function whyAsking(agent: string, { text, deniedAt }: AgentQuestion): Said[] {
  const until = localClock(deniedAt);
  return [say('{0} asks to {1}.', agent, text), say('Denied by itself at {0}.', until)];
}

/** What failed, what an agent tried, and who is at it or has to be. */
function whyNotMerged(
  stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>,
  { story, run, recovery, openConflicts, around, target }: CardInputs,
  mark: StuckMark | null,
): Said[] {
  const failed = [
    whatFailed(stage, target),
    ...(stage.name === 'MergeFailure' || stage.reason === '' ? [] : [asWritten(stage.reason)]),
  ];
  const strikes = mergeStrikes(story);
  const last = strikes.at(-1);
  const attempt = strikes.length + 1;
  if (run !== null) return [...failed, say('{0} is at it, attempt {1} of {2}.', run.name, attempt, MERGE_ATTEMPTS)];
  if (recovery === 'person') {
    const left = openConflicts.length === 0 ? say('Everything is settled.') : say('Still open: {0}.', { names: openConflicts }); // prettier-ignore
    return [...failed, say('You are solving it in its worktree.'), left, say('Commit there when it is done: it is proven again by itself.')]; // prettier-ignore
  }
  const tried = last === undefined || stage.name === 'MergeFailureFinal' ? failed : [...failed, say('The last attempt of an agent: it {0}.', asWritten(last.cause))]; // prettier-ignore
  if (recovery === 'wait') {
    const names = (stage.together ?? []).map((number) => `#${number}`);
    return [...tried, say('An agent is put to it once {0} has landed.', { names })];
  }
  if (recovery === 'solve' && around.stopped !== null) return withMark([...tried, around.stopped], mark);
  if (recovery !== 'solve' || mark !== 'queued') return withMark(tried, mark);
  if (around.agentWaits !== null) return [...tried, ...waitWords(around.agentWaits)];
  const busy = around.allAgentsBusy;
  return busy === null
    ? [...tried, say('An agent is put to it, attempt {0} of {1}.', attempt, MERGE_ATTEMPTS)]
    : [...tried, waitsForAgent(busy)];
}

/** What git and the gates said is kept as it was said; a conflict is known by its files. */
function whatFailed({ kind, files, detail }: StageOf<'MergeFailure' | 'MergeFailureFinal'>, target: string): Said {
  const conflict = say('Conflict in {0} with {1}.', { names: files }, target);
  return kind === 'contentConflict' && inEnglish([conflict]) === detail ? conflict : asWritten(detail);
}

function asSentence(reason: string): string {
  return /[.!?]$/.test(reason) ? reason : `${reason}.`;
}

function withMark(reason: readonly Said[], mark: StuckMark | null): Said[] {
  switch (mark) {
    case 'running':
      return [...reason, say('Recovery is running.')];
    case 'queued':
      return [...reason, say('It will be tried again by itself.')];
    default:
      return [...reason, say('Nothing will happen until you act.')];
  }
}

/** A person may work on it all the same, so a wait alone says only what no agent does. */
function whyNotCoding({ coder, feedback }: StageOf<'Coding'>, { around, dependencies }: CardInputs): Said[] | null {
  const unmet = sayDependencies(dependencies);
  if (dependencies.kind === 'blocked') return unmet;
  if (coder === 'person') {
    const yours = say('Yours to work on: no agent starts on it.');
    return [yours, around.hasCoder ? say('Say Ready for QA when it is, or Give Back.') : say('Say Ready for QA when it is.')]; // prettier-ignore
  }
  const before = summaryOf(feedback);
  if (around.hasCoder && unmet !== null) return [...before, ...unmet, say('No agent starts on it before.')];
  if (!around.hasCoder) {
    return feedback === null ? null : [...before, say('Fix it in the worktree, then say Ready for QA.')];
  }
  if (around.stopped !== null) return [...before, around.stopped];
  if (around.agentWaits !== null) return [...before, ...waitWords(around.agentWaits)];
  return around.allAgentsBusy === null ? null : [...before, waitsForAgent(around.allAgentsBusy)];
}

function waitsForAgent({ agent, atWork, most }: AgentRoom): Said {
  if (agent !== undefined) return say('Waits for {0} ({1} of {2} at work).', agent, atWork, most);
  return say('Waits for a free agent ({0} of {1} at work).', atWork, most);
}

/** `claude may go on at 15:40.` */
function waitWords({ agent, what, until }: NonNullable<CardInputs['around']['agentWaits']>): Said[] {
  return [say('{0} may go on at {1}.', agent, momentText(until)), limitWords(what)];
}

function limitWords(what: NonNullable<CardInputs['around']['agentWaits']>['what']): Said {
  switch (what) {
    case 'rate':
      return say('It has reached a rate limit, and goes on by itself.');
    case 'quota':
      return say('It has used up what its account may use, and goes on by itself.');
    case 'budget':
      return say('It has used up its budget of this day, and goes on by itself.');
  }
}

/** The time of day where the pipeline runs, and its day where that is further away than a night. */
function momentText(ms: number): string {
  return `${localClock(ms)} on ${localMoment(ms).slice(0, 10)}`;
}

function summaryOf(feedback: Feedback | null): Said[] {
  if (feedback === null) return [];
  const said = feedback.summary.trim();
  // A person's comment need not end as a sentence does.
  return [asWritten(/[.!?…]$/.test(said) ? said : `${said}.`)];
}

function whyNotProven({ review }: StageOf<'QA'>, inputs: CardInputs): readonly Said[] | null {
  const { around, dependencies, heldByRed } = inputs;
  if (dependencies.kind === 'blocked') return sayDependencies(dependencies);
  if (around.stopped !== null) return [around.stopped];
  if (review !== undefined && around.agentWaits !== null) return waitWords(around.agentWaits);
  if (review !== undefined && around.allAgentsBusy !== null)
    return [say('Its gates are green.'), around.allAgentsBusy.most === 0 ? say('Agents are paused.') : waitsForAgent(around.allAgentsBusy)]; // prettier-ignore
  if (!around.gatesAreReadable) return [say('Waits until the gates are readable.')];
  if (heldByRed !== null) return heldByRed;
  return around.proving === null ? null : [say('Behind #{0}, whose gates run.', around.proving)];
}

function whyNotLanding(inputs: CardInputs): readonly Said[] | null {
  const { story, job, place, around } = inputs;
  if (job?.wait) {
    // The files first: the folder that the rest names is long, and a card is narrow.
    const { files, why } = job.wait;
    const first = files.length === 0 ? [] : [filesInTheWay(files)];
    // A moment, not an age: the line must not become another one each second.
    const since = localMoment(job.wait.since).slice(0, 16);
    return [...first, ...sayTold(why), say('It has waited since {0}.', since), say('Lands by itself once that is out of the way.')]; // prettier-ignore
  }
  if (job?.state === 'active') return null;
  if (story.worksAt !== undefined) return null;
  if (inputs.dependencies.kind === 'blocked') return sayDependencies(inputs.dependencies);
  if (inputs.dependencies.kind === 'waiting')
    return [...(sayDependencies(inputs.dependencies) ?? []), say('Lands after that by itself.')];
  if (inputs.heldByRed !== null) return inputs.heldByRed;
  if (!around.hasIdentity) return [say('Waits until git knows your name and email.')];
  if (around.stopped !== null) return [around.stopped];
  if (!around.gatesAreReadable) return [say('Waits until the gates are readable.')];
  if (around.turn !== null) return [around.turn];
  return place === null || place.first === story.number ? null : [say('Queued behind #{0}.', place.first)];
}

/** `Your files a.ts and src/b.ts are in the way.` */
export function filesInTheWay(files: readonly string[]): Said {
  return files.length === 1
    ? say('Your file {0} is in the way.', { names: files })
    : say('Your files {0} are in the way.', { names: files });
}
