import { command, type Rules } from '../rule';
import { say, type Said } from '../../words/said';
import { damaged, foreign } from './indexRules';

export const journalRules = {
  foreign: {
    severity: 'error',
    title: 'The merge journal is not one that this version can read',
    why: 'Without it nobody knows which landings are under way, so Switchyard does not open the store.',
    advice: 'Update Switchyard. If another program wrote that file, move it away and reload the window.',
    find: ({ journal }) => foreign(journal?.log),
  },
  damaged: {
    severity: 'error',
    title: 'The merge journal is damaged on disk',
    why: 'A landing that is on record only behind the damage would have to be found in git again.',
    advice: 'Check the disk, then reload the window: what is whole is kept, and the rest is put aside.',
    find: ({ journal }) => damaged(journal?.log),
  },
  unreadable: {
    severity: 'note',
    title: 'The merge journal holds records of another version',
    why: 'They are kept as they are, and this version acts on none of them.',
    advice: 'Update Switchyard if an older version of it is in use here.',
    find: ({ journal }) =>
      journal === null || journal.unreadable === 0
        ? []
        : [{ about: journal.path, what: unreadable(journal.unreadable, journal.path) }],
  },
  withoutStory: {
    severity: 'warning',
    title: 'A landing is under way for a story that is not there',
    why: 'It can never end, and keeps its commit in the repository.',
    advice: 'End it.',
    find: ({ journal, index }) => {
      if (index?.stories == null) return [];
      const known = new Set([...index.stories.map(({ key }) => key), ...index.archived.keys()]);
      return (journal?.open ?? [])
        .filter(({ storyKey }) => !known.has(storyKey))
        .map(({ id, number, step, queuedAt }) => ({
          about: id,
          what: say('Landing {0} of #{1} stands at “{2}”, and there is no such story.', id, number, step),
          since: Date.parse(queuedAt),
          opens: command('showLog', 'Show Log'),
          repair: { kind: 'endJob', id, number },
        }));
    },
  },
} as const satisfies Rules;

function unreadable(records: number, path: string): Said {
  return records === 1
    ? say('1 record of {0} cannot be read.', path)
    : say('{0} records of {1} cannot be read.', records, path);
}
