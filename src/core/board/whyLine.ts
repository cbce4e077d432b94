import type { StuckMark } from '../pipeline/markWords';
import { MERGE_ATTEMPTS } from '../landing/mergemaster';
import { heldReason } from '../recovery/storeLoss';
import { mergeStrikes } from '../story/advance';
import type { Feedback, StageOf } from '../story/stage';
import { namesOf } from '../words/durations';
import { describeDependencies } from '../story/dependencies';
import type { AgentQuestion } from '../agents/question';
import type { CardInputs } from './cardInputs';

const COLD = 'Nothing will happen until you act.';

/** One line that says why a story does not move, null for a story that moves or has nothing to wait for. */
export function whyLine(inputs: CardInputs, mark: StuckMark | null): string | null {
  const { story } = inputs;
  if (inputs.heldByLoss) return heldReason(story.number);
  const { stage } = story;
  if (inputs.run?.question !== undefined) return whyAsking(inputs.run.name, inputs.run.question);
  switch (stage.name) {
    case 'Blocked':
      return withMark(stage.reason, mark);
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return whyNotMerged(stage, inputs, mark);
    case 'ReviewHold':
      return `Waits for your review. ${stage.reasons.join(' ')}`;
    case 'Coding':
      return inputs.run === null ? whyNotCoding(stage, inputs) : null;
    case 'QA':
      return inputs.run === null ? whyNotProven(inputs) : null;
    case 'Merge':
      return whyNotLanding(inputs);
    case 'Backlog':
      return describeDependencies(inputs.dependencies);
    case 'Frozen':
    case 'Done':
    case 'Archived':
      return null;
  }
}

/** A moment, not an age: the line must not become another one each second. */
function whyAsking(agent: string, { text, deniedAt }: AgentQuestion): string {
  const until = new Date(deniedAt).toISOString().slice(11, 16);
  return `${agent} asks to ${text}. Denied by itself at ${until} UTC.`;
}

/** What failed, what an agent tried, and who is at it or has to be. */
function whyNotMerged(
  stage: StageOf<'MergeFailure' | 'MergeFailureFinal'>,
  { story, run, recovery, openConflicts, around }: CardInputs,
  mark: StuckMark | null,
): string {
  const failed = stage.name === 'MergeFailure' ? stage.detail : `${stage.detail} ${stage.reason}`;
  const strikes = mergeStrikes(story);
  const last = strikes.at(-1);
  const attempt = `attempt ${strikes.length + 1} of ${MERGE_ATTEMPTS}`;
  if (run !== null) return `${failed} ${run.name} is at it, ${attempt}.`;
  if (recovery === 'person') {
    const left = openConflicts.length === 0 ? 'Everything is settled' : `Still open: ${namesOf(openConflicts)}`;
    return `${failed} You are solving it in its worktree. ${left}. Commit there when it is done: it is proven again by itself.`;
  }
  const tried = last === undefined || stage.name === 'MergeFailureFinal' ? failed : `${failed} The last attempt of an agent: it ${last.cause}.`; // prettier-ignore
  if (recovery === 'wait') {
    const others = namesOf((stage.together ?? []).map((number) => `#${number}`));
    return `${tried} An agent is put to it once ${others} has landed.`;
  }
  if (recovery !== 'solve' || mark !== 'queued') return withMark(tried, mark);
  if (around.agentWaits !== null) return `${tried} ${waitWords(around.agentWaits)}`;
  const busy = around.allAgentsBusy;
  return busy === null
    ? `${tried} An agent is put to it, ${attempt}.`
    : `${tried} Waits for a free agent (${busy.atWork} of ${busy.most} at work).`;
}

function withMark(reason: string, mark: StuckMark | null): string {
  const sentence = /[.!?]$/.test(reason) ? reason : `${reason}.`;
  switch (mark) {
    case 'running':
      return `${sentence} Recovery is running.`;
    case 'queued':
      return `${sentence} It will be tried again by itself.`;
    default:
      return `${sentence} ${COLD}`;
  }
}

