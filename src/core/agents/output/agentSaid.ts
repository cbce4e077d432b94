/** Tokens as an agent counts them; what was read from a cache is among `input`. */
export interface Tokens {
  readonly input: number;
  readonly output: number;
}

/** When something may go on: a moment (ms since 1970), so long (ms) after it was said, or nobody said. */
export type WhenAgain = { readonly at: number } | { readonly afterMs: number } | null;

/** `rate`: too much at once. `quota`: what the account may use is spent. */
export type LimitKind = 'rate' | 'quota';

/**
 * One thing that an agent said of its run, whatever its own words for it are.
 *
 * - `session`: by what its conversation can be gone on with. `version`: of the program, where it says so.
 * - `text`, `textPart`: a whole message, and a piece of one that grows.
 * - `tool`: it began to use a tool; `detail` is what for, on one line. `file`: it changed a file.
 * - `turn`: the model was asked once; `id` tells its parts apart where they come in several lines.
 * - `spent`: `sum` replaces what was known of the whole run, `part` is added to it.
 * - `backOff`: it tries again by itself after `ms`. `limited`: it cannot go on before the limit has passed.
 * - `spentLimit`: it ended because of a limit that was set for it.
 * - `needsLogin`: its service does not know who it is.
 * - `error`: something failed, in its own words. `end`: its own last word.
 */
export type AgentSaid =
  | { readonly kind: 'session'; readonly id: string; readonly version: string | null }
  | { readonly kind: 'text' | 'textPart' | 'thought'; readonly text: string }
  | { readonly kind: 'tool'; readonly name: string; readonly detail: string }
  | { readonly kind: 'toolFailed'; readonly detail: string }
  | { readonly kind: 'file'; readonly path: string; readonly how: 'changed' | 'added' | 'deleted' }
  | { readonly kind: 'turn'; readonly id: string | null }
  | {
      readonly kind: 'spent';
      readonly how: 'sum' | 'part';
      readonly turns: number | null;
      readonly tokens: Tokens | null;
      readonly costUsd: number | null;
    }
  | { readonly kind: 'backOff'; readonly ms: number; readonly limited: boolean }
  | { readonly kind: 'limited'; readonly limit: LimitKind; readonly again: WhenAgain }
  | { readonly kind: 'spentLimit'; readonly of: 'turns' | 'money' | 'time' | 'toolCalls' }
  | { readonly kind: 'needsLogin' }
  | { readonly kind: 'error'; readonly text: string }
  | { readonly kind: 'end'; readonly failed: boolean };

/** Reads one line of an agent's own stream. What it does not know is nothing. */
export type Dialect = (line: Json) => readonly AgentSaid[];

/** A parsed line: always an object. */
export type Json = Readonly<Record<string, unknown>>;
