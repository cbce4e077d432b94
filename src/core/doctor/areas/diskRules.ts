import type { DoctorFacts } from '../facts';
import { say, type Said } from '../../words/said';
import type { Rules, Sighting } from '../rule';

/** A checkout or a build of gates can need as much (bytes). */
const LOW = 200_000_000;

export const diskRules = {
  low: {
    severity: 'error',
    title: 'The disk is nearly full',
    why: 'A change that cannot be saved is not made, and gates fail for want of space.',
    advice: 'Free some space.',
    find: ({ disk }) =>
      (disk?.places ?? []).flatMap(({ path, free }): Sighting[] =>
        free === null || free >= LOW
          ? []
          : [
              {
                about: path,
                what: say('{0} MB are free for {1}.', Math.floor(free / 1_000_000), path),
                opens: { kind: 'folder', path },
              },
            ],
      ),
  },
  readOnly: {
    severity: 'error',
    title: 'A folder is on a disk that is read-only',
    why: 'Nothing can be saved there.',
    advice: 'Make the disk writable. After an error of the disk, look at it first.',
    find: (facts) => inState(facts, 'readOnly', (path) => say('{0} is on a disk that is read-only.', path)),
  },
  noPermission: {
    severity: 'error',
    title: 'A folder may not be written to',
    why: 'Nothing can be saved there.',
    advice: 'Give yourself permission to write (chmod u+rwx), or open the repository as its owner.',
    find: (facts) => inState(facts, 'noPermission', (path) => say('{0} may not be written to.', path)),
  },
  foreignOwner: {
    severity: 'warning',
    title: 'Files of Switchyard belong to another user',
    why: 'Switchyard ran as somebody else once, such as with sudo or in a container. It may be refused to change them.',
    advice: 'Make them yours (chown).',
    find: ({ disk }) =>
      disk === null || disk.foreignOwner.length === 0
        ? []
        : [{ about: 'owner', what: say('{0} belong to another user.', { names: disk.foreignOwner }) }],
  },
  leftOver: {
    severity: 'note',
    title: 'A half-written file was left',
    why: 'A window was killed while it wrote it. It was never used.',
    advice: 'Have it removed.',
    find: ({ disk }) =>
      (disk?.leftOvers ?? []).map(({ path, since }) => ({
        about: path,
        what: say('{0} was never finished.', path),
        since,
        repair: { kind: 'removeLeftOver', path },
      })),
  },
} as const satisfies Rules;

function inState({ disk }: DoctorFacts, state: 'readOnly' | 'noPermission', words: (path: string) => Said): Sighting[] {
  return (disk?.places ?? [])
    .filter((place) => place.state === state)
    .map(({ path }) => ({ about: path, what: words(path), opens: { kind: 'folder', path } }));
}
