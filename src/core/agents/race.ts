import { RUN_ROLES } from '../pipeline/roles';
import * as z from 'zod/mini';
import { isLanded, isUnderWay } from '../story/stage';
import { STAGE_NAMES } from '../story/stageNames';
import { TITLE_LIMIT, type StoryRecord } from '../story/story';
import { GATE_VERDICTS } from '../landing/job';
import { inEnglish, say, type Said } from '../words/said';

/** Who ends a race: a person alone, or whichever is proven first. */
export const RACE_WINNERS = ['person', 'firstProven'] as const;
export type RaceWinner = (typeof RACE_WINNERS)[number];

/**
 * Those that race with a story, each with an agent, a branch and a worktree of its own: the story that is raced first, where
 * it is still under way. None where it does not race, or no other is left.
 */
export function racersOf(stories: readonly StoryRecord[], { race }: Pick<StoryRecord, 'race'>): readonly StoryRecord[] {
  if (race === undefined) return [];
  const racers = stories.filter((one) => one.race?.with === race.with && isUnderWay(one));
  const place = ({ key, number }: StoryRecord): number => (key === race.with ? 0 : number);
  return racers.length < 2 ? [] : racers.sort((a, b) => place(a) - place(b));
}

/** `Say hello (claude)`: how one that races beside a story is called. */
export function racerTitle(title: string, agent: string): string {
  const end = ` (${agent})`;
  return `${title.slice(0, TITLE_LIMIT - end.length)}${end}`;
}

/** Whether both race on the same story, so that what one does is the other's business only in that race. */
export function raceTogether(a: Pick<StoryRecord, 'race'>, b: Pick<StoryRecord, 'race'>): boolean {
  return a.race !== undefined && a.race.with === b.race?.with;
}

/** Why nothing of a story lands that races; null where it does not. */
export function whyRaced(stories: readonly StoryRecord[], story: Pick<StoryRecord, 'key' | 'race'>): Said | null {
  const others = racersOf(stories, story).filter(({ key }) => key !== story.key);
  if (others.length === 0) return null;
  const names = others.map(({ number }) => `#${number}`);
  return say('It races {0}, so nothing of it lands until one of them is kept. Compare Race shows them side by side, and Keep This One decides.', { names }); // prettier-ignore
}

/** That one of a race has landed, which its last one must not do unseen; null where none has. */
export function landedRival(
  stories: readonly StoryRecord[],
  { key, race }: Pick<StoryRecord, 'key' | 'race'>,
): StoryRecord | null {
  if (race === undefined) return null;
  const rivals = stories.filter((one) => one.key !== key && (one.race?.with === race.with || one.key === race.with));
  return rivals.find(({ stage }) => isLanded(stage)) ?? null;
}

/** Why a person is to look at a story before it lands because it races, or did: each in a sentence. */
export function raceReasons(stories: readonly StoryRecord[], story: Pick<StoryRecord, 'key' | 'race'>): string[] {
  const raced = whyRaced(stories, story);
  const landed = landedRival(stories, story);
  const after = landed === null ? [] : [`#${landed.number}, which it raced, has landed already.`];
  return [...(raced === null ? [] : [inEnglish([raced])]), ...after];
}

/** What the races that are on need next, by a story of each. */
export interface RaceStep {
  readonly key: string;
  /** `takeProven`: one may be proven by now. `leave`: it is the last one, and races nobody any more. */
  readonly what: 'takeProven' | 'leave';
}

/** `free` are the stories on which nothing is at work. What a person decided already is not decided again. */
export function raceSteps(
  stories: readonly StoryRecord[],
  free: readonly StoryRecord[],
  winner: RaceWinner,
): readonly RaceStep[] {
  const steps = new Map<string, RaceStep>();
  for (const story of free) {
    const { key, race, stage } = story;
    if (race === undefined || race.kept !== undefined || !isUnderWay(story) || stage.name === 'Frozen') continue;
    const racers = racersOf(stories, story);
    if (racers.length === 0) {
      if (landedRival(stories, story) === null) steps.set(key, { key, what: 'leave' });
    } else if (winner === 'firstProven' && stage.name === 'ReviewHold' && racers.every((one) => !one.race?.kept)) {
      if (!steps.has(race.with)) steps.set(race.with, { key, what: 'takeProven' });
    }
  }
  return [...steps.values()];
}

const count = z.nullable(z.number());

/** One that races, with all that is known of it; null is unknown. `quarantined`: its red stops nothing, by a person's word. */
export const racerSchema = z.object({
  key: z.string(),
  number: z.number(),
  agent: z.string(),
  stage: z.enum(STAGE_NAMES),
  gates: z.array(
    z.object({ gate: z.string(), verdict: z.enum(GATE_VERDICTS), ms: z.number(), quarantined: z.boolean() }),
  ),
  criteria: z.nullable(z.object({ done: z.number(), total: z.number() })),
  change: z.nullable(z.object({ commits: z.number(), files: z.number(), added: z.number(), removed: z.number() })),
  /** What an agent that reviews says of it; null where none has. */
  review: z.nullable(z.object({ agent: z.string(), accepts: z.boolean() })),
  /** What its own agent took; a review is none of its work. */
  spent: z.object({ runs: z.number(), minutes: z.number(), turns: count, tokens: count, usd: count }),
});
export type Racer = z.infer<typeof racerSchema>;

/**
 * `agents`: names of those that can code, the first that is configured first. `choices`: what there is another agent for, with
 * all that do it, and which one is the story's. `racers`: the best first; empty where nothing races.
 */
export const raceSchema = z.object({
  agents: z.readonly(z.array(z.string())),
  choices: z.array(z.object({ role: z.enum(RUN_ROLES), agents: z.readonly(z.array(z.string())), chosen: z.string() })),
  racers: z.array(racerSchema),
});
export type Race = z.infer<typeof raceSchema>;

/** Proven before not, of those proven that no review has refused first, then more of the criteria, then the smaller change; what is not known comes last. */
export function rankRacers(racers: readonly Racer[]): Racer[] {
  const size = ({ change }: Racer): number =>
    change === null ? Number.MAX_SAFE_INTEGER : change.added + change.removed;
  const open = ({ criteria }: Racer): number => (criteria === null ? 0 : criteria.total - criteria.done);
  const unproven = (one: Racer): number => (!isProven(one) ? 2 : one.review?.accepts === false ? 1 : 0);
  return [...racers].sort(
    (a, b) => unproven(a) - unproven(b) || open(a) - open(b) || size(a) - size(b) || a.number - b.number,
  );
}

/** Its gates have run on what it holds now: one at least has passed, and none is red that counts. */
export function isProven({ stage, gates }: Pick<Racer, 'stage' | 'gates'>): boolean {
  const counting = gates.filter(({ quarantined }) => !quarantined);
  return stage === 'ReviewHold' && counting.length > 0 && counting.every(({ verdict }) => verdict === 'passed');
}

/** Steps of the end of a race, in their order: each can be the last before a kill. */
export const RACE_END_STEPS = [
  'decided',
  'outputs',
  'sessions',
  'branch',
  'branchBack',
  'settled',
  'removed',
  'over',
] as const;
export type RaceEndStep = (typeof RACE_END_STEPS)[number];