/** A person may work on it all the same, so a wait alone says only what no agent does. */
function whyNotCoding({ coder, feedback }: StageOf<'Coding'>, { around, dependencies }: CardInputs): string | null {
  const unmet = describeDependencies(dependencies);
  if (dependencies.kind === 'blocked') return unmet;
  if (coder === 'person') {
    const giveBack = around.hasCoder ? ', or Give Back' : '';
    return `Yours to work on: no agent starts on it. Say Ready for QA when it is${giveBack}.`;
  }
  const before = summaryOf(feedback);
  if (around.hasCoder && unmet !== null) return `${before}${unmet} No agent starts on it before.`;
  if (!around.hasCoder) return feedback === null ? null : `${before}Fix it in the worktree, then say Ready for QA.`;
  if (around.stopped !== null) return `${before}${around.stopped}`;
  if (around.agentWaits !== null) return `${before}${waitWords(around.agentWaits)}`;
  const busy = around.allAgentsBusy;
  return busy === null ? null : `${before}Waits for a free agent (${busy.atWork} of ${busy.most} at work).`;
}

const WAITS = {
  rate: 'It has reached a rate limit',
  quota: 'It has used up what its account may use',
  budget: 'It has used up its budget of this day',
} as const;

/** `claude may go on at 15:40.` */
function waitWords({ agent, what, until }: NonNullable<CardInputs['around']['agentWaits']>): string {
  return `${agent} may go on at ${momentText(until)}. ${WAITS[what]}, and goes on by itself.`;
}

/** The time of day where the pipeline runs, and its day where that is further away than a night. */
function momentText(ms: number): string {
  const at = new Date(ms);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${two(at.getHours())}:${two(at.getMinutes())} on ${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
}

function summaryOf(feedback: Feedback | null): string {
  if (feedback === null) return '';
  const said = feedback.summary.trim();
  // A person's comment need not end as a sentence does.
  return /[.!?…]$/.test(said) ? `${said} ` : `${said}. `;
}

function whyNotProven({ around, dependencies, heldByRed }: CardInputs): string | null {
  if (dependencies.kind === 'blocked') return describeDependencies(dependencies);
  if (around.stopped !== null) return around.stopped;
  if (!around.gatesAreReadable) return 'Waits until the gates are readable.';
  if (heldByRed !== null) return heldByRed;
  return around.proving === null ? null : `Behind #${around.proving}, whose gates run.`;
}

function whyNotLanding(inputs: CardInputs): string | null {
  const { story, job, place, around } = inputs;
  if (job?.wait) {
    // The files first: the folder that the rest names is long, and a card is narrow.
    const { files } = job.wait;
    const first = files.length === 0 ? '' : `${filesInTheWay(files)}. `;
    // A moment, not an age: the line must not become another one each second.
    const since = new Date(job.wait.since).toISOString().slice(0, 16).replace('T', ' ');
    return `${first}${job.wait.why.replace(/\.$/, '')}, since ${since} UTC. Lands by itself once that is out of the way.`;
  }
  if (job?.state === 'active') return null;
  if (story.worksAt !== undefined) return null;
  if (inputs.dependencies.kind === 'blocked') return describeDependencies(inputs.dependencies);
  if (inputs.dependencies.kind === 'waiting') {
    return `${describeDependencies(inputs.dependencies) ?? ''} Lands after that by itself.`;
  }
  if (inputs.heldByRed !== null) return inputs.heldByRed;
  if (!around.hasIdentity) return 'Waits until git knows your name and email.';
  if (around.stopped !== null) return around.stopped;
  if (!around.gatesAreReadable) return 'Waits until the gates are readable.';
  if (around.turn !== null) return around.turn;
  return place === null || place.first === story.number ? null : `Queued behind #${place.first}.`;
}

/** `Your files a.ts and src/b.ts are in the way` */
export function filesInTheWay(files: readonly string[]): string {
  return `Your ${files.length === 1 ? 'file' : 'files'} ${namesOf(files)} ${files.length === 1 ? 'is' : 'are'} in the way`;
}
