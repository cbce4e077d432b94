import { say } from '../../words/said';
import type { Rules } from '../rule';

/** The search index is written when nothing else is to do (ms). */
const WRITTEN_WITHIN_MS = 5 * 60_000;

export const shadowRules = {
  damaged: {
    severity: 'warning',
    title: 'The search index is damaged',
    why: 'Other programs that read it get wrong answers. Switchyard itself does not read a damaged one.',
    advice: 'Have it built anew.',
    find: ({ shadow }) =>
      shadow?.state !== 'damaged'
        ? []
        : [
            {
              about: shadow.path,
              what: say('The digest beside {0} does not fit it.', shadow.path),
              repair: { kind: 'rebuildShadow' },
            },
          ],
  },
  missing: {
    severity: 'note',
    title: 'The search index is missing',
    why: 'It is only a copy: nothing is lost, but programs that read it find nothing.',
    advice: 'Have it built anew.',
    find: ({ shadow, index, now }) => {
      if (shadow?.state !== 'missing' || index?.stories == null || index.stories.length === 0) return [];
      const changed = shadow.logChangedAt;
      if (changed === null || now - changed < WRITTEN_WITHIN_MS) return [];
      return [{ about: shadow.path, what: say('{0} is not there.', shadow.path), repair: { kind: 'rebuildShadow' } }];
    },
  },
} as const satisfies Rules;
