import type { AnyMessage } from '@agentclientprotocol/sdk';
import type { StandingRecord } from '../../keeper/questions';
import {
  parseMessage,
  promptText,
  TalkStanding,
  toldIn,
  type Message,
  type Standing,
  type Turn,
} from '../../keeper/talkStanding';
import type { KeptOutput } from '../../ports/keptRuns';

type Answer = Extract<AnyMessage, { result: unknown } | { error: unknown }>;

/** One thing that was said before, in the order in which it came. */
export type PastDeed =
  /** A message as it came or went, without its line break. */
  | { readonly kind: 'raw'; readonly direction: 'in' | 'out'; readonly line: string }
  | ({ readonly kind: 'prompt' } & Pick<Turn, 'text' | 'told'>)
  /** Of the session that is gone on with. */
  | { readonly kind: 'update'; readonly update: unknown }
  | { readonly kind: 'noise'; readonly line: string }
  | { readonly kind: 'answered'; readonly allowed: boolean }
  /** What was printed beside the talk, or said of the run. */
  | { readonly kind: 'beside'; readonly text: string };

/** A talk that an earlier process began and that goes on: where it stands. */
export interface PastTalk extends Pick<Standing, 'sessionId' | 'mode' | 'canClose' | 'turns' | 'lastId'> {
  /** What it was asked last. */
  readonly turn: Omit<Turn, 'answer'> & { readonly answer: Answer | null };
  /** What the agent asked and nobody has answered. */
  readonly asks: readonly AnyMessage[];
}

/**
 * Reads what an agent and those who talked with it before have said to each other, as its keeper has it, and tells it deed by
 * deed once the agent was asked for anything.
 */
export class PastReader {
  #talk = new TalkStanding();
  /** The line that each side is in the middle of; null for one of which the beginning is not known. */
  #rests: { stdout: string | null; stdin: string | null } = { stdout: '', stdin: '' };
  /** What came before the agent was asked for anything; null once it was. */
  #early: PastDeed[] | null = [];

  constructor(private readonly onDeed: (deed: PastDeed) => void) {}

  readonly hear = ({ stream, text }: KeptOutput): void => {
    if (stream === 'standing') {
      this.#beginAt(JSON.parse(text) as StandingRecord);
      return;
    }
    if (stream !== 'stdout' && stream !== 'stdin') {
      this.#tell({ kind: 'beside', text });
      return;
    }
    const rest = this.#rests[stream];
    const lines = `${rest ?? ''}${text}`.split('\n');
    const last = lines.pop() ?? '';
    if (rest === null && lines.length === 0) return;
    this.#rests[stream] = last;
    for (const line of rest === null ? lines.slice(1) : lines) this.#take(line.trimEnd(), stream);
  };

  /** Where the talk stands; null where the agent was asked nothing yet. `rest`: the beginning of what it is saying. */
  end(): { readonly past: PastTalk | null; readonly rest: string } {
    const rest = this.#rests.stdout ?? '';
    const { sessionId, mode, canClose, turns, turn, lastId, asks } = this.#talk.now;
    if (turn === null) return { past: null, rest };
    const known = { sessionId, mode, canClose, turns, lastId };
    return { past: { ...known, turn: turn as PastTalk['turn'], asks: asks as AnyMessage[] }, rest };
  }

  /** What was said before is not on record any more. */
  #beginAt({ standing, ...rests }: StandingRecord): void {
    this.#talk = new TalkStanding(standing);
    this.#rests = rests;
    if (standing.turn !== null) this.#asked(standing.turn);
  }

  #asked({ text, told = [] }: Pick<Turn, 'text'> & Partial<Turn>): void {
    const early = this.#early ?? [];
    this.#early = null;
    for (const deed of early) this.onDeed(deed);
    this.onDeed({ kind: 'prompt', text, told });
  }

  #tell(deed: PastDeed): void {
    if (this.#early === null) this.onDeed(deed);
    else this.#early.push(deed);
  }

  #take(line: string, stream: 'stdout' | 'stdin'): void {
    const message = parseMessage(line);
    if (message === null) {
      if (line !== '' && stream === 'stdout') this.#tell({ kind: 'noise', line });
      return;
    }
    this.#tell({ kind: 'raw', direction: stream === 'stdout' ? 'in' : 'out', line });
    if (stream === 'stdout') this.#came(message);
    else this.#went(message);
  }

  #came(message: Message): void {
    this.#talk.came(message);
    const { id, method, params } = message;
    // A session that is loaded is replayed; what is read by people begins with what was asked in this run.
    const isNews = id === undefined && method === 'session/update' && this.#early === null;
    if (isNews && params?.['sessionId'] === this.#talk.sessionId)
      this.onDeed({ kind: 'update', update: params['update'] });
  }

  #went(message: Message): void {
    const { id, method, params, result } = message;
    const ask = id === undefined ? undefined : this.#talk.ask(id);
    this.#talk.went(message);
    if (method === 'session/prompt') this.#asked({ text: promptText(params), told: toldIn(params) });
    if (method !== undefined || ask?.method !== 'session/request_permission') return;
    const allowed = isAllowed(ask, result);
    if (allowed !== null) this.#tell({ kind: 'answered', allowed });
  }
}

/** Null where nobody decided: the turn was over before. */
function isAllowed({ params }: Message, result: Message['result']): boolean | null {
  const options = (params?.['options'] ?? []) as { readonly optionId: string; readonly kind: string }[];
  const { optionId } = (result?.['outcome'] ?? {}) as { readonly optionId?: string };
  return options.find((option) => option.optionId === optionId)?.kind.startsWith('allow') ?? null;
}
