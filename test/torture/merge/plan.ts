import type { Random } from '../random';

/**
 * What a story of a scene does: `clean` writes a file of its own, `clash` changes the one line that others change too,
 * `red` writes what the gate refuses, `commits` is coded by a person by hand.
 */
export type Kind = 'clean' | 'clash' | 'red';

export interface PlannedStory {
  readonly title: string;
  readonly kind: Kind;
  readonly body: string;
}

/** One scene: what is wanted, and how the queue is set. All of it follows from the seed. */
export interface Plan {
  readonly seed: number;
  readonly stories: readonly PlannedStory[];
  readonly policy: 'one' | 'train' | 'batch';
  readonly strategy: 'merge' | 'squash' | 'rebase';
  /** How long a gate takes, in ms. */
  readonly gateMs: number;
}

/** The file in which stories clash. */
export const SHARED = 'shared.txt';

/** `count`: how many stories there are in the end. */
export function planScene(random: Random, { seed, count }: { readonly seed: number; readonly count: number }): Plan {
  const kinds: Kind[] = Array.from({ length: count }, () => random.pick(['clean', 'clean', 'clean', 'clash', 'red']));
  return {
    seed,
    stories: kinds.map((kind, index) => story(kind, index + 1)),
    policy: random.pick(['one', 'train', 'batch']),
    strategy: random.pick(['merge', 'merge', 'squash', 'rebase']),
    gateMs: random.below(120),
  };
}

function story(kind: Kind, number: number): PlannedStory {
  const file = kind === 'clash' ? SHARED : `story-${number}.txt`;
  const text = kind === 'red' ? 'RED' : `what story ${number} says`;
  const title = `Story ${number} is ${kind}`;
  return { title, kind, body: ['```file ' + file, text, '```', ''].join('\n') };
}
