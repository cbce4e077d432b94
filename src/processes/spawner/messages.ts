import type { Begun, ProgramEnd, StartRequest } from '../starter';

/** Which of a program's outputs. */
export type Output = 'stdout' | 'stderr';

/** What the host asks of the spawner. `id` is the host's own number for a program. */
export type ToSpawner =
  | { readonly kind: 'start'; readonly id: number; readonly request: StartRequest }
  | { readonly kind: 'input'; readonly id: number; readonly data: Uint8Array }
  | { readonly kind: 'endInput'; readonly id: number }
  /** Whether more of an output may come. `closed`: nobody reads it any more. */
  | { readonly kind: 'output'; readonly id: number; readonly of: Output; readonly to: 'wait' | 'flow' | 'closed' }
  | { readonly kind: 'signal'; readonly id: number; readonly signal: NodeJS.Signals };

/** What the spawner tells the host. */
export type FromSpawner =
  | { readonly kind: 'ready' }
  | { readonly kind: 'begun'; readonly id: number; readonly begun: Begun }
  | { readonly kind: 'output'; readonly id: number; readonly of: Output; readonly data: Uint8Array }
  | { readonly kind: 'outputEnded'; readonly id: number; readonly of: Output }
  /** So many bytes of input are with the program. */
  | { readonly kind: 'inputTaken'; readonly id: number; readonly bytes: number }
  /** The program takes no more input. */
  | { readonly kind: 'inputClosed'; readonly id: number }
  | { readonly kind: 'ended'; readonly id: number; readonly end: ProgramEnd };

/** All that was to be told in one turn of the spawner's loop, in its order: each message by itself costs both sides more. */
export type Told = readonly FromSpawner[];

export type AboutProgram = Exclude<FromSpawner, { kind: 'ready' }>;
