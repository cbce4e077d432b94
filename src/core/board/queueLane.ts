import type { PipelineFacts } from '../pipeline/facts';
import { forecast } from '../pipeline/forecast';
import { sayPolicy } from '../pipeline/policyWords';
import { underlyingStage } from '../story/stage';
import type { StoryRecord } from '../story/story';
import { shortRef } from '../story/names';
import { inEnglish, say, type Said } from '../words/said';

/** A story in the merge queue; the rest is on its card. */
export interface LaneCandidate {
  readonly key: string;
  /** In the queue since (ISO 8601). */
  readonly since: string;
  /** When it lands if everything stays green, in ms since 1970 and to the minute; null where nobody can say. */
  readonly at: number | null;
  /** How many of its gates are over, while they run. */
  readonly progress: { readonly done: number; readonly total: number } | null;
}

/** The merge queue as one thing: how it lands, who is in it, and what dropped out of it. Why is on the cards. */
export interface QueueLane {
  /** `batch of 4: one gate run, ~3 min` */
  readonly policy: string;
  /** `policy`, `why` and `stopped`, to be said in another language. */
  readonly said?: { readonly policy: Said; readonly why: Said; readonly stopped: Said | null };
  readonly why: string;
  /** Why nothing lands, or nothing but what repairs a red target; null while anything may. */
  readonly stopped: string | null;
  /** Since when (ms since 1970) gates run on the target itself; left out where none do. */
  readonly targetGates?: number;
  /** In landing order. */
  readonly candidates: readonly LaneCandidate[];
  /** How many more are queued behind those. */
  readonly more: number;
  /** What dropped out last, the latest first. */
  readonly out: readonly { readonly key: string; readonly since: string }[];
}

/** How many candidates are shown, and how many of those that dropped out. */
const SHOWN = 20;
const OUT_SHOWN = 5;
const MINUTE_MS = 60_000;

/** `queue` is the merge queue in landing order. Null where nothing is known of how it lands. */
export function queueLane(facts: PipelineFacts, queue: readonly StoryRecord[], stopped: Said | null): QueueLane | null {
  if (facts.queue === undefined) return null;
  const shown = queue.slice(0, SHOWN);
  const landings = shown.length === 0 || stopped !== null ? [] : forecast({ ...facts, stories: withOthers(facts, shown) }, ['Merge']).landings; // prettier-ignore
  const progress = new Map(
    facts.jobs.flatMap(({ job, progress: gate }) =>
      gate === null ? [] : [[job.storyKey, { done: gate.index, total: gate.total }] as const],
    ),
  );
  const said = {
    policy: sayPolicy(facts.queue, queue.length),
    why: facts.queue.why,
    stopped: stopped ?? whyPaused(facts),
  };
  const times = new Map(landings.map(({ key, at }) => [key, at]));
  return {
    policy: inEnglish([said.policy]),
    why: inEnglish([said.why]),
    stopped: said.stopped && inEnglish([said.stopped]),
    said,
    ...(facts.redTarget?.gatesSince !== undefined && { targetGates: facts.redTarget.gatesSince }),
    candidates: shown.map(({ key, queuedAt, stageAt }) => {
      const at = times.get(key) ?? null;
      return {
        key,
        since: queuedAt ?? stageAt,
        // To the minute, so that it says the same for a while.
        at: at === null ? null : Math.ceil(at / MINUTE_MS) * MINUTE_MS,
        progress: progress.get(key) ?? null,
      };
    }),
    more: queue.length - shown.length,
    out: droppedOut(facts.stories),
  };
}

/** The queue is paused while its target is red, until a person says that it goes on. Since when it is red a notice says. */
function whyPaused({ target, redTarget = null }: PipelineFacts): Said | null {
  if (target.kind !== 'found' || redTarget === null || redTarget.resumedAt !== null) return null;
  return say('paused: {0} is red', shortRef(target.ref));
}

/** Those that the shown ones depend on decide as well; of the others nobody is waited for. */
function withOthers({ stories }: PipelineFacts, shown: readonly StoryRecord[]): StoryRecord[] {
  const needed = new Set(shown.flatMap(({ dependsOn }) => dependsOn));
  if (needed.size === 0) return [...shown];
  return [...shown, ...stories.filter((story) => needed.has(story.key) && !shown.includes(story))];
}

function droppedOut(stories: readonly StoryRecord[]): QueueLane['out'] {
  const out = stories.filter(hasDroppedOut);
  out.sort((a, b) => (a.stageAt < b.stageAt ? 1 : a.stageAt > b.stageAt ? -1 : b.number - a.number));
  return out.slice(0, OUT_SHOWN).map(({ key, stageAt }) => ({ key, since: stageAt }));
}

/** It was to land, and something came in between. */
function hasDroppedOut({ stage }: StoryRecord): boolean {
  switch (stage.name) {
    case 'MergeFailure':
    case 'MergeFailureFinal':
      return true;
    case 'Coding':
      return stage.feedback?.kind === 'merge';
    case 'Blocked':
      return underlyingStage(stage).name === 'Merge';
    default:
      return false;
  }
}
