import type { AnyMessage } from '@agentclientprotocol/sdk';
import type { KeptOutput } from '../../ports/keptRuns';

export type MessageId = string | number;
type Answer = Extract<AnyMessage, { result: unknown } | { error: unknown }>;

/** One thing that was said before, in the order in which it came. */
export type PastDeed =
  /** A message as it came or went, without its line break. */
  | { readonly kind: 'raw'; readonly direction: 'in' | 'out'; readonly line: string }
  | { readonly kind: 'prompt'; readonly text: string }
  | { readonly kind: 'update'; readonly params: unknown }
  | { readonly kind: 'noise'; readonly line: string }
  | { readonly kind: 'answered'; readonly allowed: boolean }
  /** What was printed beside the talk, or said of the run. */
  | { readonly kind: 'beside'; readonly text: string };

/** A talk that an earlier process began and that goes on: what was said, and where it stands. */
export interface PastTalk {
  readonly deeds: readonly PastDeed[];
  readonly sessionId: string;
  /** Whether the agent knew of the work when the talk began. */
  readonly mode: 'warm' | 'cold';
  readonly canClose: boolean;
  /** What it was asked last. `answer`: how that ended; null while it is at work on it. */
  readonly turn: { readonly id: MessageId; readonly text: string; readonly answer: Answer | null };
  /** What the agent asked and nobody has answered. */
  readonly asks: readonly AnyMessage[];
  /** No request had a higher id. */
  readonly lastId: number;
}

/** Any message, as far as it is looked at. */
interface Message {
  readonly id?: MessageId;
  readonly method?: string;
  readonly params?: Readonly<Record<string, unknown>>;
  readonly result?: Readonly<Record<string, unknown>>;
}

const OPENS: Readonly<Record<string, PastTalk['mode']>> = {
  'session/new': 'cold',
  'session/load': 'warm',
  'session/resume': 'warm',
};

/** Reads what an agent and those who talked with it before have said to each other, as its keeper has it. */
export class PastReader {
  readonly #deeds: PastDeed[] = [];
  readonly #rests = { stdout: '', stdin: '' };
  /** Methods of what was asked of the agent, by id. */
  readonly #asked = new Map<MessageId, string>();
  /** What the agent asked and nobody has answered yet, by id. */
  readonly #asks = new Map<MessageId, Message>();
  #turn: PastTalk['turn'] | null = null;
  #sessionId = '';
  #mode: PastTalk['mode'] = 'warm';
  #canClose = false;
  #lastId = -1;

  readonly hear = ({ stream, text }: KeptOutput): void => {
    if (stream !== 'stdout' && stream !== 'stdin') {
      this.#deeds.push({ kind: 'beside', text });
      return;
    }
    const lines = `${this.#rests[stream]}${text}`.split('\n');
    this.#rests[stream] = lines.pop() ?? '';
    for (const line of lines) this.#take(line.trimEnd(), stream);
  };

  /** Where the talk stands; null where the agent was asked nothing yet. `rest`: the beginning of what it is saying. */
  end(): { readonly past: PastTalk | null; readonly rest: string } {
    const rest = this.#rests.stdout;
    if (this.#turn === null) return { past: null, rest };
    const past: PastTalk = {
      deeds: this.#deeds,
      sessionId: this.#sessionId,
      mode: this.#mode,
      canClose: this.#canClose,
      turn: this.#turn,
      asks: [...this.#asks.values()] as AnyMessage[],
      lastId: this.#lastId,
    };
    return { past, rest };
  }

  #take(line: string, stream: 'stdout' | 'stdin'): void {
    const message = parse(line);
    if (message === null) {
      if (line !== '' && stream === 'stdout') this.#deeds.push({ kind: 'noise', line });
      return;
    }
    this.#deeds.push({ kind: 'raw', direction: stream === 'stdout' ? 'in' : 'out', line });
    if (stream === 'stdout') this.#came(message);
    else this.#went(message);
  }

  #came(message: Message): void {
    const { id, method, params, result } = message;
    if (id === undefined) {
      // A session that is loaded is replayed; what is read by people begins with what was asked in this run.
      if (method === 'session/update' && this.#turn !== null) this.#deeds.push({ kind: 'update', params });
    } else if (method !== undefined) {
      this.#asks.set(id, message);
    } else if (id === this.#turn?.id) {
      this.#turn = { ...this.#turn, answer: message as Answer };
    } else if (result !== undefined) {
      const asked = this.#asked.get(id) ?? '';
      if (asked === 'initialize') this.#canClose = canClose(result);
      this.#mode = OPENS[asked] ?? this.#mode;
    }
  }

  #went({ id, method, params, result }: Message): void {
    if (id === undefined) return;
    if (method === undefined) {
      const ask = this.#asks.get(id);
      const allowed = ask?.method === 'session/request_permission' ? isAllowed(ask, result) : null;
      if (allowed !== null) this.#deeds.push({ kind: 'answered', allowed });
      this.#asks.delete(id);
      return;
    }
    this.#asked.set(id, method);
    if (typeof id === 'number') this.#lastId = Math.max(this.#lastId, id);
    if (method !== 'session/prompt') return;
    const text = promptText(params);
    this.#sessionId = String(params?.['sessionId']);
    this.#turn = { id, text, answer: null };
    this.#deeds.push({ kind: 'prompt', text });
  }
}

function parse(line: string): Message | null {
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

function promptText(params: Message['params']): string {
  const parts = Array.isArray(params?.['prompt']) ? (params['prompt'] as { readonly text?: string }[]) : [];
  return parts.map(({ text = '' }) => text).join('');
}

/** Null where nobody decided: the turn was over before. */
function isAllowed({ params }: Message, result: Message['result']): boolean | null {
  const options = (params?.['options'] ?? []) as { readonly optionId: string; readonly kind: string }[];
  const { optionId } = (result?.['outcome'] ?? {}) as { readonly optionId?: string };
  return options.find((option) => option.optionId === optionId)?.kind.startsWith('allow') ?? null;
}
