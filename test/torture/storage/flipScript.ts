// A process that opens a store after each of many flipped bits, and says what came of them.
import { tryFlips, type ToFlipScript } from './flips';
import type { Past } from './pastStore';

const [dir = ''] = process.argv.slice(2);
let pasts: readonly Past[] = [];

process.on('message', (message: ToFlipScript) => {
  if (message.kind === 'pasts') pasts = message.pasts.map(withBuffers);
  else void tryFlips(dir, pasts, message.range).then((tally) => process.send?.(tally.counted()));
});

/** Bytes come over as plain ones. */
function withBuffers(past: Past): Past {
  return { ...past, files: new Map([...past.files].map(([name, bytes]) => [name, Buffer.from(bytes)])) };
}
