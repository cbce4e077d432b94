/** What a host tells the keeper, a line of JSON each. The first is `attach`; without the right token nothing else counts. */
export type ToKeeper =
  | { readonly kind: 'attach'; readonly token: string }
  | { readonly kind: 'input'; readonly text: string }
  | { readonly kind: 'endInput' }
  | { readonly kind: 'stop' }
  | { readonly kind: 'holdClocks'; readonly ms: number }
  /** The host has read all before this segment of the log. */
  | { readonly kind: 'read'; readonly segment: number };

/** What the keeper tells its host. */
export type FromKeeper =
  /** The log reaches to this byte of this segment. */
  | { readonly kind: 'grown'; readonly segment: number; readonly bytes: number }
  /** Said to a host that comes: the turn that is under way has taken so long (ms). */
  | { readonly kind: 'inTurn'; readonly ms: number }
  /** Another host has come in this one's place. */
  | { readonly kind: 'displaced' }
  /** Every process has ended, and the end is on record. */
  | { readonly kind: 'ended' };

/** Longest line that is read (characters); a longer one is no message of ours. */
const LONGEST = 64 * 1024 * 1024;

/** Puts lines together from what comes, and hands on each that is JSON. `onWrong` is called for one that is not. */
export class Lines<T> {
  #rest = '';

  constructor(
    private readonly onMessage: (message: T) => void,
    private readonly onWrong: () => void,
  ) {}

  push(text: string): void {
    const lines = (this.#rest + text).split('\n');
    this.#rest = lines.pop() ?? '';
    if (this.#rest.length > LONGEST) this.onWrong();
    for (const line of lines) {
      const message = parse(line);
      if (message === null) this.onWrong();
      else this.onMessage(message as T);
    }
  }
}

export function lineOf(message: ToKeeper | FromKeeper): string {
  return `${JSON.stringify(message)}\n`;
}

function parse(line: string): object | null {
  try {
    const read: unknown = JSON.parse(line);
    return typeof read === 'object' && read !== null && 'kind' in read ? read : null;
  } catch {
    return null;
  }
}
