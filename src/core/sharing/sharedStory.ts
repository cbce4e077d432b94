import * as z from 'zod/mini';
import { NUMBER_LIMIT } from '../story/numbers';
import { refSchema, stageSchema, oidSchema, type Stage } from '../story/stage';
import { STORY_TYPES } from '../story/stageNames';
import { storyRecordSchema, TITLE_LIMIT, type StoryRecord } from '../story/story';
import { toLocal, toShared } from './sharedText';

/** A machine that shares stories: `machine` is a made-up id of the clone, `name` what its person is called. */
export const machineSchema = z.object({
  machine: z.string().check(z.minLength(1), z.maxLength(64)),
  name: z.string().check(z.minLength(1), z.maxLength(100)),
});
export type Machine = z.infer<typeof machineSchema>;

/** A number of a story inside a stage is shared as its key; what is not known stays a number. */
const named = z.union([z.string(), z.int().check(z.minimum(1))]);

/** One entry of the field `work`: what changes together is one value, so that no merge of two edits mixes them. */
const workSchema = z.object({
  /** As `stageSchema`, with keys for numbers and without what only the machine has that wrote it. */
  stage: z.looseObject({ name: z.string() }),
  stageAt: z.iso.datetime(),
  queuedAt: z.nullable(z.iso.datetime()),
  strikes: z.array(z.looseObject({ at: z.iso.datetime(), cause: z.string() })).check(z.maxLength(1000)),
  on: z.nullable(machineSchema),
  /** As a story's `term`. */
  term: z.exactOptional(z.int().check(z.minimum(1), z.maximum(999))),
});

/**
 * What is shared of a story, by field. Two machines' edits of different fields both survive. Its body is shared beside it;
 * settings, gates, agents, approvals, outputs and what runs were are not in it at all.
 */
export const sharedStorySchema = z.object({
  /** Number and time that the story was made with; they never change. */
  claim: z.int().check(z.minimum(1), z.maximum(NUMBER_LIMIT)),
  createdAt: z.iso.datetime(),
  type: z.enum(STORY_TYPES),
  title: z.string().check(z.minLength(1), z.maxLength(20 * TITLE_LIMIT)),
  dependsOn: z.array(z.string().check(z.maxLength(64))).check(z.maxLength(1000)),
  priority: z.int().check(z.minimum(0), z.maximum(3)),
  labels: z.array(z.string().check(z.maxLength(1000))).check(z.maxLength(1000)),
  branch: z.nullable(refSchema),
  reverts: z.nullable(z.object({ key: z.string(), commit: oidSchema })),
  bringsIn: z.nullable(refSchema),
  work: workSchema,
});
export type SharedStory = z.infer<typeof sharedStorySchema>;

const TERM_FIELD = /^work\.([1-9]\d{0,2})$/;

/**
 * The fields under which a story stands in the document. Its work has another one each time that a machine takes it over:
 * what the machine before writes meanwhile can then never come into the place of it.
 */
export function fieldsOf({ work, ...rest }: SharedStory): Readonly<Record<string, unknown>> {
  return { ...rest, [work.term === undefined ? 'work' : `work.${work.term}`]: work };
}

/** Whether a field holds the work of a story, under whatever term. */
export function isWorkField(name: string): boolean {
  return name === 'work' || TERM_FIELD.test(name);
}

/** The fields with the work that counts. */
export function currentFields(fields: unknown): unknown {
  if (typeof fields !== 'object' || fields === null) return fields;
  const terms = Object.keys(fields).map((name) => Number(TERM_FIELD.exec(name)?.[1] ?? 0));
  const term = Math.max(0, ...terms);
  if (term === 0) return fields;
  const work = (fields as Readonly<Record<string, unknown>>)[`work.${term}`];
  return { ...fields, work: typeof work === 'object' && work !== null ? { ...work, term } : work };
}

/** Work as it counts under this term. */
export function inTerm(work: SharedStory['work'], term: number | undefined): SharedStory['work'] {
  const counted = { ...work };
  delete counted.term;
  return term === undefined ? counted : { ...counted, term };
}

/** Characters of a landing as JSON. */
const LANDING_LIMIT = 64_000;

/** The work that a story landed as; null for anything else. */
export function landingOf(value: unknown): SharedStory['work'] | null {
  const read = workSchema.safeParse(value);
  if (!read.success || JSON.stringify(value).length > LANDING_LIMIT) return null;
  return read.data.stage.name === 'Done' && isPossibleStage(read.data.stage) ? read.data : null;
}

/** The commit that a story landed as; null where it did not. */
export function commitOfLanding(landing: SharedStory['work'] | null): string | null {
  const commit = landing?.stage['mergeCommit'];
  return typeof commit === 'string' ? commit : null;
}

/**
 * A story as it counts. One that landed is Done, whatever somebody who had not heard of it made of it in the same moment: who
 * opens it again takes the landing away.
 */
export function withLanding(story: SharedStory, landing: SharedStory['work'] | null): SharedStory {
  const { stage } = story.work;
  const reason = stage['reason'] as { readonly kind?: unknown } | null | undefined;
  // Nothing that landed can be abandoned or superseded: who did had not heard of it.
  const isArchivedAsLanded = stage.name === 'Archived' && reason?.kind === 'completed';
  if (landing === null || stage.name === 'Done' || isArchivedAsLanded) return story;
  return { ...story, work: inTerm(landing, story.work.term) };
}

/** Whether work in this stage has landed, as far as the stage says. */
export function isOver({ name }: { readonly name: string }): boolean {
  return name === 'Done' || name === 'Archived';
}

