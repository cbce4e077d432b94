import { Random } from '../random';

type Files = ReadonlyMap<string, Buffer>;

/** Files of a store after one damage, with words that name it. */
export interface Damage {
  readonly name: string;
  readonly files: Files;
}

/** One bit of one file. */
export interface Flip {
  readonly number: number;
  readonly file: string;
  readonly at: number;
  readonly bit: number;
}

/** In the choice by size no file counts for more bytes than this: of large ones each part is like another. */
const COUNTED = 2_000;

/** The flip of a number: the same whoever asks. */
export function bitFlip(files: Files, seed: number, number: number): Flip {
  const random = Random.of(seed, number);
  const names = [...files.keys()].filter((name) => bytesOf(files, name).length > 0);
  // Every second one by size: a small file is read as often as a large one.
  const file = random.below(2) === 0 ? random.pick(names) : bySize(files, names, random);
  return { number, file, at: random.below(bytesOf(files, file).length), bit: random.below(8) };
}

/** The files with all of these bits flipped, each of another file. */
export function flipped(files: Files, flips: readonly Flip[]): Damage {
  const now = new Map(files);
  for (const { file, at, bit } of flips) {
    const bytes = Buffer.from(bytesOf(files, file));
    bytes[at] = (bytes[at] ?? 0) ^ (1 << bit);
    now.set(file, bytes);
  }
  const names = flips.map(({ number, file, at, bit }) => `flip ${number}: bit ${bit} of byte ${at} of ${file}`);
  return { name: names.join('; '), files: now };
}

/** Flips in as few groups as can be with no file twice in any. */
export function apart(flips: readonly Flip[]): Flip[][] {
  const groups: Flip[][] = [];
  for (const flip of flips) {
    const group = groups.find((one) => one.every(({ file }) => file !== flip.file));
    if (group === undefined) groups.push([flip]);
    else group.push(flip);
  }
  return groups;
}

/** A stretch of one file written over, as by a disk that lost a block. */
export function* lostBlocks(files: Files, count: number, random: Random): Generator<Damage> {
  const names = [...files.keys()].filter((name) => bytesOf(files, name).length > 0);
  for (let made = 0; made < count; made += 1) {
    const name = random.pick(names);
    const bytes = Buffer.from(bytesOf(files, name));
    const at = random.below(bytes.length);
    const length = 1 + random.below(Math.min(4096, bytes.length - at));
    const fill = random.pick([0x00, 0xff, 0x20]);
    bytes.fill(fill, at, at + length);
    yield { name: `${length} bytes from ${at} of ${name} as ${fill}`, files: changed(files, name, bytes) };
  }
}

/** Files of which every combination can be tried. */
const FEW = 8;

/** Each file there, missing or emptied, in every combination; with `most`, no more than so many of them at a time. */
export function* combinations(files: Files, most: number): Generator<Damage> {
  const units = unitsOf(files);
  // Of 18 files up to four at a time would be 50,000 stores.
  for (const states of statesOf(units.length, units.length > FEW ? Math.min(3, most) : most)) {
    if (states.every((state) => state === 'there')) continue;
    if (states.every((state) => state === 'missing')) continue; // where nothing is there is no store
    const now = new Map(files);
    for (const [index, unit] of units.entries()) {
      const state = states[index];
      if (state === 'missing') for (const name of unit.files) now.delete(name);
      if (state === 'emptied') for (const name of unit.files) now.set(name, Buffer.alloc(0));
    }
    const name = units.map((unit, index) => `${unit.name} ${states[index] ?? ''}`).filter((one) => !one.endsWith(' there')).join(', '); // prettier-ignore
    yield { name, files: now };
  }
}

type State = 'there' | 'missing' | 'emptied';

/** The files of a folder of the store count as one. */
function unitsOf(files: Files): { name: string; files: string[] }[] {
  const units = new Map<string, string[]>();
  for (const name of files.keys()) {
    const unit = name.split(/[\\/]/)[0] ?? name;
    units.set(unit, [...(units.get(unit) ?? []), name]);
  }
  return [...units].map(([name, of]) => ({ name, files: of }));
}

function* statesOf(count: number, most: number): Generator<State[]> {
  if (count === 0) {
    yield [];
    return;
  }
  for (const rest of statesOf(count - 1, most)) {
    yield [...rest, 'there'];
    if (rest.filter((state) => state !== 'there').length >= most) continue;
    yield [...rest, 'missing'];
    yield [...rest, 'emptied'];
  }
}

function bytesOf(files: Files, name: string): Buffer {
  return files.get(name) ?? Buffer.alloc(0);
}

function bySize(files: Files, names: readonly string[], random: Random): string {
  const counted = (name: string): number => Math.min(COUNTED, bytesOf(files, name).length);
  let left = random.below(names.reduce((sum, name) => sum + counted(name), 0));
  for (const name of names) {
    left -= counted(name);
    if (left < 0) return name;
  }
  return names[0] ?? '';
}

function changed(files: Files, name: string, bytes: Buffer): Files {
  return new Map([...files, [name, bytes]]);
}
