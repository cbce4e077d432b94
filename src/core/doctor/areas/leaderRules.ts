import { namesOf } from '../../words/durations';
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
      const what = `epoch-${epoch}.json in ${leader?.folder ?? ''} names no window.`;
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
              what: `${namesOf(leader.absurd)} in ${leader.folder}.`,
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
      const what = `Process ${highest.holder.pid} holds epoch ${highest.epoch}, and nobody listens on its socket.`;
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
        what: `${path} is open to others.`,
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
        what: `Nobody listens on ${path}.`,
        since,
        repair: { kind: 'removeSocket', path },
      })),
  },
} as const satisfies Rules;
