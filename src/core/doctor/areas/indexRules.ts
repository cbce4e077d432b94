import type { LogFileFacts } from '../facts';
import { say } from '../../words/said';
import { command, type Rules, type Sighting } from '../rule';

export const indexRules = {
  foreign: {
    severity: 'error',
    title: 'The list of stories is not one that this version can read',
    why: 'Switchyard changes nothing in a file that it does not understand, so it cannot work here.',
    advice: 'Update Switchyard. If another program wrote that file, move it away and reload the window.',
    find: ({ index }) => foreign(index?.log),
  },
  damaged: {
    severity: 'error',
    title: 'The list of stories is damaged on disk',
    why: 'What stands behind the damage may be lost when the store is opened the next time.',
    advice:
      'Check the disk. Reload the window: what is whole is kept, what is damaged is put aside, and what git and the other records still know is restored.',
    find: ({ index }) => damaged(index?.log),
  },
  losses: {
    severity: 'error',
    title: 'Records of stories were lost',
    why: 'The stories that it names wait until you have looked at them.',
    advice: 'Read what was lost, look at the stories, then acknowledge it.',
    find: ({ index }) =>
      (index?.losses ?? []).map(({ id, at, text, said }) => ({
        about: id,
        what: said ?? text,
        since: Date.parse(at),
        opens: command('acknowledgeLoss', 'Acknowledge Lost Records'),
      })),
  },
  keptAside: {
    severity: 'note',
    title: 'Damaged records are kept aside',
    why: 'They may hold what could not be read again. Switchyard never deletes them.',
    advice: 'Delete the file once you miss nothing.',
    find: ({ index }) =>
      (index?.keptAside ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} holds what was damaged and cut off.', path),
        since,
        opens: { kind: 'file', path },
      })),
  },
  sameNumber: {
    severity: 'error',
    title: 'Two stories have one number',
    why: 'A branch or a link that names the number can mean either.',
    advice: 'Abandon one of them, or write its text into a new story.',
    find: ({ index }) => {
      const byNumber = new Map<number, string[]>();
      for (const { number, title } of index?.stories ?? []) {
        byNumber.set(number, [...(byNumber.get(number) ?? []), title]);
      }
      return [...byNumber].flatMap(([number, titles]): Sighting[] =>
        titles.length < 2 ? [] : [{ about: `#${number}`, what: say('#{0} is {1}.', number, { names: titles }) }],
      );
    },
  },
  numberOfDeleted: {
    severity: 'error',
    title: 'A story has the number of one that was deleted',
    why: 'A number is never used twice: what names it may mean the deleted story.',
    advice: 'Write its text into a new story and abandon this one.',
    find: ({ index }) => {
      const buried = new Map((index?.tombstones ?? []).map(({ number, key }) => [number, key]));
      return (index?.stories ?? []).flatMap(({ number, key, title }): Sighting[] =>
        buried.has(number) && buried.get(number) !== key
          ? [{ about: `#${number}`, what: say('#{0} {1} has the number of a deleted story.', number, title) }]
          : [],
      );
    },
  },
  dependencyGone: {
    severity: 'warning',
    title: 'A story waits for one that is not there',
    why: 'It never starts while what it depends on cannot land.',
    advice: 'Change what it depends on.',
    find: ({ index }) => {
      if (index?.stories == null) return [];
      const known = new Set([...index.stories.map(({ key }) => key), ...index.archived.keys()]);
      const live = index.stories.filter(({ stage }) => stage.name !== 'Done' && stage.name !== 'Archived');
      return live.flatMap(({ number, title, dependsOn }): Sighting[] => {
        const gone = dependsOn.filter((key) => !known.has(key));
        if (gone.length === 0) return [];
        const what =
          gone.length === 1
            ? say('#{0} {1} depends on 1 story that cannot be found.', number, title)
            : say('#{0} {1} depends on {2} stories that cannot be found.', number, title, gone.length);
        return [{ about: `#${number}`, what }];
      });
    },
  },
} as const satisfies Rules;

export function foreign(log: LogFileFacts | undefined): Sighting[] {
  if (log?.kind !== 'foreign') return [];
  const what = say('{0} was written by a later version of Switchyard, or by another program.', log.path);
  return [{ about: log.path, what, opens: { kind: 'file', path: log.path } }];
}

export function damaged(log: LogFileFacts | undefined): Sighting[] {
  if (log?.kind !== 'damaged') return [];
  const { path, from, bytes, since } = log;
  const what = say('{0} cannot be read from byte {1} of {2} on.', path, from, bytes);
  return [{ about: path, what, since, opens: { kind: 'file', path } }];
}
