import * as z from 'zod/mini';
import { age } from '../words/durations';
import { say, type Said } from '../words/said';

/** A lock file of git's that is there for long and that no git seems to hold. */
export const leftLockSchema = z.object({
  /** Absolute. */
  path: z.string(),
  since: z.iso.datetime(),
  /** `unknown`: this system does not show which programs work where. */
  holder: z.enum(['none', 'unknown']),
});
export type LeftLock = z.infer<typeof leftLockSchema>;

/** What is there, since when, what it stops and what to do, in sentences. */
export function sayLock({ path, since, holder }: LeftLock, now: number): Said[] {
  return [
    say('{0} is there for {1}.', path, age(since, now)),
    holder === 'none'
      ? say('No git command seems to work there.')
      : say('Whether a git command works there cannot be seen on this system.'),
    say('Until it is gone, git changes nothing there. Remove it if no git command of yours is at work.'),
  ];
}
