import * as z from 'zod/mini';
import type { ReviewVerdict } from './review';
import { STORY_TYPES } from '../story/stageNames';

/** Which of a story's outputs an agent can read. */
export const OUTPUT_NAMES = ['agent', 'gates', 'merge', 'landed', 'setUp', 'criteria'] as const;
export type OutputName = (typeof OUTPUT_NAMES)[number];

/** Most of an output that an agent is given at once, in characters. */
export const OUTPUT_LIMIT = 16_000;

const nothing = z.strictObject({});
const line = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));

/**
 * What an agent at work on a story can ask of Switchyard, each for its own story alone: no tool takes a story. What is not
 * here cannot be asked: gates, settings, trust, approval, skipping QA, recovering, deleting, or anything of other stories
 * but what a board says of them. All texts are bounded, in characters, and are taken as text.
 */
export const AGENT_TOOLS = {
  story_get: {
    about: 'The story you work on: title, text, acceptance criteria with their numbers, stage, branch, target branch.',
    asks: nothing,
  },
  criteria_tick: {
    about:
      'Ticks an acceptance criterion of your story by its number from story_get, or takes the tick away (done: false).',
    asks: z.strictObject({ criterion: z.int().check(z.minimum(1), z.maximum(1000)), done: z.optional(z.boolean()) }),
  },
  progress: {
    about: 'Says in one line what you are doing now. It is shown to the person beside the story.',
    asks: z.strictObject({ text: line(500) }),
  },
  block: {
    about:
      'Says that you cannot go on, why, and what you need to know. The story waits for a person, and your run ends with this.',
    asks: z.strictObject({ reason: line(1000), question: z.optional(line(1000)) }),
  },
  followup_create: {
    about:
      'Creates a story for work that does not belong to yours. It goes to the backlog, where a person decides whether it is started.',
    asks: z.strictObject({
      title: line(200),
      body: z.optional(z.string().check(z.maxLength(20_000))),
      type: z.optional(z.enum(STORY_TYPES)),
    }),
  },
  status_text: {
    about: 'All stories and where each stands, as a text. You cannot change any but yours.',
    asks: nothing,
  },
  feedback_get: {
    about: 'Why your story came back: what gates, a reviewer or a merge said, with the end of the output.',
    asks: nothing,
  },
  output_get: {
    about: `The end of what a run of your story printed, at most ${OUTPUT_LIMIT} characters.`,
    asks: z.strictObject({
      of: z.enum(OUTPUT_NAMES),
      characters: z.optional(z.int().check(z.minimum(1), z.maximum(OUTPUT_LIMIT))),
    }),
  },
  merge_request: {
    about:
      'Says that the work is complete and committed (Ready for QA). End your turn after it: the gates run once you have ended, and decide whether it lands.',
    asks: nothing,
  },
  review_verdict: {
    about:
      'Says what you make of the commit that you review, with the word that your prompt names: accept, or reject with the findings (where, what is wrong there, what would be right). End your turn after it. It lets nothing land by itself.',
    asks: z.strictObject({
      verdict: z.enum(['accept', 'reject']),
      word: z.optional(line(100)),
      findings: z.optional(z.string().check(z.maxLength(20_000))),
    }),
  },
} as const;

export type AgentToolName = keyof typeof AGENT_TOOLS;
export const AGENT_TOOL_NAMES = Object.keys(AGENT_TOOLS) as AgentToolName[];

/** What only those are offered that work on a story, and what only those are that review one. */
const ONLY: Readonly<Record<'works' | 'reviews', readonly AgentToolName[]>> = {
  works: ['criteria_tick', 'block', 'merge_request'],
  reviews: ['review_verdict'],
};

export function toolsOffered(to: 'works' | 'reviews'): AgentToolName[] {
  const others = ONLY[to === 'works' ? 'reviews' : 'works'];
  return AGENT_TOOL_NAMES.filter((name) => !others.includes(name));
}

/** A verdict as it was kept as JSON; null for anything else. */
export function readReview(text: string): ReviewVerdict | null {
  try {
    return AGENT_TOOLS.review_verdict.asks.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** `text` is for the agent to read: of a refusal what, where, and what helps. */
export const toolAnswerSchema = z.object({ kind: z.enum(['done', 'refused']), text: z.string() });
export type ToolAnswer = z.infer<typeof toolAnswerSchema>;

/** One function a tool; what it is asked has been checked. */
export type AgentTools = {
  readonly [N in AgentToolName]: (asked: z.output<(typeof AGENT_TOOLS)[N]['asks']>) => Promise<ToolAnswer>;
};
