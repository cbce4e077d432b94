import * as z from 'zod/mini';
import { oidSchema, refSchema, stageSchema } from './stage';
import { STORY_TYPES } from './stageNames';
import { refuse, say, type Said, type Refusal } from '../words/said';

/** What a story takes back that was made to: the story that landed, and the last commit that its landing brought. */
const revertsSchema = z.object({ key: z.string(), number: z.int().check(z.minimum(1)), commit: oidSchema });

/**
 * Whose child a story is: the parent's key, and the commit of it on which its branch stands; null while it has no branch.
 */
const childOfSchema = z.object({ key: z.string().check(z.minLength(1), z.maxLength(64)), at: z.nullable(oidSchema) });

/** The machine of a team that works on a story, where it is not this one: its id, and what its person is called. */
const worksAtSchema = z.object({
  machine: z.string().check(z.minLength(1), z.maxLength(64)),
  name: z.string().check(z.minLength(1), z.maxLength(100)),
});

/**
 * That several agents race on one story. `with`: the key of that story, which races itself. `kept`, on the one that goes on:
 * which one was taken (by key), whose branch it was, at which tip, and which branch the one that goes on had.
 */
const raceSchema = z.object({
  with: z.string().check(z.minLength(1), z.maxLength(64)),
  kept: z.exactOptional(z.object({ key: z.string(), branch: refSchema, other: refSchema, tip: oidSchema })),
});

/** Longest title, in UTF-16 code units. A longer text belongs into the body. */
export const TITLE_LIMIT = 200;

/** Longest text, in UTF-16 code units. */
export const BODY_LIMIT = 1_000_000;

/** Why a text is none that can be kept; null where it can. `number` is null for a new story. */
export function whyNoBody(number: number | null, body: string): Said | null {
  if (body.length <= BODY_LIMIT) return null;
  return number === null
    ? say('The text of the new story is too long to be kept: {0} characters of at most {1}. Put a part of it into a file of the repository.', body.length, BODY_LIMIT) // prettier-ignore
    : say('The text of #{0} is too long to be kept: {1} characters of at most {2}. Put a part of it into a file of the repository.', number, body.length, BODY_LIMIT); // prettier-ignore
}

/** One counted failure. It keeps why it was counted, so that a person can disagree. */
const strikeSchema = z.object({
  at: z.iso.datetime(),
  cause: z.string(),
  evidence: z.string(),
  /** Whose budget it counts against; that of coding where nothing is said. */
  of: z.optional(z.enum(['mergemaster', 'reviewer'])),
});

const agentNameSchema = z.exactOptional(z.string().check(z.minLength(1), z.maxLength(40)));

/**
 * A story. Every read from disk or from another machine passes through this schema.
 *
 * - `key` never changes and is never reused; `number` is what people say (#42).
 * - `priority` is 0 (first) to 3 (last); 2 is ordinary.
 * - `dependsOn` holds keys of other stories.
 * - `branch` is the full name of the story's branch once it has one.
 * - `queuedAt` is when it first joined the merge queue since it was last worked on; its age in the queue.
 * - `criteria` counts the task-list items of the body as it was written last; null where nobody has counted them yet.
 * - `bodyAt` is the `updatedAt` that came with the last edit of its body; null where the body is as it was made.
 * - `bringsIn` is the ref of a remote's branch whose commits it was made to merge; it lands by a merge, whatever the setting.
 * - `reverts` is the landing that it was made to take back.
 * - `childOf`: it builds on what another story has not landed yet, which it depends on as well.
 * - `repairsTarget`: it was made to make a red target green, so red gates are its own business there too.
 * - `claimed` is the number that it was made with, where it has another one since machines met.
 * - `worksAt` is the machine that works on it; left out for this one, and in the backlog.
 * - `term` is how often another machine took it over; what was made of its work under an earlier one does not count.
 * - `agent`, `reviewer` and `mergemaster` name the agent that codes it, reviews it and solves its merges, where it is not the
 *   first that is configured.
 * - `branchNumber` is the number in the name of its branch, where that was another story's until a race was decided.
 * - all times are ISO 8601 in UTC.
 */
const storySchema = z.object({
  key: z.string().check(z.minLength(1), z.maxLength(64)),
  number: z.int().check(z.minimum(1)),
  type: z.enum(STORY_TYPES),
  title: z.string().check(z.minLength(1), z.maxLength(TITLE_LIMIT)),
  body: z.string(),
  dependsOn: z.array(z.string()),
  priority: z.int().check(z.minimum(0), z.maximum(3)),
  labels: z.array(z.string()),
  branch: z.nullable(refSchema),
  stage: stageSchema,
  stageAt: z.iso.datetime(),
  queuedAt: z.nullable(z.iso.datetime()),
  strikes: z.array(strikeSchema),
  criteria: z._default(
    z.nullable(
      z.object({
        done: z.int().check(z.minimum(0)),
        total: z.int().check(z.minimum(0)),
        failed: z.exactOptional(z.int().check(z.minimum(1))),
      }),
    ),
    null,
  ),
  bodyAt: z._default(z.nullable(z.iso.datetime()), null),
  reverts: z.exactOptional(revertsSchema),
  bringsIn: z.exactOptional(refSchema),
  childOf: z.exactOptional(childOfSchema),
  repairsTarget: z.exactOptional(z.literal(true)),
  claimed: z.exactOptional(z.int().check(z.minimum(1))),
  worksAt: z.exactOptional(worksAtSchema),
  term: z.exactOptional(z.int().check(z.minimum(1))),
  agent: agentNameSchema,
  reviewer: agentNameSchema,
  mergemaster: agentNameSchema,
  race: z.exactOptional(raceSchema),
  branchNumber: z.exactOptional(z.int().check(z.minimum(1))),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

/** What the index holds of a story: all but the body, which the content store keeps. */
export const storyRecordSchema = z.omit(storySchema, { body: true });
export type StoryRecord = z.infer<typeof storyRecordSchema>;

export type TitleOutcome = { kind: 'ok'; title: string } | Refusal;

/** Reads what a person typed as a title: one line, no control characters, not empty, not too long. */
export function readTitle(text: string): TitleOutcome {
  const title = text
    // oxlint-disable-next-line no-control-regex -- control characters are just what is taken out
    .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e\u2066-\u2069]+/g, ' ')
    .replace(/ {2,}/g, ' ')
    .trim();
  if (title === '') return refuse(say('A story needs a title. Type what should be different when it is done.'));
  if (title.length > TITLE_LIMIT) {
    return refuse(
      say(
        'A title has at most {0} characters; this one has {1}. Keep the first sentence and put the rest into the details.',
        TITLE_LIMIT,
        title.length,
      ),
    );
  }
  return { kind: 'ok', title };
}
