/** The messages between the host and the board. `zod/mini` keeps the board's bundle small. */
import * as z from 'zod/mini';
import { ACTION_IDS } from '../core/board/actions';
import { NOTICE_ACTIONS } from '../core/board/boardNames';
import { FILTER_LENGTH, MOST_FILTERS, PILLS } from '../core/board/keptFilters';
import { STAGE_NAMES } from '../core/story/stageNames';
import type { Side } from './messageHandler';
import { cardSchema, headSchema, modelMessageSchema } from './modelMessages';
import { overviewSchema } from './overviewMessages';
import { statisticsSchema } from './statisticsMessages';

/** What comes of an action: a text to be announced, or nothing to say. */
const outcome = z.nullable(z.string());

/** Stories for which the same is asked. */
const keys = z.array(z.string()).check(z.minLength(1));

/** The filters that a person keeps for the board; as they are stored, too. */
export const keptFiltersSchema = z
  .array(z.object({ text: z.string().check(z.maxLength(FILTER_LENGTH)), pill: z.enum(PILLS) }))
  .check(z.maxLength(MOST_FILTERS));

/** What the page takes in. `strings` are localised texts by their English original. */
export const pageSide = {
  requests: {},
  notifications: {
    model: modelMessageSchema,
    /** The repositories of the window; one alone is said too. */
    overview: overviewSchema,
    /** The person asked for the overview. */
    turnTo: z.object({ page: z.enum(['board', 'overview']) }),
    filters: z.object({ filters: keptFiltersSchema }),
    strings: z.object({ strings: z.record(z.string(), z.string()) }),
    /** Said to a screen reader. */
    announce: z.object({ text: z.string() }),
    focusStory: z.object({ key: z.string() }),
  },
} as const satisfies Side;
export type PageSide = typeof pageSide;

/** What the host takes in. */
export const hostSide = {
  requests: {
    /** Is the host still there? */
    ping: { asks: z.object({}), gives: z.object({}) },
    action: { asks: z.object({ keys, action: z.enum(ACTION_IDS) }), gives: outcome },
    move: { asks: z.object({ keys, to: z.enum(STAGE_NAMES) }), gives: outcome },
    prioritise: { asks: z.object({ keys, priority: z.int().check(z.minimum(0), z.maximum(3)) }), gives: outcome },
    /** Figures of the last so many days, of all time for null. */
    statistics: { asks: z.object({ days: z.nullable(z.int().check(z.minimum(1))) }), gives: statisticsSchema },
    /** The latest changes, oldest first. */
    moments: { asks: z.object({}), gives: z.array(z.object({ at: z.string(), text: z.string() })) },
    /** The board as it was then (ISO 8601). */
    boardAt: {
      asks: z.object({ time: z.iso.datetime() }),
      gives: z.object({ head: headSchema, cards: z.array(cardSchema) }),
    },
  },
  notifications: {
    /** The page has been loaded and knows nothing; also after each reload. */
    ready: z.object({}),
    /** The page missed a change: it needs the whole model. */
    resync: z.object({}),
    newStory: z.object({}),
    /** These and no others are kept from now on. */
    keepFilters: z.object({ filters: keptFiltersSchema }),
    /** The board is to show another repository, by its name. */
    showRepository: z.object({ repository: z.string() }),
    /** Opens what needs the person first in a repository. */
    openFirst: z.object({ repository: z.string() }),
    open: z.object({ key: z.string() }),
    notice: z.object({ action: z.enum(NOTICE_ACTIONS) }),
    problem: z.object({ text: z.string() }),
  },
} as const satisfies Side;
export type HostSide = typeof hostSide;
