import { createHash } from 'node:crypto';
import { saysAddressInUse } from '../core/gates/addressInUse';
import { summaryLines, testsSeen } from '../core/gates/testSummaries';

/** How much (characters) of the end of the output and of one unfinished line is kept. */
const END_LIMIT = 8000;
/** How many different lines about tests are kept; runners say the same again and again. */
const LINES_LIMIT = 2000;

/**
 * Keeps of a gate's output what its verdict needs, however long it runs: the lines that say how many tests ran, whether
 * an address was in use, and the end.
 */
export class OutputSummary {
  readonly #lines = new Set<string>();
  #open = '';
  #end = '';
  #ranTest = false;
  #addressInUse = false;
  readonly #hash = createHash('sha256');

  write(text: string): void {
    this.#hash.update(text);
    this.#end = (this.#end + text).slice(-END_LIMIT);
    const whole = this.#open + text;
    const last = whole.lastIndexOf('\n');
    this.#open = whole.slice(last + 1).slice(-END_LIMIT);
    if (last === -1) return;
    const lines = whole.slice(0, last);
    this.#addressInUse ||= saysAddressInUse(lines);
    // Once a test is known to have run, what else is said of tests changes nothing.
    if (this.#ranTest) return;
    for (const line of summaryLines(lines)) {
      if (this.#lines.size < LINES_LIMIT) this.#lines.add(line);
      this.#ranTest ||= testsSeen(line).kind === 'some';
    }
  }

  /** One of each kind of line is enough: what counts is whether any of them says that a test ran. */
  text(): string {
    return [...this.#lines, this.#end].join('\n');
  }

  addressInUse(): boolean {
    return this.#addressInUse || saysAddressInUse(this.#open);
  }

  /** SHA-256 of all that was printed, in hexadecimal. To be asked once, at the end. */
  digest(): string {
    return this.#hash.digest('hex');
  }

  endsLine(): boolean {
    return this.#end === '' || this.#end.endsWith('\n');
  }
}
