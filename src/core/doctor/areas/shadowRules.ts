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
              what: `The digest beside ${shadow.path} does not fit it.`,
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
      return [{ about: shadow.path, what: `${shadow.path} is not there.`, repair: { kind: 'rebuildShadow' } }];
    },
  },
} as const satisfies Rules;
