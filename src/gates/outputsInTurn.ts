import type { OutputSink } from '../ports/store';

/** What one gate prints. */
export interface GateOutput {
  write(text: string): void;
  /** It has ended. */
  close(): void;
}

interface Held {
  readonly gate: string;
  text: string;
  ended: boolean;
}

/** What is held back of one gate, in characters; more than that is shown between what another prints. */
const HELD = 200_000;

/**
 * Gates that print at once: the one that began first is shown as it prints, and what others print follows when it has
 * ended, so that nobody reads two programs mixed line by line.
 */
export class OutputsInTurn {
  /** The first of them is the one that is shown. */
  readonly #open: Held[] = [];

  constructor(private readonly sink: Pick<OutputSink, 'write'>) {}

  open(gate: string): GateOutput {
    const held: Held = { gate, text: '', ended: false };
    this.#open.push(held);
    return {
      write: (text) => this.#write(held, text),
      close: () => {
        held.ended = true;
        this.#goOn();
      },
    };
  }

  #write(held: Held, text: string): void {
    const [shown] = this.#open;
    if (shown === held) {
      this.sink.write(text);
      return;
    }
    held.text += text;
    if (held.text.length < HELD) return;
    this.sink.write(`\n[${held.gate}]\n${held.text}\n[${shown?.gate ?? ''}]\n`);
    held.text = '';
  }

  /** Ended ones make room for the next, and what that one had printed comes first. */
  #goOn(): void {
    while (this.#open[0]?.ended === true) {
      this.#open.shift();
      const next = this.#open.at(0);
      if (next === undefined || next.text === '') continue;
      this.sink.write(next.text);
      next.text = '';
    }
  }
}
