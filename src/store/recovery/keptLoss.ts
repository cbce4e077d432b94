import type { StoreLoss } from '../../core/recovery/storeLoss';
import type { KeptDamage } from '../log/keptFolder';

/** What is told of a file of older records that was not whole. Nothing is held: what goes on stands in the log itself. */
export function keptLoss(
  { file, condition, keptIn, restored, what }: KeptDamage & { readonly what: 'history' | 'archive' },
  at: string,
): StoreLoss {
  const held = what === 'history' ? 'older lines of the history' : 'archived stories';
  const found =
    condition === 'missing'
      ? `${file}, with ${held}, is missing.`
      : `${file}, with ${held}, was damaged on disk. As it was found it is kept in ${keptIn ?? file}.`;
  const outcome = {
    mended: 'A flipped bit was set right; nothing is lost.',
    all: 'Everything in it could be restored.',
    part: 'What could be restored is there; the rest is lost.',
  }[condition === 'mended' ? 'mended' : restored ? 'all' : 'part'];
  const id = `kept ${file} ${keptIn ?? at}`;
  return { id, at, kind: restored ? 'restored' : 'lost', text: `${found} ${outcome} Check the disk.`, held: [] };
}
