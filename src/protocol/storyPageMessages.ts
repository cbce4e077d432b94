/** The messages between the host and the page of a story. */
import * as z from 'zod/mini';
import { ACTION_IDS } from '../core/board/actions';
import { storyPageSchema } from '../core/story/storyPage';
import type { Side } from './messageHandler';

/** What the page takes in. */
export const storyPageSide = {
  requests: {},
  notifications: {
    /** Null where there is no such story any more. */
    page: z.nullable(storyPageSchema),
    strings: z.object({ strings: z.record(z.string(), z.string()) }),
  },
} as const satisfies Side;
export type StoryPageSide = typeof storyPageSide;

/** What the host takes in. Each is judged by what the story offers at that moment. */
export const storyPageHostSide = {
  requests: {},
  notifications: {
    /** The page has been loaded and knows nothing. */
    ready: z.object({}),
    action: z.object({ action: z.enum(ACTION_IDS) }),
    /** `words` are those of the criterion as the page shows it. */
    tick: z.object({ index: z.int().check(z.minimum(0)), words: z.string(), done: z.boolean() }),
    openRun: z.object({ run: z.string() }),
    edit: z.object({}),
    openStory: z.object({ number: z.int().check(z.minimum(1)) }),
    problem: z.object({ text: z.string() }),
  },
} as const satisfies Side;
export type StoryPageHostSide = typeof storyPageHostSide;
