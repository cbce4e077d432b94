import * as z from 'zod/mini';
import { say, type Said } from '../words/said';
import { STORY_TYPES, type StoryType } from '../story/stageNames';

/**
 * Where a story can be moved to from a chat, by whoever writes there. A chat approves nothing, skips no gate and gives
 * nothing up: that is said with the story's own commands.
 */
export const CHAT_MOVES = ['Backlog', 'Coding', 'QA', 'Frozen'] as const;
export type ChatMove = (typeof CHAT_MOVES)[number];

/** Named where a window has several: `app`. */
const repository = z.optional(z.string().check(z.minLength(1), z.maxLength(200)));
const number = z.int().check(z.minimum(1), z.maximum(1_000_000_000));

/** What can be asked for in a chat, and what each takes; texts are bounded in characters. */
export const CHAT_ASKS = {
  status: z.strictObject({}),
  create: z.strictObject({
    title: z.string().check(z.minLength(1), z.maxLength(200)),
    body: z.optional(z.string().check(z.maxLength(20_000))),
    type: z.optional(z.enum(STORY_TYPES)),
    repository,
  }),
  move: z.strictObject({ number, to: z.enum(CHAT_MOVES), repository }),
  why: z.strictObject({ number, repository }),
} as const;
export type ChatVerb = keyof typeof CHAT_ASKS;
export const CHAT_VERBS = Object.keys(CHAT_ASKS) as ChatVerb[];

/** `repository`: its name where the window has several; left out where it is clear. */
interface Somewhere {
  readonly repository?: string;
}
export type ChatRequest =
  | { readonly verb: 'status' }
  | ({ readonly verb: 'create'; readonly title: string; readonly body: string; readonly type: StoryType } & Somewhere)
  | ({ readonly verb: 'move'; readonly number: number; readonly to: ChatMove } & Somewhere)
  | ({ readonly verb: 'why'; readonly number: number } & Somewhere);

export type ChatRead =
  | { readonly kind: 'asked'; readonly request: ChatRequest }
  | { readonly kind: 'unclear'; readonly said: Said };

const STAGES: Readonly<Record<string, ChatMove>> = {
  backlog: 'Backlog',
  coding: 'Coding',
  code: 'Coding',
  start: 'Coding',
  qa: 'QA',
  gates: 'QA',
  frozen: 'Frozen',
  freeze: 'Frozen',
};

/**
 * What a person wrote in a chat: after a command such as `/move`, or with the verb as its first word. No model reads it.
 */
export function readChat(command: string | null, prompt: string): ChatRead {
  const text = prompt.trim();
  const [, first = '', rest = ''] = /^\/?(\w*)\s*([^]*)$/.exec(text) ?? [];
  const isVerb = (word: string): word is ChatVerb => (CHAT_VERBS as readonly string[]).includes(word);
  if (command !== null && isVerb(command)) return readVerb(command, text);
  if (text === '') return asked({ verb: 'status' });
  const verb = first.toLowerCase();
  return isVerb(verb) ? readVerb(verb, rest.trim()) : unclear(say('Say /status, /create and a title, /move with a number and a stage, or /why with a number: /move 3 QA, /why 3.')); // prettier-ignore
}

function readVerb(verb: ChatVerb, text: string): ChatRead {
  switch (verb) {
    case 'status':
      return asked({ verb });
    case 'create': {
      const [title = '', ...body] = text.split('\n');
      if (title.trim() === '') return unclear(say('Say the title: /create People can sign in'));
      return asked({ verb, title: title.trim(), body: body.join('\n').trim(), type: 'story' });
    }
    case 'move': {
      const [, name = '', digits = '', where = ''] =
        /^(?:(\S.*?)\s*#|#)?(\d{1,9})\s+(?:(?:to|into)\s+)?(\w+)\W*$/i.exec(text) ?? [];
      const to = STAGES[where.toLowerCase()];
      if (to !== undefined) return asked({ verb, number: Number(digits), to, ...within(name) });
      return unclear(say('Say which story and where to: /move 3 QA. In a chat a story goes to {0}; approving and skipping gates is done on the story itself.', CHAT_MOVES.join(', '))); // prettier-ignore
    }
    case 'why': {
      const [, name = ''] = /^(\S.*?)\s*#\d+\W*$/.exec(text) ?? [];
      const digits = (/#(\d{1,9})/.exec(text) ?? /(\d{1,9})/.exec(text))?.[1];
      return digits === undefined
        ? unclear(say('Say which story: /why 3'))
        : asked({ verb, number: Number(digits), ...within(name) });
    }
    default:
      return verb satisfies never;
  }
}

/** `app #3` names the repository too. */
function within(name: string): Somewhere {
  return name === '' ? {} : { repository: name };
}

function asked(request: ChatRequest): ChatRead {
  return { kind: 'asked', request };
}

function unclear(said: Said): ChatRead {
  return { kind: 'unclear', said };
}
