import { mendFrame } from '../log/mendFrame';
import { frameAt, frameRecord, LOG_HEADER, PREFIX_LENGTH } from '../log/recordFormat';

/** What a file with a checksum holds. `damaged` gives what is left of it, and nobody may take that for the whole. */
export type CheckedText =
  | { readonly kind: 'whole' | 'mended'; readonly text: string }
  | { readonly kind: 'damaged'; readonly left: string };

/** Stands before what is left of a damaged content, so that nobody takes it for the whole. */
export const DAMAGE_MARK =
  '> **This text was damaged on disk. What follows is what is left of it, and parts of it are wrong.**\n\n';

/** What stands where a text was that is gone altogether. */
export const GONE_MARK = '> **The text of this story was lost on disk.**\n';

/** A text as a log of one record, so that it has a checksum. */
export function checkedBytes(text: string | Buffer): Buffer {
  return Buffer.concat([LOG_HEADER, frameRecord(Buffer.from(text))]);
}

/** Reads such a file. Of a single flipped bit, in the text or in what stands before it, nothing is left. Never throws. */
export function readChecked(bytes: Buffer): CheckedText {
  const isIntact = bytes.subarray(0, LOG_HEADER.length).equals(LOG_HEADER);
  const rest = bytes.subarray(LOG_HEADER.length);
  const whole = frameAt(rest, 0);
  if (whole !== null && whole.length === rest.length) {
    return { kind: isIntact ? 'whole' : 'mended', text: whole.data.toString('utf8') };
  }
  if (isAlmostEmpty(rest)) return { kind: 'mended', text: '' };
  const mended = mendFrame(rest);
  if (mended !== null && mended.length === rest.length) return { kind: 'mended', text: mended.data.toString('utf8') };
  return { kind: 'damaged', left: rest.subarray(PREFIX_LENGTH).toString('utf8') };
}

/** The frame of a text without a byte, with one bit flipped: in a log that would be no record, so it is not mended there. */
function isAlmostEmpty(frame: Buffer): boolean {
  const empty = frameRecord(Buffer.alloc(0));
  if (frame.length !== empty.length) return false;
  let differing = 0;
  for (const [at, byte] of empty.entries()) {
    for (let left = byte ^ (frame[at] ?? 0); left > 0; left >>= 1) differing += left & 1;
  }
  return differing === 1;
}