/** The trace of a deleted story: its number stays claimed. */
export const sharedGraveSchema = z.object({
  claim: z.int().check(z.minimum(1), z.maximum(NUMBER_LIMIT)),
  createdAt: z.string().check(z.maxLength(40)),
  at: z.iso.datetime(),
});
export type SharedGrave = z.infer<typeof sharedGraveSchema>;

/** What numbers and keys are to each other here. */
export interface Naming {
  readonly keyOf: (number: number) => string | undefined;
  readonly numberOf: (key: string) => number | undefined;
}

/** A story as it is shared by this machine. */
export function encodeStory(story: StoryRecord, me: Machine, naming: Naming): SharedStory {
  const isIdle = story.stage.name === 'Backlog';
  return {
    claim: story.claimed ?? story.number,
    createdAt: story.createdAt,
    type: story.type,
    title: toShared(story.title, naming.keyOf),
    dependsOn: story.dependsOn,
    priority: story.priority,
    labels: story.labels,
    branch: story.branch,
    reverts: story.reverts === undefined ? null : { key: story.reverts.key, commit: story.reverts.commit },
    bringsIn: story.bringsIn ?? null,
    work: {
      stage: encodeStage(story.stage, naming.keyOf) as SharedStory['work']['stage'],
      stageAt: story.stageAt,
      queuedAt: story.queuedAt,
      // Why it was counted is told by an output, and outputs stay where they are.
      strikes: story.strikes.map((strike) => ({ ...strike, evidence: '' })),
      on: isIdle ? null : (story.worksAt ?? me),
      ...(story.term !== undefined && { term: story.term }),
    },
  };
}

/**
 * The record that this machine has of a shared story; null where it is none, as with a stage that cannot be. `mine` is the
 * record that is here: what is not shared stays as it is, and what is shared and the same keeps what only this machine knows.
 */
export function decodeStory(
  key: string,
  shared: SharedStory,
  { me, naming, mine, at }: { me: Machine; naming: Naming; mine: StoryRecord | null; at: string },
): StoryRecord | null {
  const number = naming.numberOf(key) ?? shared.claim;
  const { work } = shared;
  const isSameWork = mine !== null && isSame(encodeStory(mine, me, naming).work, work);
  const known = isSameWork
    ? { stage: mine.stage, stageAt: mine.stageAt, queuedAt: mine.queuedAt, strikes: mine.strikes }
    : {
        stage: decodeStage(work.stage, naming.numberOf),
        stageAt: work.stageAt,
        queuedAt: work.queuedAt,
        strikes: work.strikes,
      };
  const reverted = shared.reverts === null ? undefined : (naming.numberOf(shared.reverts.key) ?? mine?.reverts?.number);
  const read = storyRecordSchema.safeParse({
    key,
    number,
    ...(number !== shared.claim && { claimed: shared.claim }),
    type: shared.type,
    title: toLocal(shared.title, naming.numberOf).slice(0, TITLE_LIMIT),
    dependsOn: shared.dependsOn,
    priority: shared.priority,
    labels: shared.labels,
    branch: shared.branch,
    ...known,
    ...(work.on !== null && work.on.machine !== me.machine && { worksAt: work.on }),
    ...(work.term !== undefined && { term: work.term }),
    criteria: mine?.criteria ?? null,
    bodyAt: mine?.bodyAt ?? null,
    ...(shared.reverts !== null && reverted !== undefined && { reverts: { ...shared.reverts, number: reverted } }),
    ...(shared.bringsIn !== null && { bringsIn: shared.bringsIn }),
    ...onlyHere(mine),
    createdAt: shared.createdAt,
    updatedAt: mine?.updatedAt ?? at,
  });
  return read.success ? read.data : null;
}

/** What is this machine's alone to know: why it made the story, who is put to it here, and whom it races. */
function onlyHere(mine: StoryRecord | null): Partial<StoryRecord> {
  if (mine === null) return {};
  const { repairsTarget, agent, reviewer, mergemaster, race, branchNumber, childOf } = mine;
  return {
    ...(childOf !== undefined && { childOf }),
    ...(repairsTarget && { repairsTarget }),
    ...(agent !== undefined && { agent }),
    ...(reviewer !== undefined && { reviewer }),
    ...(mergemaster !== undefined && { mergemaster }),
    ...(race !== undefined && { race }),
    ...(branchNumber !== undefined && { branchNumber }),
  };
}

/** Whether a shared stage is one that can be. */
export function isPossibleStage(stage: unknown): boolean {
  return stageSchema.safeParse(decodeStage(stage, () => 1)).success;
}

export function isSame(one: unknown, other: unknown): boolean {
  return one === other || JSON.stringify(one) === JSON.stringify(other);
}

/** Fields that hold the number of a story, wherever in a stage they are. */
const NUMBERS = new Set(['number', 'together']);

function encodeStage(stage: Stage, keyOf: Naming['keyOf']): unknown {
  const text = JSON.stringify(stage, (field: string, value: unknown) => {
    if (field === 'outputId') return null;
    if (field === 'together' && Array.isArray(value)) return value.map((one) => keyOf(one as number) ?? (one as number));
    if (field === 'number' && typeof value === 'number') return keyOf(value) ?? value;
    return value;
  }); // prettier-ignore
  return JSON.parse(text) as unknown;
}

function decodeStage(stage: unknown, numberOf: Naming['numberOf']): unknown {
  const known = (one: unknown): unknown => {
    const read = named.safeParse(one);
    return read.success && typeof read.data === 'string' ? numberOf(read.data) : one;
  };
  const text = JSON.stringify(stage, (field: string, value: unknown) => {
    if (!NUMBERS.has(field)) return value;
    return Array.isArray(value) ? value.map(known).filter((one) => one !== undefined) : (known(value) ?? null);
  });
  return JSON.parse(text) as unknown;
}
