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
  readonly gates: readonly PlannedGate[];
}

/** `paths`: the files that it looks at; none for all. */
export interface PlannedGate {
  readonly name: string;
  readonly paths: readonly string[];
}

/** The file in which stories clash. */
export const SHARED = 'shared.txt';

const fileOf = (number: number): string => `story-${number}.txt`;
const everySecond = (first: number): string[] => Array.from({ length: 10 }, (_, at) => fileOf(first + 2 * at));

/** One gate for all, or two of which each looks at every second story's file, so that half of the stories cannot touch the others. */
const GATES: readonly (readonly PlannedGate[])[] = [
  [{ name: 'test', paths: [] }],
  [
    { name: 'odd', paths: everySecond(1) },
    { name: 'even', paths: [...everySecond(2), SHARED] },
  ],
];

/** `count`: how many stories there are in the end. */
export function planScene(random: Random, { seed, count }: { readonly seed: number; readonly count: number }): Plan {
  const kinds: Kind[] = Array.from({ length: count }, () => random.pick(['clean', 'clean', 'clean', 'clash', 'red']));
  return {
    seed,
    stories: kinds.map((kind, index) => story(kind, index + 1)),
    policy: random.pick(['one', 'train', 'batch']),
    strategy: random.pick(['merge', 'merge', 'squash', 'rebase']),
    gateMs: random.below(120),
    gates: GATES[seed % 4 >= 2 ? 1 : 0] ?? [],
  };
}

function story(kind: Kind, number: number): PlannedStory {
  const file = kind === 'clash' ? SHARED : fileOf(number);
  const text = kind === 'red' ? 'RED' : `what story ${number} says`;
  const title = `Story ${number} is ${kind}`;
  return { title, kind, body: ['```file ' + file, text, '```', ''].join('\n') };
}
