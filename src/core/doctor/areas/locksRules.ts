import { duration } from '../../words/durations';
import type { LockFacts } from '../facts';
import { say, type Said } from '../../words/said';
import { command, type Rules, type Sighting } from '../rule';

/** git holds a lock for moments; a younger one (ms) is nothing to tell. */
const YOUNG_MS = 10_000;
const locks = command('removeLocks', 'Remove Left Lock');

export const locksRules = {
  left: {
    severity: 'warning',
    title: 'A lock of git has nobody at work behind it',
    why: 'git refuses to write where it lies. A git that was killed leaves such a file.',
    advice: 'If you are sure that no git works here, also on another machine or in a container, delete the file.',
    find: ({ locks: found, now }) =>
      old(found, now).flatMap((lock) =>
        lock.owners.length === 0 ? [sighting(lock, now, say('No git is seen at work there.'))] : [],
      ),
  },
  held: {
    severity: 'note',
    title: 'A git is at work for long',
    why: 'Nothing else can write there until it has ended.',
    advice: 'Wait for it, or look what it asks for.',
    find: ({ locks: found, now }) =>
      old(found, now).flatMap((lock) =>
        lock.owners === 'unknown' || lock.owners.length === 0
          ? []
          : [sighting(lock, now, say('git works there as process {0}.', lock.owners.join(', ')))],
      ),
  },
  unknown: {
    severity: 'warning',
    title: 'A lock of git is old, and who holds it cannot be seen',
    why: 'git refuses to write where it lies.',
    advice: 'Look for a git that works there. If there is none, delete the file.',
    find: ({ locks: found, now }) =>
      old(found, now).flatMap((lock) =>
        lock.owners === 'unknown'
          ? [sighting(lock, now, say('This system does not show which programs work there.'))]
          : [],
      ),
  },
} as const satisfies Rules;

function old(found: readonly LockFacts[] | null, now: number): (LockFacts & { owners: LockFacts['owners'] })[] {
  return (found ?? []).filter(({ since }) => now - since > YOUNG_MS);
}

function sighting({ path, since }: LockFacts, now: number, who: Said): Sighting {
  return { about: path, what: [say('{0} is there for {1}.', path, duration(now - since)), who], since, opens: locks };
}
