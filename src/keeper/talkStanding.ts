export type MessageId = string | number;

/** Any message of JSON-RPC, as far as it is looked at. */
export interface Message {
  readonly id?: MessageId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
  readonly error?: unknown;
}

export interface Turn {
  readonly id: MessageId;
  readonly text: string;
  /** When each message of a person's was written that it hands on. */
  readonly told: readonly string[];
  /** Somebody told it to end before it is done. */
  readonly isCancelled: boolean;
  /** How it ended; null while the agent is at work on it. */
  readonly answer: Message | null;
}

/** Where a talk with an agent stands: all that who goes on with it has to know of what was said, and no more. */
export interface Standing {
  /** Empty before it was asked for anything. */
  readonly sessionId: string;
  /** Whether the agent knew of the work when the talk began. */
  readonly mode: 'warm' | 'cold';
  readonly canClose: boolean;
  /** What it was asked last, null for nothing yet. */
  readonly turn: Turn | null;
  /** How often it was asked. */
  readonly turns: number;
  /** What the agent asked and nobody has answered. */
  readonly asks: readonly Message[];
  /** What it asked, does not want to know any more, and nobody has answered. */
  readonly dropped: readonly MessageId[];
  /** What it was asked and has not answered, by id. */
  readonly asked: readonly (readonly [MessageId, string])[];
  /** No request had a higher id. */
  readonly lastId: number;
}

const NOTHING_SAID: Standing = {
  sessionId: '',
  mode: 'warm',
  canClose: false,
  turn: null,
  turns: 0,
  asks: [],
  dropped: [],
  asked: [],
  lastId: -1,
};

const OPENS: Readonly<Record<string, Standing['mode']>> = {
  'session/new': 'cold',
  'session/load': 'warm',
  'session/resume': 'warm',
};

/** Follows a talk with an agent, message by message. */
export class TalkStanding {
  #now: Standing;
  readonly #asks: Map<MessageId, Message>;
  readonly #dropped: Set<MessageId>;
  readonly #asked: Map<MessageId, string>;

  /** `from`: where it stood before what is heard now. */
  constructor(from: Standing = NOTHING_SAID) {
    this.#now = from;
    this.#asks = new Map(from.asks.flatMap((ask) => (ask.id === undefined ? [] : [[ask.id, ask]])));
    this.#dropped = new Set(from.dropped);
    this.#asked = new Map(from.asked);
  }

  get now(): Standing {
    return { ...this.#now, asks: [...this.#asks.values()], dropped: [...this.#dropped], asked: [...this.#asked] };
  }

  get sessionId(): string {
    return this.#now.sessionId;
  }

  get isAsking(): boolean {
    return this.#asks.size > 0;
  }

  ask(id: MessageId): Message | undefined {
    return this.#asks.get(id);
  }

  /** The agent says it. */
  came(message: Message): void {
    const { id, method, params, result } = message;
    if (method === '$/cancel_request') this.#drop(params?.['requestId'] as MessageId);
    if (id === undefined) return;
    if (method !== undefined) {
      this.#asks.set(id, message);
      return;
    }
    const asked = this.#asked.get(id) ?? '';
    this.#asked.delete(id);
    const { turn } = this.#now;
    if (id === turn?.id) {
      this.#now = { ...this.#now, turn: { ...turn, answer: message } };
      // A turn that is over waits for no answer.
      for (const open of [...this.#asks.keys()]) this.#drop(open);
    } else if (result !== undefined) {
      if (asked === 'initialize') this.#now = { ...this.#now, canClose: canClose(result) };
      this.#now = { ...this.#now, mode: OPENS[asked] ?? this.#now.mode };
    }
  }

  /** It is said to the agent. */
  went({ id, method, params, result, error }: Message): void {
    const { turn: before } = this.#now;
    if (method === 'session/cancel' && before !== null)
      this.#now = { ...this.#now, turn: { ...before, isCancelled: true } };
    if (id === undefined) return;
    if (method === undefined) {
      if (result === undefined && error === undefined) return;
      this.#asks.delete(id);
      this.#dropped.delete(id);
      return;
    }
    this.#asked.set(id, method);
    if (typeof id === 'number') this.#now = { ...this.#now, lastId: Math.max(this.#now.lastId, id) };
    if (method !== 'session/prompt') return;
    const turn = { id, text: promptText(params), told: toldIn(params), isCancelled: false, answer: null };
    this.#now = { ...this.#now, sessionId: String(params?.['sessionId']), turn, turns: this.#now.turns + 1 };
  }

  #drop(id: MessageId): void {
    if (this.#asks.delete(id)) this.#dropped.add(id);
  }
}

/** Null where a line is no message. */
export function parseMessage(line: string): Message | null {
  if (!line.startsWith('{')) return null;
  try {
    return JSON.parse(line) as Message;
  } catch {
    return null;
  }
}

function canClose({ agentCapabilities }: Readonly<Record<string, unknown>>): boolean {
  const can = agentCapabilities as { readonly sessionCapabilities?: { readonly close?: unknown } | null } | null;
  return can?.sessionCapabilities?.close != null;
}

/** Where a request for a turn names the messages that it hands on, beside its text. */
export const TOLD = 'switchyard/told';

/** Those that a message names. */
export function toldIn(params: Message['params']): readonly string[] {
  const beside = params?.['_meta'] as { readonly [TOLD]?: readonly string[] } | undefined;
  return beside?.[TOLD] ?? [];
}

/** What a request for a turn says. */
export function promptText(params: Message['params']): string {
  const parts = Array.isArray(params?.['prompt']) ? (params['prompt'] as { readonly text?: string }[]) : [];
  return parts.map(({ text = '' }) => text).join('');
}
