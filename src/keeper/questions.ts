/** A longer line (characters) is no question. */
const LONGEST = 1024 * 1024;

interface Message {
  readonly id: unknown;
}

/** What a program asks that is talked with by JSON-RPC, a line each: requests of its own, until a host answers just those. */
export class Questions {
  readonly #open = new Set<string>();
  readonly #said = new JsonLines((message) => {
    if (!('method' in message)) return;
    this.#open.add(JSON.stringify(message.id));
    this.onChange('asked');
  });
  readonly #told = new JsonLines((message) => {
    const isAnswer = !('method' in message) && ('result' in message || 'error' in message);
    if (isAnswer && this.#open.delete(JSON.stringify(message.id)) && !this.isOpen) this.onChange('allAnswered');
  });

  constructor(private readonly onChange: (what: 'asked' | 'allAnswered') => void) {}

  get isOpen(): boolean {
    return this.#open.size > 0;
  }

  said(data: Buffer): void {
    this.#said.push(data);
  }

  told(data: Buffer): void {
    this.#told.push(data);
  }
}

/** Hands on each line that is a JSON object with an `id`. */
class JsonLines {
  #rest = '';
  #isTooLong = false;

  constructor(private readonly onMessage: (message: Message) => void) {}

  push(data: Buffer): void {
    // What is looked for is ASCII, and a piece may end within a character.
    const [first = '', ...lines] = data.toString('latin1').split('\n');
    this.#add(first);
    for (const line of lines) {
      const message = this.#isTooLong ? null : parse(this.#rest);
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

function parse(line: string): Message | null {
  if (!line.includes('"id"')) return null;
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && 'id' in message ? message : null;
  } catch {
    return null;
  }
}
