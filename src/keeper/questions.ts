import { parseMessage, TalkStanding, type Message, type MessageId, type Standing } from './talkStanding';

/** A longer line (characters) is passed over: it is no question, and no answer that counts. */
const LONGEST = 1024 * 1024;

/** Where a talk stands at some place in the log, and the line that each side is in the middle of; null for too long a one. */
export interface StandingRecord {
  readonly standing: Standing;
  readonly stdout: string | null;
  readonly stdin: string | null;
}

/**
 * `dropped`: what it asked it does not want to know any more. `allAnswered`: nothing that it asked is open now. `turnBegan`: it
 * was asked for something, and is at that until `turnOver`.
 */
export type QuestionChange = 'asked' | 'dropped' | 'allAnswered' | 'turnBegan' | 'turnOver';

/** What a program asks that is talked with by JSON-RPC, a line each: requests of its own, until a host answers just those. */
export class Questions {
  readonly #talk = new TalkStanding();
  readonly #said = new JsonLines((message) => this.#hear(message, () => this.#talk.came(message)));
  readonly #told = new JsonLines((message) => this.#hear(message, () => this.#talk.went(message)));

  constructor(private readonly onChange: (what: QuestionChange) => void) {}

  get isOpen(): boolean {
    return this.#talk.isAsking;
  }

  get dropped(): readonly MessageId[] {
    return this.#talk.now.dropped;
  }

  get record(): StandingRecord {
    return { standing: this.#talk.now, stdout: this.#said.rest, stdin: this.#told.rest };
  }

  said(data: Buffer): void {
    this.#said.push(data);
  }

  told(data: Buffer): void {
    this.#told.push(data);
  }

  /** Which turn is under way, by its id. */
  get #turn(): MessageId | null {
    const { turn } = this.#talk.now;
    return turn === null || turn.answer !== null ? null : turn.id;
  }

  #hear({ id, method }: Message, take: () => void): void {
    const [asks, dropped, turn] = [this.isOpen, this.dropped.length, this.#turn];
    take();
    if (this.#turn !== turn) this.onChange(this.#turn === null ? 'turnOver' : 'turnBegan');
    if (id !== undefined && method !== undefined && this.#talk.ask(id) !== undefined) this.onChange('asked');
    if (asks && !this.isOpen) this.onChange('allAnswered');
    if (this.dropped.length > dropped) this.onChange('dropped');
  }
}

/** Hands on each line that is a JSON object with an `id`, or takes something back. */
class JsonLines {
  /** Bytes as characters: a piece may end within one, and what is looked for is ASCII. */
  #rest = '';
  #isTooLong = false;

  constructor(private readonly onMessage: (message: Message) => void) {}

  get rest(): string | null {
    return this.#isTooLong ? null : textOf(this.#rest);
  }

  push(data: Buffer): void {
    const [first = '', ...lines] = data.toString('latin1').split('\n');
    this.#add(first);
    for (const line of lines) {
      const looksRight = /"id"|"(?:\$\/cancel_request|session\/cancel)"/.test(this.#rest);
      const message = looksRight ? parseMessage(textOf(this.#rest)) : null;
      if (message !== null) this.onMessage(message);
      [this.#rest, this.#isTooLong] = ['', false];
      this.#add(line);
    }
  }

  #add(text: string): void {
    this.#isTooLong ||= this.#rest.length + text.length > LONGEST;
    this.#rest = this.#isTooLong ? '' : this.#rest + text;
  }
}

function textOf(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('utf8');
}
