import { say } from '../../words/said';
import type { Rules, Sighting } from '../rule';

export const leaderRules = {
  unreadable: {
    severity: 'warning',
    title: 'The claim of the leading window cannot be read',
    why: 'Other windows cannot tell who leads, and wait before one of them takes over.',
    advice: 'Have it set aside.',
    find: ({ leader }) => {
      const highest = leader?.highest;
      if (highest == null || highest.holder !== null) return [];
      const { epoch, since } = highest;
      const what = say('epoch-{0}.json in {1} names no window.', epoch, leader?.folder ?? '');
      return [{ about: String(epoch), what, since, repair: { kind: 'setClaimAside', epoch } }];
    },
  },
  absurd: {
    severity: 'warning',
    title: 'A claim has a number that nobody can have counted up to',
    why: 'It was not made by Switchyard, and must lead nowhere.',
    advice: 'Have it set aside.',
    find: ({ leader }) =>
      leader === null || leader.absurd.length === 0
        ? []
        : [
            {
              about: leader.folder,
              what: say('{0} in {1}.', { names: leader.absurd }, leader.folder),
              repair: { kind: 'setAbsurdClaimsAside' },
            },
          ],
  },
  stale: {
    severity: 'note',
    title: 'The window that led is gone',
    why: 'It was killed or lost its power. The next window takes over by itself.',
    advice: 'Nothing has to be done.',
    find: ({ leader }) => {
      const highest = leader?.highest;
      if (highest?.holder == null || highest.holder.isAlive) return [];
      const what = say(
        'Process {0} holds epoch {1}, and nobody listens on its socket.',
        highest.holder.pid,
        highest.epoch,
      );
      return [{ about: String(highest.epoch), what, since: highest.since }];
    },
  },
  exposed: {
    severity: 'error',
    title: 'Others can reach what leads this repository',
    why: 'Who reads the claim or reaches the socket can command Switchyard as if they were you.',
    advice: 'Take the permissions of others away.',
    find: ({ leader }) =>
      (leader?.exposed ?? []).map(({ path }): Sighting => ({
        about: path,
        what: say('{0} is open to others.', path),
        opens: { kind: 'folder', path: leader?.folder ?? path },
        repair: { kind: 'makePrivate', path },
      })),
  },
  socketLeft: {
    severity: 'note',
    title: 'A socket is left on which nobody listens',
    why: 'A window that was killed leaves it. It does no harm.',
    advice: 'Have it removed.',
    find: ({ leader }) =>
      (leader?.sockets ?? []).map(({ path, since }) => ({
        about: path,
        what: say('Nobody listens on {0}.', path),
        since,
        repair: { kind: 'removeSocket', path },
      })),
  },
} as const satisfies Rules;
