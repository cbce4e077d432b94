import { crc32, deflateSync } from 'node:zlib';

/** One picture of an animation: its pixels as RGBA, row by row, and how long (ms) it is shown. */
export interface Frame {
  readonly pixels: Uint8Array;
  readonly ms: number;
}

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** Enough for text with its soft edges and a few colours of icons; each more makes every picture larger. */
const COLOURS = 64;

/** Colours that are no further apart (the sum of the squares of their channels) look alike in small areas. */
const UNSEEN = 250;

/**
 * A PNG in at most 64 colours that all frames share. One of several frames moves: each holds only the part that is another
 * than before, and where nothing knows of animations the first is the picture.
 */
export function pictureInFewColours(frames: readonly Frame[], size: Size): Buffer {
  const colours = coloursOf(frames);
  const drawn = frames.map(({ pixels, ms }) => ({ bytes: inColours(pixels, colours), ms }));
  const chunks: Buffer[] = [];
  let turn = 0;
  for (const [at, { bytes, ms }] of drawn.entries()) {
    const part = changedPart(at === 0 ? null : (drawn[at - 1]?.bytes ?? null), bytes, size);
    if (frames.length > 1) chunks.push(chunk('fcTL', frameHead(turn++, part, ms)));
    const data = deflateSync(rowsOf(bytes, part, size.width), { level: 9 });
    chunks.push(at === 0 ? chunk('IDAT', data) : chunk('fdAT', Buffer.concat([uint32(turn++), data])));
  }
  const head = Buffer.concat([uint32(size.width), uint32(size.height), Buffer.from([8, 3, 0, 0, 0])]);
  const signature = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
  const animation = frames.length > 1 ? [chunk('acTL', Buffer.concat([uint32(frames.length), uint32(0)]))] : [];
  const palette = Buffer.from(colours.flatMap(({ channels }) => [...channels]));
  return Buffer.concat([
    signature,
    chunk('IHDR', head),
    ...animation,
    chunk('PLTE', palette),
    ...chunks,
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

interface Part extends Size {
  readonly x: number;
  readonly y: number;
}

/** Five bits for red and blue, six for green: what differs in the rest alone looks alike. */
function shortOf(pixels: Uint8Array, at: number): number {
  const [red, green, blue] = [pixels[at] ?? 0, pixels[at + 1] ?? 0, pixels[at + 2] ?? 0];
  return ((red >> 3) << 11) | ((green >> 2) << 5) | (blue >> 3);
}

type Channels = readonly [red: number, green: number, blue: number];

/** A colour of the palette, and what is drawn in it. */
interface Colour {
  readonly short: number;
  readonly channels: Channels;
}

/** Of colours that look alike the one that is there most, exactly as it is: a surface keeps its colour. */
function coloursOf(frames: readonly Frame[]): Colour[] {
  const alike = new Map<number, { uses: number; exact: Map<number, number> }>();
  for (const { pixels } of frames)
    for (let at = 0; at < pixels.length; at += 4) {
      const short = shortOf(pixels, at);
      const colour = ((pixels[at] ?? 0) << 16) | ((pixels[at + 1] ?? 0) << 8) | (pixels[at + 2] ?? 0);
      const known = alike.get(short) ?? { uses: 0, exact: new Map<number, number>() };
      known.uses += 1;
      known.exact.set(colour, (known.exact.get(colour) ?? 0) + 1);
      alike.set(short, known);
    }
  const chosen: Colour[] = [];
  const large = frames.reduce((sum, { pixels }) => sum + pixels.length / 4, 0) / 100;
  for (const [short, { exact, uses }] of [...alike].sort(([, a], [, b]) => b.uses - a.uses)) {
    const [[most] = [0]] = [...exact].sort(([, a], [, b]) => b - a);
    const channels: Channels = [most >> 16, (most >> 8) & 255, most & 255];
    // What is no surface, and differs from none so that anybody sees it, leaves its place to a rare one, such as a small red mark.
    const isOwn = uses > large || chosen.every((one) => distance(channels, one.channels) > UNSEEN);
    if (isOwn && chosen.length < COLOURS) chosen.push({ short, channels });
  }
  return chosen;
}

function inColours(pixels: Uint8Array, colours: readonly Colour[]): Uint8Array {
  const known = new Map(colours.map(({ short }, place) => [short, place]));
  const bytes = new Uint8Array(pixels.length / 4);
  for (let at = 0; at < bytes.length; at += 1) {
    const short = shortOf(pixels, at * 4);
    const place = known.get(short) ?? nearest([pixels[at * 4] ?? 0, pixels[at * 4 + 1] ?? 0, pixels[at * 4 + 2] ?? 0], colours); // prettier-ignore
    known.set(short, place);
    bytes[at] = place;
  }
  return bytes;
}

function nearest(wanted: Channels, colours: readonly Colour[]): number {
  const distances = colours.map(({ channels }) => distance(wanted, channels));
  return distances.indexOf(Math.min(...distances));
}

function distance(one: Channels, other: Channels): number {
  return one.reduce((sum, channel, at) => sum + (channel - (other[at] ?? 0)) ** 2, 0);
}

/** The smallest rectangle around all that differs; one pixel where nothing does. */
function changedPart(before: Uint8Array | null, now: Uint8Array, { width, height }: Size): Part {
  if (before === null) return { x: 0, y: 0, width, height };
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (const [at, byte] of now.entries()) {
    if (byte === before[at]) continue;
    const [x, y] = [at % width, Math.floor(at / width)];
    [left, top, right, bottom] = [Math.min(left, x), Math.min(top, y), Math.max(right, x), Math.max(bottom, y)];
  }
  return right < 0
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** Rows as PNG wants them: each begins with the name of its filter, which is none. */
function rowsOf(bytes: Uint8Array, { x, y, width, height }: Part, of: number): Buffer {
  const rows = Array.from({ length: height }, (_, row) => {
    const from = (y + row) * of + x;
    return Buffer.concat([Buffer.from([0]), bytes.subarray(from, from + width)]);
  });
  return Buffer.concat(rows);
}

/** Drawn over what was there, and left there. */
function frameHead(turn: number, { x, y, width, height }: Part, ms: number): Buffer {
  const delay = Buffer.alloc(4);
  delay.writeUInt16BE(Math.min(ms, 0xffff), 0);
  delay.writeUInt16BE(1000, 2);
  return Buffer.concat([...[turn, width, height, x, y].map(uint32), delay, Buffer.from([0, 0])]);
}

function chunk(name: string, data: Buffer): Buffer {
  const named = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  return Buffer.concat([uint32(data.length), named, uint32(crc32(named))]);
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0, 0);
  return bytes;
}
