/** A longer line (characters) is no question. */
const LONGEST = 1024 * 1024;

/** Finds the questions in what a program says that is talked with by JSON-RPC, a line each: requests of its own. */
export class Questions {
  #rest = '';
  #isTooLong = false;

  constructor(private readonly onQuestion: () => void) {}

  push(data: Buffer): void {
    // What is looked for is ASCII, and a piece may end within a character.
    const [first = '', ...lines] = data.toString('latin1').split('\n');
    this.#add(first);
    for (const line of lines) {
      if (!this.#isTooLong && isQuestion(this.#rest)) this.onQuestion();
      [this.#rest, this.#isTooLong] = ['', false];
      this.#add(line);
    }
  }

  #add(text: string): void {
    this.#isTooLong ||= this.#rest.length + text.length > LONGEST;
    this.#rest = this.#isTooLong ? '' : this.#rest + text;
  }
}

function isQuestion(line: string): boolean {
  if (!line.includes('"method"') || !line.includes('"id"')) return false;
  try {
    const message: unknown = JSON.parse(line);
    return typeof message === 'object' && message !== null && 'method' in message && 'id' in message;
  } catch {
    return false;
  }
}
