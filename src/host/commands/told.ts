import type { Told } from '../../core/words/said';
import { wordsOf } from '../say/inWords';
import { warn } from '../say/notify';

/** A refusal is a notification, and said nowhere else; what was done is for whoever asked to say. */
export function told(outcome: Told & { readonly kind: string }): string | null {
  if (outcome.kind !== 'refused') return wordsOf(outcome);
  void warn(wordsOf(outcome));
  return null;
}
