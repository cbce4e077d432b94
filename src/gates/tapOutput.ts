import { isTap, readTap } from '../core/gates/reports/readTap';
import type { ReportReading } from '../core/gates/reports/testResult';

/** Output (characters) in which a program says that it is TAP, and of which more than that is not kept. */
const BEGINS_WITHIN = 16_000;
const MOST_KEPT = 16_000_000;

/** Keeps a gate's output where that says itself that it is TAP. */
export class TapOutput {
  #text = '';
  #isTap = false;
  #isOver = false;

  write(text: string): void {
    if (this.#isOver) return;
    this.#text += text;
    this.#isTap ||= isTap(this.#text.slice(0, BEGINS_WITHIN));
    this.#isOver = this.#isTap ? this.#text.length > MOST_KEPT : this.#text.length > BEGINS_WITHIN;
    if (this.#isOver) this.#text = '';
  }

  /** Null where it is none, or too long to be kept. */
  read(): ReportReading | null {
    return this.#isTap && !this.#isOver ? readTap(this.#text) : null;
  }
}
