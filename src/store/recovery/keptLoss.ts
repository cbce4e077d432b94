import { CHECK_DISK } from '../../core/recovery/lossText';
import { lossOf, type StoreLoss } from '../../core/recovery/storeLoss';
import { say, type Said } from '../../core/words/said';
import type { KeptDamage } from '../log/keptFolder';

/** What is told of a file of older records that was not whole. Nothing is held: what goes on stands in the log itself. */
export function keptLoss(
  { file, condition, keptIn, restored, what }: KeptDamage & { readonly what: 'history' | 'archive' },
  at: string,
): StoreLoss {
  const id = `kept ${file} ${keptIn ?? at}`;
  const said = [found(file, what, condition === 'missing' ? null : (keptIn ?? file)), outcome(condition, restored)];
  return lossOf({ id, at, kind: restored ? 'restored' : 'lost', held: [] }, [...said, CHECK_DISK]);
}

/** `keptIn`: null where the file is missing. */
function found(file: string, what: 'history' | 'archive', keptIn: string | null): Said {
  const held = what === 'history' ? say('older lines of the history') : say('archived stories');
  return keptIn === null
    ? say('{0}, with {1}, is missing.', file, held)
    : say('{0}, with {1}, was damaged on disk. As it was found it is kept in {2}.', file, held, keptIn);
}

function outcome(condition: KeptDamage['condition'], restored: boolean): Said {
  if (condition === 'mended') return say('A flipped bit was set right; nothing is lost.');
  return restored
    ? say('Everything in it could be restored.')
    : say('What could be restored is there; the rest is lost.');
}
